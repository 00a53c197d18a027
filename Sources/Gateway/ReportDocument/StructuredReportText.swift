import DICOM
import Foundation

/// A structured report's content tree as plain text (PS3.3 C.17.3): headings, one line for short
/// values, indented paragraphs for long ones.
struct StructuredReportText {
  static let maximumDepth = 32
  static let maximumCharacters = 500_000

  private var lines: [String] = []
  private var characters = 0

  static func render(_ set: DataSet) -> String {
    var text = Self()
    if let title = set.items(.conceptNameCodeSequence).first.flatMap(meaning) {
      text.add(title.uppercased(), depth: 0)
    }
    for item in set.items(.contentSequence) { text.visit(item, depth: 0, level: 0) }
    while text.lines.first?.isEmpty == true { text.lines.removeFirst() }
    return text.lines.joined(separator: "\n")
  }

  private mutating func add(_ line: String, depth: Int) {
    guard characters < Self.maximumCharacters else { return }
    characters += line.count + 1
    if characters >= Self.maximumCharacters {
      lines.append("[The rest of the report is too long to be shown.]")
    } else {
      lines.append(line.isEmpty ? "" : String(repeating: "  ", count: depth) + line)
    }
  }

  /// - Parameter depth: of indentation; `level` counts nesting.
  private mutating func visit(_ item: DataSet, depth: Int, level: Int) {
    guard level < Self.maximumDepth, characters < Self.maximumCharacters else { return }
    let name = item.items(.conceptNameCodeSequence).first.flatMap(Self.meaning) ?? ""
    // Language of the content and its country say nothing that a reader wants.
    let code = item.items(.conceptNameCodeSequence).first?.string(.codeValue)
    if code == "121049" || code == "121046" { return }
    var inner = depth
    if item.string(.valueType) == "CONTAINER" {
      if depth == 0 && !lines.isEmpty { add("", depth: 0) }
      if !name.isEmpty {
        add(name, depth: depth)
        inner += 1
      }
    } else if let value = Self.value(of: item) {
      let paragraphs = value.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      if paragraphs.count <= 1 && (name.isEmpty || name.count + value.count < 72) {
        add((name.isEmpty ? "" : name + ": ") + (paragraphs.first ?? ""), depth: depth)
      } else {
        if !name.isEmpty { add(name + ":", depth: depth) }
        for paragraph in paragraphs { add(paragraph, depth: depth + (name.isEmpty ? 0 : 1)) }
      }
      inner += 1
    }
    let children = item.items(.contentSequence)
    // Continuity of Content (0040,A050).
    if item.string(Tag(0x0040, 0xA050)) == "CONTINUOUS" {
      addProse(children, depth: inner)
    } else {
      for child in children { visit(child, depth: inner, level: level + 1) }
    }
  }

  /// Content that is read as one text: values without their names, children of values left out.
  private mutating func addProse(_ items: [DataSet], depth: Int) {
    var prose = ""
    for value in items.compactMap(Self.value) where !value.isEmpty {
      let joins = value.first.map { ".,;:)".contains($0) || $0.isWhitespace } ?? true
      prose += (prose.isEmpty || joins || prose.last?.isWhitespace == true ? "" : " ") + value
    }
    for line in prose.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      add(line.trimmingCharacters(in: .whitespaces), depth: depth)
    }
  }

  /// What a content item says, by its value type (PS3.3 table C.17.3-7); nil for references, which
  /// are no text.
  private static func value(of item: DataSet) -> String? {
    switch item.string(.valueType) {
    case "TEXT": item.string(.textValue)
    case "CODE": item.items(Tag(0x0040, 0xA168)).first.flatMap(meaning)
    case "NUM": number(item)
    case "PNAME": item.string(.personName).map { ReportDocument.spoken($0) }
    case "DATE": item.string(Tag(0x0040, 0xA121)).map(date)
    case "TIME": item.string(Tag(0x0040, 0xA122)).map(time)
    case "DATETIME":
      item.string(Tag(0x0040, 0xA120)).map { (date($0) + " " + time(String($0.dropFirst(8)))) }
    default: nil
    }
  }

  private static func number(_ item: DataSet) -> String? {
    guard let measured = item.items(Tag(0x0040, 0xA300)).first,
      let value = measured.string(Tag(0x0040, 0xA30A))
    else {
      // Numeric Value Qualifier (0040,A301): why there is none.
      return item.items(Tag(0x0040, 0xA301)).first.flatMap(meaning) ?? "no value"
    }
    let unit = measured.items(Tag(0x0040, 0x08EA)).first
    // 1 is UCUM's "no units"; {…} are annotations.
    let symbol = unit?.string(.codeValue) ?? ""
    let isPlain = symbol == "1" || symbol.hasPrefix("{")
    return isPlain || symbol.isEmpty ? value : "\(value) \(symbol)"
  }

  /// Code Meaning, else the code itself.
  private static func meaning(_ code: DataSet) -> String? {
    for tag in [Tag.codeMeaning, .codeValue] {
      if let text = code.string(tag), !text.isEmpty { return text }
    }
    return nil
  }

  private static func date(_ text: String) -> String {
    let digits = text.filter { $0.isASCII && $0.isNumber }
    guard digits.count >= 8 else { return text }
    let month = digits.dropFirst(4).prefix(2)
    return "\(digits.prefix(4))-\(month)-\(digits.dropFirst(6).prefix(2))"
  }

  private static func time(_ text: String) -> String {
    let digits = text.filter { $0.isASCII && $0.isNumber }
    return digits.count >= 4 ? "\(digits.prefix(2)):\(digits.dropFirst(2).prefix(2))" : text
  }
}
