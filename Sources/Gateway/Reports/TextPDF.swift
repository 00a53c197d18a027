import Domain
import Foundation
import Wire

/// A plain PDF (ISO 32000-1) of a report's text, made when the archive has no PDF of its own: A4,
/// Courier, WinAnsi encoding. Characters outside Windows-1252 become `?`; the text of the report
/// in the interface keeps them. The same report always gives the same bytes.
struct TextPDF {
  private static let columns = 84
  private static let rows = 60
  let title: String
  let report: ReportRecord

  func data() -> Data {
    let pages = paginate(lines())
    // Objects: 1 catalogue, 2 page tree, 3 font, then a page and its content in turn.
    var objects: [Data] = [
      Data("<< /Type /Catalog /Pages 2 0 R >>".utf8),
      Data(
        """
        << /Type /Pages /Count \(pages.count) /Kids [\(pages.indices
          .map { "\(4 + 2 * $0) 0 R" }.joined(separator: " "))] >>
        """.utf8),
      Data(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>".utf8),
    ]
    for (index, page) in pages.enumerated() {
      objects.append(
        Data(
          """
          << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] \
          /Resources << /Font << /F1 3 0 R >> >> /Contents \(5 + 2 * index) 0 R >>
          """.utf8))
      let content = Self.content(page)
      objects.append(
        Data("<< /Length \(content.count) >>\nstream\n".utf8) + content
          + Data("\nendstream".utf8))
    }
    return Self.file(objects)
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
      lines += Self.wrap(String(line))
    }
    return lines
  }

  private func paginate(_ lines: [String]) -> [[String]] {
    stride(from: 0, to: max(1, lines.count), by: Self.rows).map { start in
      Array(lines[start..<min(lines.count, start + Self.rows)])
    }
  }

  /// Breaks at spaces where there are some.
  static func wrap(_ line: String) -> [String] {
    var rest = Substring(line)
    var result: [String] = []
    while rest.count > columns {
      let head = rest.prefix(columns)
      let cut = head.lastIndex(of: " ").map { $0 > head.startIndex ? $0 : head.endIndex }
      let end = cut ?? head.endIndex
      result.append(String(rest[..<end]))
      rest = rest[end...].drop { $0 == " " }
    }
    return result + [String(rest)]
  }

  private static func content(_ lines: [String]) -> Data {
    var data = Data("BT /F1 10 Tf 12 TL 45 790 Td\n".utf8)
    for line in lines {
      data.append(40)
      for byte in winAnsi(line) {
        if byte == 40 || byte == 41 || byte == 92 { data.append(92) }
        data.append(byte)
      }
      data.append(contentsOf: Data(") Tj T*\n".utf8))
    }
    return data + Data("ET".utf8)
  }

  static func winAnsi(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { scalar in
      switch scalar.value {
      case 9: 32
      case 32...126, 160...255: UInt8(scalar.value)
      default:
        String(scalar).data(using: .windowsCP1252)?.first.flatMap { $0 >= 32 ? $0 : nil } ?? 63
      }
    }
  }

  private static func file(_ objects: [Data]) -> Data {
    var data = Data("%PDF-1.4\n%\u{e2}\u{e3}\n".utf8)
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(data.count)
      data += Data("\(index + 1) 0 obj\n".utf8) + object + Data("\nendobj\n".utf8)
    }
    let table = data.count
    var xref = "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
    for offset in offsets {
      let text = String(offset)
      xref += String(repeating: "0", count: max(0, 10 - text.count)) + text + " 00000 n \n"
    }
    xref += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n"
    return data + Data(xref.utf8)
  }
}
