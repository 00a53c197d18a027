import Screen

/// All attributes of a file as a tree: tag, name, value.
enum MetadataView {
  /// The first row of the tree.
  static func top(_ area: Rect) -> Int { area.y + (area.height > 4 ? 2 : min(1, area.height)) }

  /// Rows of the tree on screen; at least one.
  static func height(_ area: Rect) -> Int { max(1, area.maxY - top(area)) }

  static func draw(
    _ state: ViewerState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard let metadata = state.metadata else { return }
    let look = context.look
    let visible = metadata.visible
    let name = metadata.document.map { $0.file.split(separator: "/").last.map(String.init) ?? "" }
    let count =
      metadata.document == nil
      ? "reading …"
      : metadata.filter.isEmpty
        ? Format.count(visible.count) : "\(Format.count(visible.count)) with “\(metadata.filter)”"
    Heading.draw(
      "Attributes", [look.span(name ?? "", .text), look.span("   \(count)", .dim)],
      right: [look.span("\(context.key("filter")) search", .dim)], into: &buffer, area.row(0), look)
    if let problem = metadata.document?.problem, !problem.isEmpty, area.height > 4 {
      buffer.write(
        "! " + problem, x: area.x, y: area.y + 1, width: area.width, style: look[.waiting])
    }
    guard let lines = metadata.document?.lines else { return }
    let list = area.inset(top: top(area) - area.y)
    guard !visible.isEmpty else {
      buffer.write(
        "No attribute has all of this.", x: list.x + 2, y: list.y, width: list.width,
        style: look[.dim])
      return
    }
    let first = Scrolling.kept(
      metadata.top, selected: metadata.selected, height: max(1, list.height), count: visible.count)
    for (row, index) in visible.dropFirst(first).prefix(list.height).enumerated() {
      let isSelected = first + row == metadata.selected
      let isOpen = lines[index].hasChildren ? !metadata.folded.contains(index) : nil
      draw(
        lines[index], isOpen: isOpen, isSelected: isSelected, list.row(row), into: &buffer, look)
    }
  }

  private static func draw(
    _ line: MetadataLine, isOpen: Bool?, isSelected: Bool, _ row: Rect,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    let fold = CheckRow.fold(depth: min(line.depth, 12), isOpen: isOpen)
    let isNarrow = row.width < 60
    var x = row.x + 2
    x += buffer.write(fold, x: x, y: row.y, width: row.maxX - x, style: look[.dim])
    if !isNarrow || line.name.isEmpty {
      x += buffer.write(line.tag + " ", x: x, y: row.y, width: row.maxX - x, style: look[.dim])
    }
    if row.width >= 80, !line.vr.isEmpty {
      x += buffer.write(line.vr + " ", x: x, y: row.y, width: row.maxX - x, style: look[.dim])
    }
    let nameWidth = min(row.width * 2 / 5, SafeText.width(line.name))
    x += buffer.write(
      line.name, x: x, y: row.y, width: min(nameWidth, row.maxX - x),
      style: look[isSelected ? .selection : .text])
    x += 2
    let column = max(x, row.x + row.width * (isNarrow ? 2 : 3) / 5)
    // Values stand in one column where the names leave it free.
    let start = column + 12 <= row.maxX ? column : x
    buffer.write(
      line.value, x: start, y: row.y, width: row.maxX - start,
      style: look[isSelected ? .bright : .text])
    if isSelected { SelectionMarker.draw(into: &buffer, x: row.x, y: row.y, look) }
  }
}
