import Domain
import Screen

extension SettingsPane {
  public static func update(
    _ state: inout SettingsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    let height = listArea(in: context.area).height
    if let effects = updateTemplates(&state, event, &context) { return effects }
    switch event {
    case .appeared: return [.load(.settings), .load(.templates), .load(.spool)]
    case .message(.loaded(.settings(let values))): state.values = values
    // Another quota leaves another room.
    case .message(.storeChanged(let regions)) where context.isVisible:
      if regions.contains(.settings) { return [.load(.spool)] }
    case .message(.loaded(.spool(let spool))): state.spool = spool
    case .move(.left): return change(state, by: -1)
    case .move(.right): return change(state, by: 1)
    case .move(let move): select(&state, index(after: move, state, height: height), height: height)
    case .command("settings.next", _): return open(&state, &context)
    case .command("settings.account", _): account(&context)
    case .open: return open(&state, &context)
    case .answered(let question, let text):
      guard question.hasPrefix("settings."),
        let setting = Setting(rawValue: String(question.dropFirst("settings.".count)))
      else { return [] }
      return [
        .perform(
          .set(setting, value: text.isEmpty ? choices(setting, state).first ?? "off" : text))
      ]
    case .input(.mouse(let mouse)) where mouse.action == .press:
      let area = listArea(in: context.area)
      guard area.contains(mouse.point) else { return [] }
      let index = state.top + mouse.point.y - area.y
      guard rows.indices.contains(index) else { return [] }
      let wasSelected = index == state.selected
      select(&state, index, height: height)
      if !wasSelected { return [] }
      return open(&state, &context)
    case .input(.resize): select(&state, state.selected, height: height)
    default: break
    }
    return []
  }

  private static func index(after move: ListMove, _ state: SettingsState, height: Int) -> Int {
    switch move {
    case .up: state.selected - 1
    case .down: state.selected + 1
    case .first: 0
    case .last: rows.count - 1
    case .pageUp: state.selected - max(1, height - 1)
    case .pageDown: state.selected + max(1, height - 1)
    case .left, .right, .nextPart, .previousPart: state.selected
    }
  }

  private static func select(_ state: inout SettingsState, _ index: Int, height: Int) {
    state.selected = min(max(0, index), rows.count - 1)
    if state.selected < state.top { state.top = state.selected }
    if height > 0, state.selected >= state.top + height { state.top = state.selected - height + 1 }
    state.top = min(max(0, state.top), max(0, rows.count - height))
  }

  private static func open(_ state: inout SettingsState, _ context: inout PaneContext) -> [Effect] {
    switch state.row {
    case .account: account(&context)
    case .templates:
      state.templates.isOpen = true
      return [.load(.templates)]
    case .text(let setting): ask(setting, state, &context)
    default: return change(state, by: 1)
    }
    return []
  }

  /// What is typed is read where it is kept: what is wrong with it is said there.
  private static func ask(
    _ setting: Setting, _ state: SettingsState, _ context: inout PaneContext
  ) {
    let (title, text) = question(setting)
    context.prompt(
      Prompt(
        id: "settings.\(setting.rawValue)", title: title, text: text,
        initial: value(setting, state), limit: 500, isRequired: false))
  }

  private static func question(_ setting: Setting) -> (title: String, text: String) {
    switch setting {
    case .uploadLimit:
      (
        "How fast uploads are sent",
        "Bytes a second by local time: 08:00 256k; 18:00 off. With days: mon-fri 08:00 256k;"
          + " sat,sun 00:00 off. A rate alone always holds; off is no limit."
      )
    case .spoolQuota:
      (
        "How much room copies may take",
        "A size, such as 50 GB; off: as much as there is. What waits in them to be sent is never"
          + " removed for room."
      )
    case .spoolReserve:
      (
        "What stays free on the disk of the copies",
        "A size, such as 1 GB. Nothing is copied that would leave less."
      )
    default:
      (
        "How much is sent",
        "500M per day, or 10G per month; off is no limit. What is over waits for the next one."
      )
    }
  }

  private static func change(_ state: SettingsState, by step: Int) -> [Effect] {
    guard case .choice(let setting) = state.row else { return [] }
    let choices = choices(setting, state)
    let current = choices.firstIndex(of: value(setting, state)) ?? 0
    let next = choices[(current + step + choices.count) % choices.count]
    return [.perform(.set(setting, value: next))]
  }

  static func value(_ setting: Setting, _ state: SettingsState) -> String {
    state.values[setting] ?? choices(setting, state).first ?? ""
  }

  private static func account(_ context: inout PaneContext) {
    if context.frame.user == nil { context.login() } else { context.logout() }
  }
}
