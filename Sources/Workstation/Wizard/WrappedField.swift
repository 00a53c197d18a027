import Screen

/// A text field drawn over several lines, broken at blanks, with its caret in the right place.
struct WrappedField {
  /// Characters of each line, as ranges of the field's text.
  private(set) var lines: [Range<Int>] = []
  private let field: TextField

  init(_ field: TextField, columns: Int) {
    self.field = field
    let columns = max(1, columns)
    var start = 0
    var width = 0
    var lastBlank: Int?
    var index = 0
    let characters = field.characters
    while index < characters.count {
      let own = SafeText.width(String(characters[index]))
      if width + own > columns, index > start {
        let end = lastBlank.map { $0 + 1 } ?? index
        lines.append(start..<end)
        start = end
        width = characters[start..<index].reduce(0) { $0 + SafeText.width(String($1)) }
        lastBlank = nil
        continue
      }
      if characters[index] == " " { lastBlank = index }
      width += own
      index += 1
    }
    lines.append(start..<characters.count)
  }

  /// The line that the caret is in.
  var caretLine: Int { lines.lastIndex { $0.lowerBound <= field.caret } ?? 0 }

  func draw(into buffer: inout CellBuffer, _ area: Rect, _ look: Look) {
    guard !area.isEmpty else { return }
    let first = max(0, caretLine - area.height + 1)
    for (index, range) in lines.enumerated().dropFirst(first).prefix(area.height) {
      let text = String(field.characters[range])
      let y = area.y + index - first
      buffer.write(text, x: area.x, y: y, width: area.width, style: look[.bright])
      if index == caretLine {
        let before = field.characters[range.lowerBound..<min(field.caret, range.upperBound)]
        let column = before.reduce(0) { $0 + SafeText.width(String($1)) }
        buffer.cursor = Point(x: min(area.x + column, area.maxX - 1), y: y)
        buffer.cursorVisible = true
      }
    }
  }
}
