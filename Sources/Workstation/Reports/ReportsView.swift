import Domain
public import Screen

extension ReportsPane {
  public static func view(
    _ state: ReportsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard !area.isEmpty else { return }
    let look = context.look
    if state.isOpen, let report = state.focused {
      reportText(report, isLoaded: state.detail?.id == report.id, width: area.width, context)
        .draw(offset: state.scroll, into: &buffer, area)
      buffer.cursor = Point(x: area.x, y: area.y)
      return
    }
    let place = layout(area, context.layout)
    drawHeading(state, place.heading, into: &buffer, context)
    TabBar.draw(
      tabs(state, place.tabs), selected: selectedTab(state), into: &buffer, place.tabs, look)
    guard !state.list.isEmpty else {
      drawEmpty(
        state, area.inset(top: place.heading.height + place.tabs.height), into: &buffer,
        context)
      return
    }
    if let problem = state.problem, !state.list.isLoaded {
      EmptyState.draw(
        "The reports could not be read", lines: [problem], into: &buffer, area.inset(top: 2), look)
      return
    }
    drawList(state, place, into: &buffer, context)
    place.drawDivider(into: &buffer, look)
    if let report = state.focused {
      reportText(
        report, isLoaded: state.detail?.id == report.id, width: place.detail.width, context
      ).draw(offset: state.scroll, into: &buffer, place.detail)
      if state.isReading {
        let divider = place.divider
        buffer.restyle(divider) { $0 = look[.accent] }
      }
    }
  }

  static func layout(_ area: Rect, _ layout: Layout) -> ListDetail {
    ListDetail(area, layout, tabRows: 1, detailRows: 8)
  }

  static func selectedTab(_ state: ReportsState) -> Int {
    ReportsState.tabs.firstIndex(of: state.status) ?? 0
  }

  static func tabs(_ state: ReportsState, _ area: Rect) -> [Tab] {
    let titles = ReportsState.tabs.map { status in
      let title =
        switch status {
        case nil: "All"
        case .assigned: "Assigned"
        case .pending: "Being read"
        case .ready: "Ready"
        case .additionalDataRequired: "More data"
        }
      let count = status.map { state.counts.byStatus[$0] ?? 0 } ?? state.allCount
      return "\(title) \(Format.count(count))"
    }
    return MarkedTabs.make(titles, selected: selectedTab(state), in: area)
  }

  private static func drawHeading(
    _ state: ReportsState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let counts = state.counts
    // What became late since it was counted, as far as it is loaded.
    let since = state.list.rows.filter {
      ReportWords($0, now: context.now).isOverdue && !ReportWords($0, now: counts.asOf).isOverdue
    }
    let overdue = counts.overdue + since.count
    var facts: [[Span]] = []
    if overdue > 0 {
      facts.append([look.span("✕ \(Format.count(overdue)) overdue", .alarm)])
    }
    if counts.unread > 0 {
      facts.append([look.span("\(Format.count(counts.unread)) new", .bright)])
    }
    let waiting = counts.byStatus[.additionalDataRequired] ?? 0
    if waiting > 0 {
      facts.append([look.span("! \(Format.count(waiting)) want more data", .waiting)])
    }
    let flat = Facts.flow(facts, width: .max).first ?? []
    Heading.draw("Reports", flat, right: Freshness.spans(context), into: &buffer, area, look)
  }

  private static func drawEmpty(
    _ state: ReportsState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard state.text.isEmpty, state.status == nil else {
      EmptyState.draw(
        "No report fits", lines: ["No report of this kind is found."],
        hints: [
          KeyHint(context.key("reports.show"), "another tab"),
          KeyHint(context.key("filter"), "change the words"),
        ], into: &buffer, area, context.look)
      return
    }
    EmptyState.draw(
      "No reports yet",
      lines: [
        "When a study has reached the PACS, its report stands here: who reads it, when it is due,"
          + " and the text as soon as it is signed. It comes by itself."
      ], hints: [KeyHint(context.key("pane.uploads"), "see the uploads")], into: &buffer, area,
      context.look)
  }

  private static func table(width: Int) -> Table {
    Table(
      columns: [
        TableColumn("Patient", .flexible(4), minimum: 12),
        TableColumn("Study", .flexible(4), dropOrder: 2, minimum: 12),
        TableColumn("Level", .fixed(width >= 100 ? 12 : 9), dropOrder: 3),
        TableColumn("Due", .fixed(11), align: .right, dropOrder: 1),
        TableColumn("State", .fixed(width >= 100 ? 20 : 18)),
      ], width: width)
  }

  private static func drawList(
    _ state: ReportsState, _ place: ListDetail, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    let table = table(width: place.list.width)
    let short = (table.places[2]?.count ?? 0) < 12
    place.drawRows(
      state.list, table, into: &buffer, look,
      values: { report, isSelected in
        let words = ReportWords(report, now: context.now)
        return [
          Table.Value(
            PersonName.display(report.study.patientName),
            look[isSelected ? .selection : words.isNew ? .bright : .text]),
          Table.Value(StudyWords.title(report.study), look[.text]),
          Table.Value([LevelWord.span(report.serviceLevel, short: short, look)]),
          Table.Value(words.due.text, look[words.due.role]),
          Table.Value(stateSpans(words, look)),
        ]
      },
      twoLines: { report, isSelected, area, buffer in
        drawTwoLines(
          ReportWords(report, now: context.now), isSelected: isSelected, into: &buffer, area, look)
      })
  }

  private static func stateSpans(_ words: ReportWords, _ look: Look) -> [Span] {
    let state = look.span("\(words.state.glyph) \(words.state.word)", words.state.role)
    return words.isNew ? [state, look.span("  ", .text), look.span("new", .badge)] : [state]
  }

  private static func drawTwoLines(
    _ words: ReportWords, isSelected: Bool, into buffer: inout CellBuffer, _ inner: Rect,
    _ look: Look
  ) {
    let report = words.report
    let right = stateSpans(words, look)
    let width = min(inner.width, right.reduce(0) { $0 + SafeText.width($1.text) })
    buffer.write(
      PersonName.display(report.study.patientName), x: inner.x, y: inner.y,
      width: inner.width - width - 2,
      style: look[isSelected ? .selection : words.isNew ? .bright : .text])
    buffer.write(right, x: inner.maxX - width, y: inner.y, width: width)
    guard inner.height > 1 else { return }
    var below = [LevelWord.span(report.serviceLevel, look)]
    if report.status != .ready {
      below += [look.span("  ", .text), look.span(words.due.text, words.due.role)]
    }
    let belowWidth = min(inner.width, below.reduce(0) { $0 + SafeText.width($1.text) })
    buffer.write(
      StudyWords.title(report.study), x: inner.x, y: inner.y + 1,
      width: inner.width - belowWidth - 2, style: look[.dim])
    buffer.write(below, x: inner.maxX - belowWidth, y: inner.y + 1, width: belowWidth)
  }
}
