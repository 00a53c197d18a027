import Domain
import Screen

/// The dashboard pane.
public enum DashboardPane: Pane {
  public static let id = PaneID.dashboard

  public static let commands: [PaneCommand<DashboardState>] = [
    PaneCommand(
      "dashboard.period", "period", keys: [.character("p")],
      help: "Counts over the next period; the arrows left and right do too."),
    PaneCommand(
      "dashboard.table", "table", keys: [.character("v")],
      help: "Shows all numbers as a table, or as charts again."),
  ]

  public static func traits(_ state: DashboardState) -> PaneTraits {
    PaneTraits(goesBack: state.isTable)
  }

  public static func update(
    _ state: inout DashboardState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    switch event {
    case .appeared: return [.load(.dashboard(state.period))]
    case .command("dashboard.period", _): return change(&state, by: 1)
    case .command("dashboard.table", _): toggleTable(&state)
    case .back: toggleTable(&state)
    case .move(.left), .move(.previousPart): return change(&state, by: -1)
    case .move(.right), .move(.nextPart): return change(&state, by: 1)
    case .move(let move):
      state.scroll = Scrolling.moved(
        state.scroll, move, height: bodyArea(context.area).height,
        lines: lineCount(state, context))
    case .input(.mouse(let mouse)):
      guard mouse.action == .press, mouse.button == .left,
        let item = TabBar.place(
          tabs(state, context.area), selected: selected(state), in: tabArea(context.area)
        ).item(at: mouse.point)
      else { return [] }
      if item == selected(state) { return change(&state, by: 1) }
      return change(&state, by: item - selected(state))
    case .message(.loaded(.dashboard(let counts))):
      guard counts.period == state.period else { return [] }
      state.counts = counts
      state.problem = nil
    case .message(.failed(.load(.dashboard), let text)): state.problem = text
    case .message(.storeChanged(let regions)):
      guard context.isVisible, !regions.isDisjoint(with: [.uploads, .reports]) else { return [] }
      return [.load(.dashboard(state.period))]
    default: break
    }
    return []
  }

  private static func toggleTable(_ state: inout DashboardState) {
    state.isTable.toggle()
    state.scroll = 0
  }

  static func selected(_ state: DashboardState) -> Int {
    DashboardPeriod.allCases.firstIndex(of: state.period) ?? 0
  }

  private static func change(_ state: inout DashboardState, by step: Int) -> [Effect] {
    let all = DashboardPeriod.allCases
    let place = selected(state) + step
    state.period = all[(place % all.count + all.count) % all.count]
    return [.load(.dashboard(state.period))]
  }
}
