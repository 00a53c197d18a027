/// A frame over what is below it, for dialogs.
public enum Panel {
  /// Clears the area and a column at its sides, draws the frame and the title, and returns what is inside. Areas too small
  /// for a frame have none.
  @discardableResult
  public static func draw(
    _ title: String, into buffer: inout CellBuffer, _ area: Rect, _ look: Look
  ) -> Rect {
    buffer.fill(area.inset(left: -1, right: -1), style: look[.text])
    guard area.width >= 6, area.height >= 3 else { return area }
    let style = look[.border]
    for x in (area.x + 1)..<(area.maxX - 1) {
      buffer.write("─", x: x, y: area.y, width: 1, style: style)
      buffer.write("─", x: x, y: area.maxY - 1, width: 1, style: style)
    }
    for y in (area.y + 1)..<(area.maxY - 1) {
      buffer.write("│", x: area.x, y: y, width: 1, style: style)
      buffer.write("│", x: area.maxX - 1, y: y, width: 1, style: style)
    }
    buffer.write("┌", x: area.x, y: area.y, style: style)
    buffer.write("┐", x: area.maxX - 1, y: area.y, style: style)
    buffer.write("└", x: area.x, y: area.maxY - 1, style: style)
    buffer.write("┘", x: area.maxX - 1, y: area.maxY - 1, style: style)
    if !title.isEmpty {
      buffer.write(
        " \(title) ", x: area.x + 2, y: area.y, width: area.width - 4, style: look[.bright])
    }
    return area.inset(left: 2, top: 1, right: 2, bottom: 1)
  }
}

/// A line with a check box, indented by its depth in a tree.
public enum CheckRow {
  public enum Mark: Sendable, Hashable { case off, on, partly }

  /// The box in front of the text: `[x]`, `[ ]`, `[-]`; the same in every font and to every reader.
  public static func box(_ mark: Mark) -> String {
    switch mark {
    case .off: "[ ]"
    case .on: "[x]"
    case .partly: "[-]"
    }
  }

  /// Indentation and the fold mark of a tree row: `▾` open, `▸` closed, blank for a leaf.
  public static func fold(depth: Int, isOpen: Bool?) -> String {
    String(repeating: "  ", count: max(0, depth)) + (isOpen.map { $0 ? "▾ " : "▸ " } ?? "  ")
  }
}
