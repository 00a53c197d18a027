import Domain
import Screen

extension DashboardPane {
  /// Rows that cards, days and bars need.
  static func chartHeight(_ counts: DashboardCounts, _ layout: Layout) -> Int {
    let bars = [counts.byModality, counts.byServiceLevel, counts.byStatus].map { min(10, $0.count) }
    switch layout {
    case .wide: return 3 + 4 + 2 + (bars.max() ?? 0)
    case .standard: return 3 + 3 + max(bars[0], bars[1]) + 2 + bars[2] + 1
    case .compact: return 5 + 1 + 3 + bars.reduce(0) { $0 + $1 + 2 }
    }
  }

  /// Cards, the days of the period, bars by modality, level and state.
  static func drawCharts(
    _ counts: DashboardCounts, _ area: Rect, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    var rest = area
    let cards = drawCards(counts, rest, into: &buffer, context)
    rest = rest.inset(top: cards + 1)
    let days = dayRows(counts, area, context.layout)
    drawDays(counts, rest, rows: days, into: &buffer, context)
    rest = rest.inset(top: days + (context.layout == .wide ? 3 : 2))
    let modality = bars(counts.byModality)
    let levels = bars(counts.byServiceLevel) { ServiceLevel(rawValue: $0)?.title ?? $0 }
    let states = stateBars(counts.byStatus)
    switch context.layout {
    case .wide:
      let columns = rest.columns([.flexible(1), .flexible(1), .flexible(1)], gap: 4)
      drawBars("Modality", modality, columns[0], into: &buffer, look)
      drawBars("Service level", levels, columns[1], into: &buffer, look)
      drawBars("State", states, columns[2], into: &buffer, look)
    case .standard:
      let columns = rest.columns([.flexible(1), .flexible(1)], gap: 4)
      drawBars("Modality", modality, columns[0], into: &buffer, look)
      drawBars("Service level", levels, columns[1], into: &buffer, look)
      // States stand below the shorter of the two.
      let place = rest.columns([.flexible(1), .flexible(1)], gap: 4)[1]
        .inset(top: min(10, levels.count) + 2)
      drawBars("State", states, place, into: &buffer, look)
    case .compact:
      drawBars("Modality", modality, rest, into: &buffer, look)
      rest = rest.inset(top: min(10, modality.count) + 2)
      drawBars("Service level", levels, rest, into: &buffer, look)
      rest = rest.inset(top: min(10, levels.count) + 2)
      drawBars("State", states, rest, into: &buffer, look)
    }
  }

  /// The five numbers that matter, in a row or one below the other.
  /// - Returns: the rows used.
  private static func drawCards(
    _ counts: DashboardCounts, _ area: Rect, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) -> Int {
    let look = context.look
    let proven = share(counts.proven, of: counts.uploads)
    // Green is for proof of all, nothing less.
    let isAllProven = counts.uploads > 0 && counts.proven >= counts.uploads
    let median = counts.medianSecondsToPACS.map { Format.duration($0) } ?? "–"
    let cards: [(String, String, TextRole)] = [
      ("uploads", Format.count(counts.uploads), .bright),
      ("volume", Format.bytes(counts.bytes), .bright),
      ("proven", proven, isAllProven ? .proven : .bright),
      ("median to PACS", median, .bright),
      (
        "overdue", Format.count(counts.overdueReports),
        counts.overdueReports > 0 ? .alarm : .bright
      ),
    ]
    if context.layout == .compact {
      for (index, card) in cards.enumerated() where index < area.height {
        let row = area.row(index)
        buffer.write(card.0, x: row.x, y: row.y, width: row.width, style: look[.dim])
        buffer.write(
          card.1, x: row.x, y: row.y, width: row.width, style: look[card.2], align: .right)
      }
      return cards.count
    }
    let places = area.columns(cards.map { _ in Extent.flexible(1) }, gap: 2)
    for (card, place) in zip(cards, places) where area.height > 0 {
      buffer.write(card.1, x: place.x, y: place.y, width: place.width, style: look[card.2])
      if area.height > 1 {
        buffer.write(card.0, x: place.x, y: place.y + 1, width: place.width, style: look[.dim])
      }
    }
    return 2
  }

