/// Wrapped text that scrolls.
public enum Paragraph {
  /// Draws lines from `offset` on; clamps the offset.
  /// - Returns: the number of lines that the text has at this width.
  @discardableResult
  public static func draw(
    _ text: String, offset: Int = 0, style: Style, into buffer: inout CellBuffer, _ area: Rect
  ) -> Int {
    let lines = Wrapping.lines(text, columns: area.width)
    let first = clamp(offset, lines: lines.count, height: area.height)
    for (index, line) in lines.dropFirst(first).prefix(area.height).enumerated() {
      buffer.write(line, x: area.x, y: area.y + index, width: area.width, style: style)
    }
    return lines.count
  }

  /// An offset that shows as many of the lines as fit.
  public static func clamp(_ offset: Int, lines: Int, height: Int) -> Int {
    min(max(0, offset), max(0, lines - height))
  }
}

/// Wrapped lines in several styles, put together before they are drawn (details, reports).
public struct StyledText: Sendable, Equatable {
  /// One line as spans.
  public var lines: [[Span]] = []
  public init() {}

  public mutating func add(_ spans: [Span]) { lines.append(spans) }
  public mutating func addBlank() { lines.append([]) }

  /// Adds text wrapped to `columns`, every line indented by `indent` columns.
  public mutating func add(_ text: String, style: Style, columns: Int, indent: Int = 0) {
    let margin = String(repeating: " ", count: max(0, indent))
    for line in Wrapping.lines(text, columns: max(1, columns - indent)) {
      lines.append([Span(margin + line, style)])
    }
  }

  /// Draws the lines from `offset` on.
  public func draw(offset: Int = 0, into buffer: inout CellBuffer, _ area: Rect) {
    let first = Paragraph.clamp(offset, lines: lines.count, height: area.height)
    for (index, line) in lines.dropFirst(first).prefix(area.height).enumerated() {
      buffer.write(line, x: area.x, y: area.y + index, width: area.width)
    }
  }
}
