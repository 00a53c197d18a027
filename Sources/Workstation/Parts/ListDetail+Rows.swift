import Screen

extension ListDetail {
  /// Draws the visible rows of a list: with the columns of a table, or in two lines each on a phone.
  /// - Parameters:
  ///   - values: what stands in the columns of a row; the flag tells the selected one.
  ///   - twoLines: draws a row into its two lines, without the marker's column.
  func drawRows<Row>(
    _ window: ListWindow<Row>, _ table: Table, into buffer: inout CellBuffer, _ look: Look,
    values: (Row, _ isSelected: Bool) -> [Table.Value],
    twoLines: (Row, _ isSelected: Bool, Rect, inout CellBuffer) -> Void
  ) {
    if rowHeight == 1 { table.drawHeading(into: &buffer, x: titles.x, y: titles.y, look) }
    drawPosition(window.position, count: window.count, into: &buffer, look)
    for index in window.visible(height: visibleRows) {
      guard let row = window.row(at: index) else { continue }
      let isSelected = index == window.selected
      let y = list.y + (index - window.top) * rowHeight
      if rowHeight == 1 {
        table.drawRow(
          values(row, isSelected), selected: isSelected, into: &buffer, x: list.x, y: y, look)
      } else {
        let lines = Rect(x: list.x, y: y, width: list.width, height: 2).intersection(list)
          .inset(left: 2)
        if !lines.isEmpty { twoLines(row, isSelected, lines, &buffer) }
        if isSelected { drawMarker(at: y, into: &buffer, look) }
      }
    }
  }
}
