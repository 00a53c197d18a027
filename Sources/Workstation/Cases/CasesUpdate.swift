import Domain
import Screen

extension CasesPane {
  public static func update(
    _ state: inout CasesState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    switch event {
    case .appeared: return reload(&state, context)
    case .command(let id, _): return command(&state, id, &context)
    case .move(let move): return self.move(&state, move, &context)
    case .open:
      if state.isOpen {
        step(&state, context)
      } else {
        return open(&state, state.list.selectedRow?.id)
      }
    case .back:
      state.isOpen = false
      state.scroll = 0
    case .filter(let text):
      state.text = text
      return narrow(&state, context)
    case .rested: return focus(&state)
    case .reveal(.teachingCase(let id)):
      state.list.select(id: id, height: height(context))
      return open(&state, id)
    case .input(.mouse(let mouse)): return click(&state, mouse, &context)
    case .message(let message): return receive(&state, message, context)
    case .answered, .input, .reveal: break
    }
    return []
  }

  private static func height(_ context: PaneContext) -> Int {
    layout(context.area, context.layout).visibleRows
  }

  // MARK: Reading

  private static func reload(_ state: inout CasesState, _ context: PaneContext) -> [Effect] {
    var effects: [Effect] = []
    if let window = state.list.wanted(height: height(context), reload: true) {
      effects.append(.load(.cases(state.filter, window)))
    }
    if let focus = state.focus { effects.append(.load(.teachingCase(focus))) }
    return effects
  }

  private static func loadMore(_ state: inout CasesState, _ context: PaneContext) -> [Effect] {
    guard let window = state.list.wanted(height: height(context)) else { return [] }
    return [.load(.cases(state.filter, window))]
  }

  private static func narrow(_ state: inout CasesState, _ context: PaneContext) -> [Effect] {
    state.list.restart()
    return reload(&state, context)
  }

  private static func focus(_ state: inout CasesState) -> [Effect] {
    guard !state.isOpen, let id = state.list.selectedRow?.id, id != state.focus else { return [] }
    state.focus = id
    return [.load(.teachingCase(id))]
  }

  private static func receive(
    _ state: inout CasesState, _ message: Message, _ context: PaneContext
  ) -> [Effect] {
    switch message {
    case .loaded(.cases(let filter, let window, let page, let facets)):
      guard filter == state.filter else { return [] }
      state.problem = nil
      state.facets = facets
      state.list.receive(page, window: window, height: height(context))
      if state.isOpen { return [] }
      return loadMore(&state, context) + (context.isMoving ? [] : focus(&state))
    case .loaded(.teachingCase(let found)):
      guard let found, found.id == state.focus else { return [] }
      state.detail = found
    case .storeChanged(let regions):
      guard regions.contains(.cases), context.isVisible else { return [] }
      return reload(&state, context)
    case .failed(.load(.cases), let text): state.problem = text
    default: break
    }
    return []
  }

  // MARK: Doing

  private static func command(
    _ state: inout CasesState, _ id: String, _ context: inout PaneContext
  ) -> [Effect] {
    switch id {
    case "cases.view":
      guard let found = state.focused, let preview = found.preview else { return [] }
      context.show(
        .viewer, then: .reveal(.images(.picture(title: found.title, preview))))
    case "cases.open": return open(&state, state.list.selectedRow?.id)
    case "cases.modality":
      state.modality = next(after: state.modality, in: state.facets.modalities, by: 1)
      return narrow(&state, context)
    case "cases.part":
      state.bodyPart = next(after: state.bodyPart, in: state.facets.bodyParts, by: 1)
      return narrow(&state, context)
    case "cases.everything":
      state.modality = nil
      state.bodyPart = nil
      state.text = ""
      return narrow(&state, context)
    case "cases.findings": uncover(&state, .findings, context)
    case "cases.diagnosis": uncover(&state, .diagnosis, context)
    case "cases.teaching": uncover(&state, .teachingPoints, context)
    case "cases.reveal": state.revealed = Set(CasesState.Part.allCases)
    case "cases.hide":
      state.revealed = []
      state.scroll = 0
    case "cases.step": step(&state, context)
    default: break
    }
    return []
  }

  private static func step(_ state: inout CasesState, _ context: PaneContext) {
    if let next = CasesState.Part.allCases.first(where: { !state.revealed.contains($0) }) {
      uncover(&state, next, context)
    }
  }

  /// Uncovers a part and scrolls to it where it would be out of sight.
  private static func uncover(
    _ state: inout CasesState, _ part: CasesState.Part, _ context: PaneContext
  ) {
    state.revealed.insert(part)
    let area = openLayout(state, context.area, context.layout).text
    var before = state
    let order = CasesState.Part.allCases
    let place = order.firstIndex(of: part) ?? 0
    before.revealed = state.revealed.intersection(order[..<place])
    let first = lineCount(before, width: area.width, context) + 1
    before.revealed.insert(part)
    let end = lineCount(before, width: area.width, context)
    let all = lineCount(state, width: area.width, context)
    if end > state.scroll + area.height || first < state.scroll {
      state.scroll = min(first, max(0, all - area.height))
    }
  }

  /// The value after one in a ring that begins with all.
  static func next(
    after value: String?, in buckets: [DashboardCounts.Bucket], by step: Int
  ) -> String? {
    let ring: [String?] = [nil] + buckets.map(\.name)
    let place = ring.firstIndex(of: value) ?? 0
    return ring[((place + step) % ring.count + ring.count) % ring.count]
  }

  private static func open(_ state: inout CasesState, _ id: CaseID?) -> [Effect] {
    guard let id else { return [] }
    state.isOpen = true
    state.revealed = []
    state.scroll = 0
    state.focus = id
    return [.load(.teachingCase(id))]
  }

  private static func move(
    _ state: inout CasesState, _ move: ListMove, _ context: inout PaneContext
  ) -> [Effect] {
    if state.isOpen {
      let place = openLayout(state, context.area, context.layout)
      state.scroll = Scrolling.moved(
        state.scroll, move, height: place.text.height,
        lines: lineCount(state, width: place.text.width, context))
      return []
    }
    switch move {
    case .left, .right:
      state.modality = next(
        after: state.modality, in: state.facets.modalities, by: move == .right ? 1 : -1)
      return narrow(&state, context)
    case .nextPart, .previousPart:
      state.bodyPart = next(
        after: state.bodyPart, in: state.facets.bodyParts, by: move == .nextPart ? 1 : -1)
      return narrow(&state, context)
    default:
      guard state.list.move(move, height: height(context)) else { return [] }
      context.askForRest()
      return loadMore(&state, context)
    }
  }

  private static func click(
    _ state: inout CasesState, _ mouse: Mouse, _ context: inout PaneContext
  ) -> [Effect] {
    guard !state.isOpen, mouse.action == .press, mouse.button == .left else { return [] }
    let place = layout(context.area, context.layout)
    if place.tabs.contains(mouse.point) {
      if let facet = Facet.click(mouse.point, state, place.tabs) {
        switch facet {
        case .modality(let value): state.modality = value
        case .bodyPart(let value): state.bodyPart = value
        }
        return narrow(&state, context)
      }
      return []
    }
    let old = state.list.selected
    guard state.list.click(mouse.point, in: place.list, rowHeight: place.rowHeight) else {
      return []
    }
    if state.list.selected == old { return open(&state, state.list.selectedRow?.id) }
    context.askForRest()
    return loadMore(&state, context)
  }
}
