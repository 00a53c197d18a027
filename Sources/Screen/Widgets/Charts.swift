/// Bars, by eighths of a cell.
public enum ProgressBar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The filled part of a bar of so many columns; `fraction` outside of 0…1 (or none) is clamped.
  /// A fraction below one never fills the bar.
  public static func filled(_ fraction: Double, columns: Int) -> String {
    guard columns > 0, fraction.isFinite, fraction > 0 else { return "" }
    let all = columns * 8
    var parts = Int((min(1, fraction) * Double(all)).rounded(.down))
    if fraction < 1 { parts = min(parts, all - 1) }
    return String(repeating: "█", count: parts / 8) + eighths[parts % 8]
  }

  /// Draws a bar over the width of the area, in one row. `role` says what it means: only proven
  /// work may be ``TextRole/proven``.
  public static func draw(
    _ fraction: Double, role: TextRole = .chart, into buffer: inout CellBuffer, _ area: Rect,
    _ look: Look
  ) {
    guard !area.isEmpty else { return }
    buffer.write(
      filled(fraction, columns: area.width), x: area.x, y: area.y, width: area.width,
      style: look[role])
  }
}

/// A line of columns by eighths, `▁▂▃▄▅▆▇█`; one column a value.
public enum Sparkline {
  private static let levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// Values to so many columns: the newest (last) ones, or sums of neighbours when there are more
  /// values than columns. Zero is a blank, the largest the full block.
  public static func text(_ values: [Int], columns: Int) -> String {
    guard columns > 0, !values.isEmpty else { return "" }
    var sums = values.map { max(0, $0) }
    if sums.count > columns {
      let group = (sums.count + columns - 1) / columns
      let first = sums.count % group
      var grouped: [Int] = first > 0 ? [sums[..<first].reduce(0, adding)] : []
      var index = first
      while index < sums.count {
        grouped.append(sums[index..<min(index + group, sums.count)].reduce(0, adding))
        index += group
      }
      sums = grouped
    }
    let top = sums.max() ?? 0
    return sums.map { value in
      guard value > 0, top > 0 else { return " " }
      let level = Int(Double(value) / Double(top) * 8 + 0.5)
      return levels[min(7, max(0, level - 1))]
    }.joined()
  }

  public static func draw(
    _ values: [Int], role: TextRole = .chart, into buffer: inout CellBuffer, _ area: Rect,
    _ look: Look
  ) {
    guard !area.isEmpty else { return }
    buffer.write(
      text(values, columns: area.width), x: area.x, y: area.y, width: area.width, style: look[role])
  }

  private static func adding(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? Int.max : sum
  }
}

/// Named horizontal bars, one a row: name, bar, number on the right.
public enum BarChart {
  public struct Bar: Sendable, Hashable {
    public var name: String
    public var value: Double
    /// The number as it is written.
    public var label: String
    public var role: TextRole
    public init(_ name: String, _ value: Double, label: String, role: TextRole = .chart) {
      self.name = name
      self.value = value
      self.label = label
      self.role = role
    }
  }

  /// - Parameter nameWidth: columns of the names; nil for the widest, at most a third.
  public static func draw(
    _ bars: [Bar], nameWidth: Int? = nil, into buffer: inout CellBuffer, _ area: Rect, _ look: Look
  ) {
    guard !area.isEmpty else { return }
    let names = nameWidth ?? min(area.width / 3, bars.map { SafeText.width($0.name) }.max() ?? 0)
    let labels = bars.map { SafeText.width($0.label) }.max() ?? 0
    let room = area.width - names - labels - 4
    let top = bars.map(\.value).filter(\.isFinite).max() ?? 0
    for (index, bar) in bars.prefix(area.height).enumerated() {
      let y = area.y + index
      buffer.write(bar.name, x: area.x, y: y, width: names, style: look[.text])
      if room > 0, top > 0 {
        let line = Rect(x: area.x + names + 2, y: y, width: room, height: 1)
        // Something is never drawn as nothing.
        let least = bar.value > 0 ? 1 / Double(room * 8) : 0
        ProgressBar.draw(max(least, bar.value / top), role: bar.role, into: &buffer, line, look)
      }
      buffer.write(
        bar.label, x: max(area.x, area.maxX - labels), y: y, width: min(labels, area.width),
        style: look[.bright], align: .right)
    }
  }
}
