/// A thin line across an area's first row.
public enum Rule {
  public static func draw(into buffer: inout CellBuffer, _ area: Rect, _ look: Look) {
    buffer.fill(area.row(0), style: look[.rule], character: "─")
  }
}

/// A heading: a name, what belongs to it, and on the right something short. One row.
public enum Heading {
  public static func draw(
    _ title: String, _ details: [Span] = [], right: [Span] = [], into buffer: inout CellBuffer,
    _ area: Rect, _ look: Look
  ) {
    guard !area.isEmpty else { return }
    let rightWidth = right.reduce(0) { $0 + SafeText.width($1.text) }
    let showsRight = rightWidth > 0 && rightWidth + SafeText.width(title) + 2 <= area.width
    let room = showsRight ? area.width - rightWidth - 2 : area.width
    let used = buffer.write(title, x: area.x, y: area.y, width: room, style: look[.bright])
    if !details.isEmpty, used + 3 < room {
      buffer.write(details, x: area.x + used + 3, y: area.y, width: room - used - 3)
    }
    if showsRight {
      buffer.write(right, x: area.maxX - rightWidth, y: area.y, width: rightWidth)
    }
  }
}

/// What an empty pane says: what belongs here, and the key that starts it.
public enum EmptyState {
  /// - Parameters:
  ///   - lines: sentences, wrapped to the width.
  ///   - hints: keys with what they do, one to a line.
  public static func draw(
    _ title: String, lines: [String], hints: [KeyHint] = [], into buffer: inout CellBuffer,
    _ area: Rect, _ look: Look
  ) {
    let inner = area.inset(left: 3, top: area.height > 6 ? 1 : 0, right: 2)
    guard !inner.isEmpty else { return }
    var y = inner.y
    func room() -> Bool { y < inner.maxY }
    buffer.write(title, x: inner.x, y: y, width: inner.width, style: look[.bright])
    y += inner.height > 5 ? 2 : 1
    for line in lines.flatMap({ Wrapping.lines($0, columns: min(72, inner.width)) }) where room() {
      buffer.write(line, x: inner.x, y: y, width: inner.width, style: look[.dim])
      y += 1
    }
    if !hints.isEmpty, inner.height > 5 { y += 1 }
    for hint in hints where room() {
      buffer.write(
        [look.span(hint.key, .key), look.span("  " + hint.title, .text)], x: inner.x, y: y,
        width: inner.width)
      y += 1
    }
  }
}