  /// `99.3 %`; 100 only when it is all.
  static func share(_ part: Int, of whole: Int) -> String {
    guard whole > 0, part > 0 else { return "0 %" }
    guard part < whole else { return "100 %" }
    let tenths = min(999, Int(Double(part) / Double(whole) * 1_000))
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// Rows of the days' columns: one, or as many as the bars below leave free.
  private static func dayRows(
    _ counts: DashboardCounts, _ area: Rect, _ layout: Layout
  ) -> Int {
    guard layout != .compact else { return 1 }
    let free = area.height - chartHeight(counts, layout)
    return free < 3 ? 1 : min(12, free)
  }

  /// One column a day where there is room, with the first and last day named below.
  private static func drawDays(
    _ counts: DashboardCounts, _ area: Rect, rows: Int, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    guard area.height > 0, !counts.days.isEmpty else { return }
    let look = context.look
    let values = counts.days.map(\.count)
    let most = Format.count(values.max() ?? 0)
    let label = 10
    buffer.write("per day", x: area.x, y: area.y, width: area.width, style: look[.dim])
    var line = Rect(
      x: area.x + label, y: area.y, width: max(0, area.width - label - 12), height: rows)
    var used = ColumnChart.step(values.count, width: line.width) * values.count
    if rows > 1, used > 0 {
      // The scale stands left of the columns.
      buffer.write(
        most, x: area.x, y: area.y + 1, width: label - 2, style: look[.dim], align: .right)
      buffer.write(
        "0", x: area.x, y: line.maxY - 1, width: label - 2, style: look[.dim], align: .right)
      line = line.inset(top: 1)
      ColumnChart.draw(values, into: &buffer, line, look)
      used -= 1
    } else {
      // Few days are drawn wider, so that a week is not a speck.
      let repeats = max(1, min(4, line.width / max(1, values.count)))
      let wide = values.flatMap { Array(repeating: $0, count: repeats) }
      Sparkline.draw(wide, into: &buffer, line, look)
      used = min(line.width, wide.count)
      buffer.write(
        "at most \(most)", x: line.x + used + 2, y: area.y,
        width: max(0, area.maxX - line.x - used - 2), style: look[.dim])
    }
    guard line.maxY < area.maxY, let first = counts.days.first, let last = counts.days.last else {
      return
    }
    buffer.write(first.date, x: line.x, y: line.maxY, width: line.width, style: look[.dim])
    if used >= 24 {
      buffer.write(
        last.date, x: line.x + used - 10, y: line.maxY, width: 10, style: look[.dim])
    }
  }

  private static func bars(
    _ buckets: [DashboardCounts.Bucket], _ name: (String) -> String = { $0 }
  ) -> [BarChart.Bar] {
    buckets.map { bucket in
      let title = bucket.name.isEmpty ? "unknown" : name(bucket.name)
      return BarChart.Bar(title, Double(bucket.count), label: Format.count(bucket.count))
    }
  }

  private static func stateBars(_ buckets: [DashboardCounts.Bucket]) -> [BarChart.Bar] {
    buckets.map { bucket in
      let label = Format.count(bucket.count)
      guard let state = UploadState(rawValue: bucket.name) else {
        return BarChart.Bar(bucket.name, Double(bucket.count), label: label)
      }
      let standing = UploadStanding(state)
      let role: TextRole =
        state.isProven ? .proven : state == .failed ? .alarm : state.needsPerson ? .waiting : .chart
      return BarChart.Bar(
        "\(standing.glyph) \(standing.word)", Double(bucket.count), label: label, role: role)
    }
  }

  private static func drawBars(
    _ title: String, _ bars: [BarChart.Bar], _ area: Rect, into buffer: inout CellBuffer,
    _ look: Look
  ) {
    guard !area.isEmpty else { return }
    buffer.write(title, x: area.x, y: area.y, width: area.width, style: look[.heading])
    BarChart.draw(
      Array(bars.prefix(10)), nameWidth: min(13, area.width / 2), into: &buffer,
      area.inset(top: 1), look)
  }
}
