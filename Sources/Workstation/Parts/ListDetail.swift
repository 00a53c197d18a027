public import Screen

/// Where things stand in a pane with a list and the detail of its selected row: beside it when
/// wide, below it at 80 columns, not at all on a phone, where a row has two lines.
public struct ListDetail: Sendable, Equatable {
  /// Name of the pane and its counts; one row.
  public let heading: Rect
  /// Tabs or facets below the heading; empty where the pane has none.
  public let tabs: Rect
  /// Titles of the columns; empty on a phone.
  public let titles: Rect
  public let list: Rect
  /// A thin line between list and detail; empty when there is no detail.
  public let divider: Rect
  public let detail: Rect
  /// Lines that a row takes.
  public let rowHeight: Int

  /// - Parameters:
  ///   - tabRows: rows of tabs or facets.
  ///   - detailRows: rows of a detail below the list, given up when the list would have fewer.
  public init(_ area: Rect, _ layout: Layout, tabRows: Int = 0, detailRows: Int) {
    let isCompact = layout == .compact
    rowHeight = isCompact ? 2 : 1
    heading = area.row(0)
    // A blank line lets the list breathe where there is room.
    let blank = isCompact || area.height < 14 ? 0 : 1
    let tabsTop = heading.height
    tabs = Rect(x: area.x, y: area.y + tabsTop, width: area.width, height: tabRows)
      .intersection(area)
    let body = area.inset(top: tabsTop + tabRows + blank)
    var listArea = body
    switch layout {
    case .wide:
      let listWidth = max(64, body.width * 58 / 100)
      listArea.width = min(body.width, listWidth)
      let left = listArea.maxX + 1
      let isRoomy = body.maxX - left > 30
      divider = Rect(x: left, y: body.y, width: isRoomy ? 1 : 0, height: body.height)
      detail =
        isRoomy
        ? Rect(x: left + 2, y: body.y, width: body.maxX - left - 2, height: body.height)
        : Rect(x: left, y: body.y, width: 0, height: 0)
      if !isRoomy { listArea.width = body.width }
    case .standard:
      let rows = min(detailRows, max(0, body.height - 1 - 4))
      let height = rows >= 2 ? rows : 0
      listArea.height = max(0, body.height - (height > 0 ? height + 1 : 0))
      divider = Rect(
        x: body.x, y: listArea.maxY, width: height > 0 ? body.width : 0, height: height > 0 ? 1 : 0)
      detail = Rect(x: body.x, y: divider.maxY, width: body.width, height: height)
    case .compact:
      divider = Rect(x: body.x, y: body.maxY, width: 0, height: 0)
      detail = divider
    }
    titles = isCompact ? Rect(x: listArea.x, y: listArea.y, width: 0, height: 0) : listArea.row(0)
    list = listArea.inset(top: titles.height)
  }

  /// Rows of the list on screen; at least one, so that moving works before there is a screen.
  public var visibleRows: Int { max(1, list.height / rowHeight) }

  /// Draws the line between list and detail.
  func drawDivider(into buffer: inout CellBuffer, _ look: Look) {
    buffer.fill(divider, style: look[.rule], character: divider.height > 1 ? "│" : "─")
  }

  /// Says where in a list that is longer than the screen the selection is, right of the titles.
  func drawPosition(_ position: String, count: Int, into buffer: inout CellBuffer, _ look: Look) {
    guard count > visibleRows, !titles.isEmpty else { return }
    let width = SafeText.width(position) + 2
    guard width * 3 < titles.width else { return }
    let place = Rect(x: titles.maxX - width, y: titles.y, width: width, height: 1)
    buffer.fill(place, style: look[.dim])
    buffer.write(
      position, x: titles.maxX - width, y: titles.y, width: width, style: look[.dim],
      align: .right)
  }

  /// Draws the marker of a selected row over all its lines.
  func drawMarker(at y: Int, into buffer: inout CellBuffer, _ look: Look) {
    for line in 1..<max(2, rowHeight) where y + line < list.maxY && rowHeight > 1 {
      SelectionMarker.draw(into: &buffer, x: list.x, y: y + line, look)
    }
    SelectionMarker.draw(into: &buffer, x: list.x, y: y, look)
  }
}
