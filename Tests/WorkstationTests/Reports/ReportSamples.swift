import Domain

@testable import Workstation

/// Reports in every state.
enum ReportSamples {
  static func report(
    _ id: String, _ status: ReportStatus, name: String, _ modality: String, _ study: String,
    level: ServiceLevel = .routine, due: Double? = nil, text: String = "", viewed: Bool = false,
    pdf: Bool = false
  ) -> Report {
    Report(
      id: ReportID(id), remoteUploadID: "up-\(id)", status: status, serviceLevel: level,
      radiologist: status == .assigned ? "" : "Dr. R. Patel", text: text, hasPDF: pdf,
      study: StudySummary(
        studyInstanceUID: "1.2.3", patientName: name, patientID: "83-2201",
        patientBirthDate: "19610402", patientSex: "F", accessionNumber: "N-55120",
        studyDate: "20261120", studyTime: "164000", studyDescription: study, modality: modality),
      createdAt: .minutes(-600), updatedAt: .minutes(-4),
      signedAt: status == .ready ? .minutes(-4) : nil, dueAt: due.map { .minutes($0) },
      viewedAt: viewed ? .minutes(-1) : nil)
  }

  static let text = """
    CLINICAL HISTORY: Cough for three weeks, night sweats.

    TECHNIQUE
    Two views of the chest.

    FINDINGS:
    Heart size normal. No focal consolidation. No pleural effusion. The hilar contours are \
    unremarkable, and the trachea is in the midline. Degenerative changes of the thoracic spine.

    Old fracture of the left seventh rib.

    IMPRESSION: No acute cardiopulmonary abnormality.
    """

  static let all = [
    report("r1", .pending, name: "Patel^Anita", "CT", "head", level: .stat, due: 12),
    report(
      "r2", .additionalDataRequired, name: "Kowalski^Jan", "US", "abdomen", level: .emergency,
      due: 130),
    report(
      "r3", .ready, name: "Lindqvist^Märta", "DX", "chest", due: -10, text: text, pdf: true),
    report(
      "r4", .assigned, name: "Okafor^Samuel", "MR", "lumbar spine", level: .emergency, due: -75),
    report("r5", .assigned, name: "Yamada^Taro=山田^太郎", "CT", "chest", due: 1_100),
    report(
      "r6", .ready, name: "Evil\u{1B}[2J^Name", "CT",
      "abdomen and pelvis with a very long description that ends far outside",
      text: "unstructured\u{1B}[31m words",
      viewed: true),
    report("r7", .assigned, name: "Dubois^Élodie", "DX", "wrist left", level: .subspecialty),
  ]

  static let store = SampleStore(reports: all)

  /// A report that was corrected, got an addendum, and came as a PDF at last.
  static let amended: Report = {
    func version(_ number: Int, _ kind: ReportVersion.Kind, _ text: String) -> ReportVersion {
      ReportVersion(
        number: number, kind: kind, radiologist: number == 2 ? "Dr. A. Lind" : "Dr. R. Patel",
        text: text, hasPDF: number == 4, signedAt: .minutes(Double(number - 5) * 60),
        receivedAt: .minutes(Double(number - 5) * 60))
    }
    let addendum = "ADDENDUM: The nodule was there in 2024 and has not changed."
    var report = Self.report(
      "a1", .ready, name: "Lindqvist^Märta", "CT", "chest", text: addendum, pdf: true)
    report.version = 4
    report.versionKind = .updated
    report.versions = [
      version(4, .updated, addendum),
      version(3, .addendum, addendum),
      version(
        2, .amended, "FINDINGS: Nodule of 6 mm in the right upper lobe.\n\nIMPRESSION: Nodule."),
      version(1, .first, "FINDINGS: Lungs clear.\n\nIMPRESSION: Normal."),
    ]
    return report
  }()
}
