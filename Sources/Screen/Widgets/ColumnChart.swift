/// Vertical columns by eighths of a cell, one a value, all of the same width.
public enum ColumnChart {
  private static let eighths: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"]
  /// Wider columns look like blocks, not like a chart.
  static let widest = 7

  /// Columns of a value: with a gap between them where there is room for one.
  public static func step(_ count: Int, width: Int) -> Int {
    count > 0 ? min(widest + 1, width / count) : 0
  }

  /// Draws the values from the left, the largest as high as the area; nothing where not even one
  /// column a value fits. Zero is left blank, anything more is at least an eighth.
  public static func draw(
    _ values: [Int], role: TextRole = .chart, into buffer: inout CellBuffer, _ area: Rect,
    _ look: Look
  ) {
    let step = step(values.count, width: area.width)
    guard step > 0, area.height > 0, let most = values.max(), most > 0 else { return }
    let width = step > 2 ? step - 1 : step
    for (index, value) in values.enumerated() where value > 0 {
      let all = area.height * 8
      let parts = max(1, Int((Double(value) / Double(most) * Double(all)).rounded()))
      let x = area.x + index * step
      let full = Rect(x: x, y: area.maxY - parts / 8, width: width, height: parts / 8)
      buffer.fill(full.intersection(area), style: look[role], character: "█")
      let top = Rect(x: x, y: area.maxY - parts / 8 - 1, width: width, height: 1)
      if parts % 8 > 0 {
        buffer.fill(
          top.intersection(area), style: look[role], character: eighths[parts % 8 - 1])
      }
    }
  }
}
