import Domain
public import Screen

extension DashboardPane {
  public static func view(
    _ state: DashboardState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard !area.isEmpty else { return }
    let look = context.look
    drawHeading(state, area, into: &buffer, context)
    let body = bodyArea(area)
    guard let counts = state.counts else {
      if let problem = state.problem {
        EmptyState.draw(
          "The numbers could not be counted", lines: [problem], into: &buffer, body, look)
      }
      return
    }
    guard counts.uploads > 0 || counts.overdueReports > 0 else {
      EmptyState.draw(
        "Nothing was sent in this period",
        lines: ["Uploads, volume, proof and delays are counted here as soon as studies are sent."],
        hints: [
          KeyHint(context.key("dashboard.period"), "another period"),
          KeyHint(context.key("pane.uploads"), "see the uploads, or add some"),
        ], into: &buffer, body, look)
      return
    }
    if state.isTable {
      DashboardTable.text(counts, width: body.width, look)
        .draw(offset: state.scroll, into: &buffer, body)
      buffer.cursor = Point(x: body.x, y: body.y)
      return
    }
    // Charts are drawn higher than the screen where they do not fit, and moved up.
    let height = max(body.height, chartHeight(counts, context.layout))
    if height == body.height {
      drawCharts(counts, body, into: &buffer, context)
    } else {
      var sheet = CellBuffer(size: Size(width: body.width, height: height))
      sheet.fill(sheet.area, style: look[.text])
      drawCharts(counts, sheet.area, into: &sheet, context)
      let first = Paragraph.clamp(state.scroll, lines: height, height: body.height)
      for y in 0..<body.height {
        for x in 0..<body.width { buffer[body.x + x, body.y + y] = sheet[x, y + first] }
      }
    }
    buffer.cursor = Point(x: body.x, y: body.y)
  }

  static func bodyArea(_ area: Rect) -> Rect {
    area.inset(top: area.height > 10 ? 2 : 1)
  }

  /// The part of the heading that has the periods.
  static func tabArea(_ area: Rect) -> Rect {
    let label = area.width < 60 ? 0 : 12
    return area.row(0).inset(left: label)
  }

  static func tabs(_ state: DashboardState, _ area: Rect) -> [Tab] {
    let titles = DashboardPeriod.allCases.map { period in
      guard area.width >= 100 else {
        return period == .all ? "all" : period.rawValue.uppercased()
      }
      switch period {
      case .oneWeek: return "1 week"
      case .twoWeeks: return "2 weeks"
      case .oneMonth: return "1 month"
      case .threeMonths: return "3 months"
      case .sixMonths: return "6 months"
      case .all: return "all"
      }
    }
    return MarkedTabs.make(titles, selected: selected(state), in: tabArea(area))
  }

  private static func drawHeading(
    _ state: DashboardState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let row = area.row(0)
    if area.width >= 60 {
      buffer.write("Dashboard", x: row.x, y: row.y, width: row.width, style: look[.bright])
    }
    let tabs = tabs(state, area)
    let place = tabArea(area)
    TabBar.draw(tabs, selected: selected(state), into: &buffer, place, look)
    guard let counts = state.counts else { return }
    var text = "as of \(context.time(counts.asOf))"
    // The old numbers stay until the new ones are here, and say whose they are.
    if counts.period != state.period { text = "still \(counts.period.rawValue), \(text)" }
    let width = SafeText.width(text)
    let used = TabBar.place(tabs, selected: selected(state), in: place).hits.map(\.area.maxX).max()
    let fits = (used ?? place.x) + 2 + width <= row.maxX
    // A phone says it in the blank row below.
    guard fits || bodyArea(area).y > area.y + 1 else { return }
    buffer.write(
      text, x: row.x, y: fits ? row.y : row.y + 1, width: row.width, style: look[.dim],
      align: .right)
  }

  /// Lines of what is below the heading, for scrolling.
  static func lineCount(_ state: DashboardState, _ context: PaneContext) -> Int {
    guard let counts = state.counts else { return 0 }
    if state.isTable {
      return DashboardTable.text(counts, width: context.area.width, Look()).lines.count
    }
    return chartHeight(counts, context.layout)
  }
}
