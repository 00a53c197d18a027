public import Foundation

/// A plain PDF (ISO 32000-1) of lines of text: A4, Courier, WinAnsi encoding. The same lines always
/// give the same bytes.
public struct PlainPDF: Sendable {
  /// Size of the type and distance of the lines, in points.
  public var fontSize: Int
  public var leading: Int
  /// The lines of every page. Characters outside Windows-1252 become `?`.
  public var pages: [[String]]

  public init(fontSize: Int, leading: Int, pages: [[String]]) {
    self.fontSize = fontSize
    self.leading = leading
    self.pages = pages
  }

  /// Cuts lines into pages, one at least.
  public static func paginate(_ lines: [String], rows: Int) -> [[String]] {
    stride(from: 0, to: max(1, lines.count), by: max(1, rows)).map { start in
      Array(lines[start..<min(lines.count, start + max(1, rows))])
    }
  }

  /// Breaks a line at spaces where there are some.
  public static func wrap(_ line: String, columns: Int) -> [String] {
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

  /// The file.
  public func data() -> Data {
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
      let content = content(page)
      objects.append(
        Data("<< /Length \(content.count) >>\nstream\n".utf8) + content
          + Data("\nendstream".utf8))
    }
    return Self.file(objects)
  }

  private func content(_ lines: [String]) -> Data {
    var data = Data("BT /F1 \(fontSize) Tf \(leading) TL 45 790 Td\n".utf8)
    for line in lines {
      data.append(40)
      for byte in PDFCharacters.winAnsi(line) {
        if byte == 40 || byte == 41 || byte == 92 { data.append(92) }
        data.append(byte)
      }
      data.append(contentsOf: Data(") Tj T*\n".utf8))
    }
    return data + Data("ET".utf8)
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
