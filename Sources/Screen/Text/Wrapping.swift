/// Breaks text into lines.
public enum Wrapping {
  /// Lines of at most `columns` columns, broken at spaces where there are any; line ends in the
  /// text (LF, CR LF, CR) begin a new line, empty lines stay. At most `limit` lines.
  public static func lines(_ text: String, columns: Int, limit: Int = 10_000) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    for paragraph in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if lines.count >= limit { break }
      wrap(String(paragraph), columns: columns, into: &lines)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return Array(lines.prefix(limit))
  }

  private static func wrap(_ paragraph: String, columns: Int, into lines: inout [String]) {
    var line = ""
    var lineWidth = 0
    var word = ""
    var wordWidth = 0

    func endWord() {
      guard wordWidth > 0 else { return }
      if lineWidth + wordWidth > columns, lineWidth > 0 {
        while line.last == " " { line.removeLast() }
        lines.append(line)
        line = ""
        lineWidth = 0
      }
      line += word
      lineWidth += wordWidth
      word = ""
      wordWidth = 0
    }

    SafeText.forEachCluster(paragraph) { cluster, width in
      if cluster == " " {
        endWord()
        if lineWidth > 0, lineWidth < columns || lines.isEmpty {
          line += " "
          lineWidth += 1
        } else if line.isEmpty, lines.isEmpty {
          // Indentation of a paragraph's first line stays.
          line += " "
          lineWidth += 1
        }
        return true
      }
      if wordWidth + width > columns { endWord() }
      word += cluster
      wordWidth += width
      // Scripts written without spaces may break anywhere.
      if width == 2 { endWord() }
      return true
    }
    endWord()
    while line.last == " " { line.removeLast() }
    lines.append(line)
  }
}
