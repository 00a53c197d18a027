import Documents
import Domain
import Foundation
import Wire

/// A plain PDF of a report's text, made when the archive has no PDF of its own: A4,
/// Courier, WinAnsi encoding. Characters outside Windows-1252 become `?`; the text of the report
/// in the interface keeps them. The same report always gives the same bytes.
struct TextPDF {
  private static let columns = 84
  private static let rows = 60
  let title: String
  let report: ReportRecord

  func data() -> Data {
    PlainPDF(
      fontSize: 10, leading: 12, pages: PlainPDF.paginate(lines(), rows: Self.rows)
    ).data()
  }

  private func lines() -> [String] {
    var lines = [title, ""]
    if !report.study.studyDescription.isEmpty || !report.study.modality.isEmpty {
      lines.append("Study: \(report.study.modality) \(report.study.studyDescription)")
    }
    if !report.study.patientName.isEmpty { lines.append("Patient: \(report.study.patientName)") }
    if !report.study.patientID.isEmpty { lines.append("Patient ID: \(report.study.patientID)") }
    if !report.study.studyDate.isEmpty { lines.append("Study date: \(report.study.studyDate)") }
    if !report.radiologist.isEmpty { lines.append("Radiologist: \(report.radiologist)") }
    if let signed = report.signedAt { lines.append("Signed: \(WireDate(signed).text()) UTC") }
    lines.append("")
    for line in report.text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines += PlainPDF.wrap(String(line), columns: Self.columns)
    }
    return lines
  }
}
