import Domain

@testable import Workstation

/// Folders and studies for the wizard.
enum WizardSamples {
  static let home = FolderListing(
    path: "/home/m.torres",
    entries: [folder(".cache"), folder("Desktop"), folder("Images"), folder("Import")])

  static let usb = FolderListing(
    path: "/media/usb",
    entries: [folder("CD_2024"), folder("CD_2025"), folder("DICOM")]
      + (1...3).map { FolderListing.Entry(name: "file\($0)", isFolder: false, byteCount: 1_000) })

  private static func folder(_ name: String) -> FolderListing.Entry {
    FolderListing.Entry(name: name, isFolder: true, byteCount: 0)
  }

  static func study(
    _ uid: String, name: String, _ modality: String, _ description: String, images: Int,
    series: Int = 1, warnings: [String] = [], objection: String? = nil
  ) -> ScannedStudy {
    ScannedStudy(
      study: StudySummary(
        studyInstanceUID: uid, patientName: name, patientID: "P-\(uid)",
        patientBirthDate: "19610402", patientSex: "F", studyDate: "20261121",
        studyTime: "090200", studyDescription: description, modality: modality,
        seriesCount: series, instanceCount: images),
      files: (0..<images).map { number in
        DraftFile(
          path: "/media/usb/DICOM/\(uid)/\(number)", byteCount: 526_336, modifiedAt: 0,
          inode: UInt64(number), sopInstanceUID: "\(uid).\(number)", sopClassUID: "1.2.840",
          seriesInstanceUID: "\(uid).\(number % series + 100)",
          transferSyntaxUID: "1.2.840.10008.1.2.1", instanceNumber: number + 1)
      }, warnings: warnings, objection: objection)
  }

  static let studies = [
    study("1.2.3.1", name: "Okafor^Samuel", "MR", "lumbar spine", images: 204, series: 6),
    study(
      "1.2.3.2", name: "Patel^Anita", "CT", "head without contrast", images: 212, series: 3,
      warnings: ["series 2: images 14 to 16 are missing"]),
    study("1.2.3.3", name: "Yamada^Taro=山田^太郎", "CT", "chest", images: 38),
    study(
      "1.2.3.4", name: "Evil\u{1B}[31m^Name", "US", "abdomen", images: 4,
      warnings: [
        "Different patients in one study: Evil\u{1B}[31m^Name (P-4), Kowalski^Jan (83). Do not send before this is resolved."
      ],
      objection: "Different patients in one study: Evil\u{1B}[31m^Name (P-4), Kowalski^Jan (83)"),
  ]

  static let finished = ScanProgress(
    folders: 12, files: 474, dicomFiles: 458, bytes: 241_000_000,
    skipped: [
      ScanProgress.Skipped(path: "/media/usb/DICOM/DICOMDIR", reason: "an index, not an image"),
      ScanProgress.Skipped(
        path: "/media/usb/DICOM/1.2.3.2/broken\u{1B}]0;x\u{7}.dcm",
        reason: "truncated: 526336 bytes of pixel data expected, 120000 there"),
    ], skippedCount: 16, isFinished: true, studies: studies)

  static let underWay = ScanProgress(
    folders: 3, files: 210, dicomFiles: 204, bytes: 107_000_000, skippedCount: 6,
    studies: Array(studies.prefix(1)))
}
