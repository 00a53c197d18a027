import Screen

/// A report's plain text cut into the sections that radiologists write.
struct ReportText: Equatable {
  struct Section: Equatable {
    /// Empty for text before the first heading.
    var title: String
    var body: String
  }

  private(set) var sections: [Section] = []

  private static let titles: Set<String> = [
    "addendum", "clinical history", "clinical information", "comparison", "conclusion",
    "diagnosis", "examination", "findings", "history", "impression", "indication", "opinion",
    "procedure", "recommendation", "recommendations", "request", "summary", "technique",
  ]

  /// Lines that begin with a known heading, alone or with a colon, begin a section; all else is
  /// kept as it stands.
  init(_ text: String) {
    var title = ""
    var lines: [Substring] = []
    func end() -> Section? {
      while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
      while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
      if title.isEmpty, lines.isEmpty { return nil }
      return Section(title: title, body: lines.joined(separator: "\n"))
    }
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      guard let (name, rest) = Self.heading(line) else {
        lines.append(line)
        continue
      }
      if let section = end() { sections.append(section) }
      title = name
      lines = rest.isEmpty ? [] : [rest]
    }
    if let section = end() { sections.append(section) }
  }

  private static func heading(_ line: Substring) -> (String, Substring)? {
    let trimmed = line.drop(while: \.isWhitespace)
    guard trimmed.count < 2_000 || trimmed.prefix(40).contains(":") else { return nil }
    let head = trimmed.prefix(40)
    if let colon = head.firstIndex(of: ":") {
      let name = trimmed[..<colon].lowercased()
      guard titles.contains(name) else { return nil }
      let rest = trimmed[trimmed.index(after: colon)...].drop(while: \.isWhitespace)
      return (readable(name), rest)
    }
    var name = trimmed.lowercased()
    while name.last?.isWhitespace == true { name.removeLast() }
    return titles.contains(name) ? (readable(name), "") : nil
  }

  private static func readable(_ name: String) -> String {
    name.prefix(1).uppercased() + name.dropFirst()
  }

  /// Lines for a width: headings beside their text where there is room, above it otherwise.
  func lines(width: Int, _ look: Look) -> StyledText {
    var text = StyledText()
    let longest = sections.map { SafeText.width($0.title) }.max() ?? 0
    let column = longest + 3
    let isBeside = longest > 0 && width - column >= 40
    for (index, section) in sections.enumerated() {
      if index > 0, !isBeside || section.body.contains("\n") { text.addBlank() }
      let body = Wrapping.lines(
        section.body, columns: max(1, isBeside ? width - column : width))
      guard isBeside else {
        if !section.title.isEmpty { text.add([look.span(section.title, .heading)]) }
        for line in body { text.add([look.span(line, .text)]) }
        continue
      }
      let margin = String(repeating: " ", count: column)
      for (number, line) in (body.isEmpty ? [""] : body).enumerated() {
        if number == 0 {
          text.add(Facts.labelled(section.title, [look.span(line, .text)], column: column, look))
        } else {
          text.add([look.span(margin + line, .text)])
        }
      }
    }
    return text
  }
}
