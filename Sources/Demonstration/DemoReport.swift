public import Domain
internal import Imaging

/// A radiologist's text for the demonstration.
public struct DemoReport: Sendable, Equatable {
  public var radiologist: String
  public var findings: String
  public var impression: String

  public init(radiologist: String, findings: String, impression: String) {
    self.radiologist = radiologist
    self.findings = findings
    self.impression = impression
  }

  /// The report as plain text, as it would be faxed.
  public func text(for study: StudySummary) -> String {
    let title = study.studyDescription.isEmpty ? study.modality : study.studyDescription
    return """
      \(title.uppercased())

      FINDINGS
      \(findings)

      IMPRESSION
      \(impression)

      Signed: \(PersonName.display(radiologist))
      Demonstration report on synthetic images. Not for clinical use.
      """
  }

  /// A report that fits a study: the one written for a demonstration study, otherwise a normal
  /// report for its modality and body part.
  public static func make(for study: StudySummary) -> DemoReport {
    let reader = radiologists[study.patientID.utf8.reduce(0) { $0 &+ Int($1) } % radiologists.count]
    let demo = DemoStudy.all.first {
      $0.patient.id == study.patientID && $0.modality == study.modality
    }
    let (findings, impression) = demo.map { written($0.content) } ?? normal(study)
    return DemoReport(radiologist: reader, findings: findings, impression: impression)
  }

  /// Person names as DICOM writes them.
  static let radiologists = ["DEMO^RADIOLOGIST", "DEMO^MARGIT^^DR", "DEMO^OLUMIDE^^DR"]

  private static func normal(_ study: StudySummary) -> (String, String) {
    let part = study.bodyPart.lowercased()
    switch (study.modality, part) {
    case ("CT", "head"), ("CT", "brain"): return written(.headCT(.none))
    case ("CT", "chest"): return written(.chestCT(.none, contrast: false))
    case ("DX", "chest"), ("CR", "chest"), ("DX", ""), ("CR", ""): return written(.chestXRay(.none))
    case ("US", _): return written(.ultrasound([.liverAndKidney]))
    default:
      let place = part.isEmpty ? "the examined region" : "the \(part)"
      return (
        "The images of \(place) are complete and of diagnostic quality. No abnormality is seen.",
        "No significant abnormality."
      )
    }
  }
}
