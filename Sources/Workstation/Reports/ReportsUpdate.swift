import Domain
import Screen

extension ReportsPane {
  public static func update(
    _ state: inout ReportsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    switch event {
    case .appeared: return reload(&state, context)
    case .command(let id, _): return command(&state, id, &context)
    case .move(let move): return self.move(&state, move, &context)
    case .open: return open(&state)
    case .back: close(&state)
    case .filter(let text):
      state.text = text
      return narrow(&state, context)
    case .rested: return focus(&state)
    case .reveal(let reference): return reveal(&state, reference, &context)
    case .input(.mouse(let mouse)): return click(&state, mouse, &context)
    case .message(let message): return receive(&state, message, context)
    case .answered, .input: break
    }
    return []
  }

  private static func height(_ context: PaneContext) -> Int {
    layout(context.area, context.layout).visibleRows
  }

  // MARK: Reading

  private static func reload(_ state: inout ReportsState, _ context: PaneContext) -> [Effect] {
    var effects: [Effect] = []
    if let window = state.list.wanted(height: height(context), reload: true) {
      effects.append(.load(.reports(state.filter, window)))
    }
    if let focus = state.focus { effects.append(.load(.report(focus))) }
    return effects
  }

  private static func loadMore(_ state: inout ReportsState, _ context: PaneContext) -> [Effect] {
    guard let window = state.list.wanted(height: height(context)) else { return [] }
    return [.load(.reports(state.filter, window))]
  }

  private static func narrow(_ state: inout ReportsState, _ context: PaneContext) -> [Effect] {
    state.list.restart()
    return reload(&state, context)
  }

  private static func focus(_ state: inout ReportsState) -> [Effect] {
    guard !state.isOpen, let id = state.list.selectedRow?.id, id != state.focus else { return [] }
    state.focus = id
    state.scroll = 0
    return [.load(.report(id))]
  }

  private static func receive(
    _ state: inout ReportsState, _ message: Message, _ context: PaneContext
  ) -> [Effect] {
    switch message {
    case .loaded(.reports(let filter, let window, let page, let counts)):
      guard filter == state.filter else { return [] }
      state.problem = nil
      state.counts = counts
      state.list.receive(page, window: window, height: height(context))
      if state.isOpen { return [] }
      return loadMore(&state, context) + (context.isMoving ? [] : focus(&state))
    case .loaded(.report(let report)):
      guard let report, report.id == state.focus else { return [] }
      state.detail = report
      // Opened before its row was here (from a notification): it is seen now.
      if state.isOpen { return markViewed(report) }
    case .storeChanged(let regions):
      guard regions.contains(.reports), context.isVisible else { return [] }
      return reload(&state, context)
    case .failed(.load(.reports), let text): state.problem = text
    default: break
    }
    return []
  }

  // MARK: Doing

  private static func command(
    _ state: inout ReportsState, _ id: String, _ context: inout PaneContext
  ) -> [Effect] {
    switch id {
    case "reports.open": return open(&state)
    case "reports.view":
      guard let report = state.target else { return [] }
      context.show(.viewer, then: .reveal(.images(.remoteUpload(report.remoteUploadID))))
      return []
    case "reports.pdf": return state.target.map { [.savePDF($0.id)] } ?? []
    case "reports.show":
      cycleTab(&state, by: 1)
      return narrow(&state, context)
    default: return []
    }
  }

  private static func cycleTab(_ state: inout ReportsState, by step: Int) {
    let tabs = ReportsState.tabs
    let place = tabs.firstIndex(of: state.status) ?? 0
    state.status = tabs[((place + step) % tabs.count + tabs.count) % tabs.count]
    state.isReading = false
  }

  private static func open(_ state: inout ReportsState) -> [Effect] {
    guard !state.isOpen, let report = state.list.selectedRow else { return [] }
    state.isOpen = true
    state.isReading = false
    state.scroll = 0
    state.focus = report.id
    return [.load(.report(report.id))] + markViewed(report)
  }

  private static func markViewed(_ report: Report) -> [Effect] {
    report.status == .ready && report.viewedAt == nil
      ? [.perform(.markReportViewed(report.id))] : []
  }

  private static func close(_ state: inout ReportsState) {
    state.isOpen = false
    state.isReading = false
    state.scroll = 0
  }

  private static func reveal(
    _ state: inout ReportsState, _ reference: Reference, _ context: inout PaneContext
  ) -> [Effect] {
    let id: ReportID?
    switch reference {
    case .report(let wanted): id = wanted
    case .remoteUpload(let name):
      id = state.list.rows.first { $0.remoteUploadID == name }?.id
    case .upload, .teachingCase, .images: return []
    }
    guard let id else {
      context.toast("That report is not in this list yet.")
      return []
    }
    state.isOpen = true
    state.isReading = false
    state.scroll = 0
    state.focus = id
    state.list.select(id: id, height: height(context))
    return [.load(.report(id))]
  }

  private static func move(
    _ state: inout ReportsState, _ move: ListMove, _ context: inout PaneContext
  ) -> [Effect] {
    switch move {
    case .left where !state.isOpen, .right where !state.isOpen:
      cycleTab(&state, by: move == .right ? 1 : -1)
      return narrow(&state, context)
    case .nextPart, .previousPart:
      guard !state.isOpen, state.focused != nil, context.layout != .compact else { return [] }
      state.isReading.toggle()
      return []
    default: break
    }
    if state.isOpen || state.isReading {
      let area =
        state.isOpen
        ? context.area : layout(context.area, context.layout).detail
      state.scroll = Scrolling.moved(
        state.scroll, move, height: area.height,
        lines: lineCount(state, width: area.width, context))
      return []
    }
    guard state.list.move(move, height: height(context)) else { return [] }
    context.askForRest()
    return loadMore(&state, context)
  }

  private static func click(
    _ state: inout ReportsState, _ mouse: Mouse, _ context: inout PaneContext
  ) -> [Effect] {
    guard !state.isOpen, mouse.action == .press, mouse.button == .left else { return [] }
    let place = layout(context.area, context.layout)
    if place.tabs.contains(mouse.point) {
      let selected = selectedTab(state)
      guard
        let tab = TabBar.place(tabs(state, place.tabs), selected: selected, in: place.tabs)
          .item(at: mouse.point)
      else { return [] }
      if tab == selected { cycleTab(&state, by: 1) } else { state.status = ReportsState.tabs[tab] }
      return narrow(&state, context)
    }
    if place.detail.contains(mouse.point) {
      state.isReading = state.focused != nil
      return []
    }
    let old = state.list.selected
    guard state.list.click(mouse.point, in: place.list, rowHeight: place.rowHeight) else {
      return []
    }
    state.isReading = false
    if state.list.selected == old { return open(&state) }
    context.askForRest()
    return loadMore(&state, context)
  }
}
