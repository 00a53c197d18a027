public import Screen

/// Something that a person can do in a pane, as data: key bar, help, palette, README and manual
/// page are made from it.
public struct PaneCommand<State: Sendable>: Sendable {
  /// `pane.verb`, for example `uploads.pause`; the name in `keymap.toml`. Never changes.
  public let id: String
  /// One or two words for the key bar, in lower case.
  public let title: String
  /// One sentence for help.
  public let help: String
  /// The default keys, the first is the one shown.
  public let keys: [Key]
  /// True shows it in the key bar, as long as there is room, in the order of the list.
  public let isInKeyBar: Bool
  /// The name of the argument that it takes in the palette, if it takes one.
  public let argument: String?
  /// False hides it: it has no meaning in this state.
  public let isShown: @Sendable (State) -> Bool
  /// Why it cannot be done now, in words; nil when it can.
  public let disabledReason: @Sendable (State) -> String?

  public init(
    _ id: String, _ title: String, keys: [Key], help: String, isInKeyBar: Bool = true,
    argument: String? = nil, isShown: @escaping @Sendable (State) -> Bool = { _ in true },
    disabledReason: @escaping @Sendable (State) -> String? = { _ in nil }
  ) {
    self.id = id
    self.title = title
    self.help = help
    self.keys = keys
    self.isInKeyBar = isInKeyBar
    self.argument = argument
    self.isShown = isShown
    self.disabledReason = disabledReason
  }
}

/// A command of the whole program: a pane's with its state taken from the program's, or one of the
/// shell's own.
public struct Command: Sendable, Identifiable {
  /// Where its keys work.
  public enum Scope: Sendable, Hashable {
    case everywhere
    case pane(PaneID)
  }

  public let id: String
  public let title: String
  public let help: String
  public let keys: [Key]
  public let scope: Scope
  public let isInKeyBar: Bool
  public let argument: String?
  public let isShown: @Sendable (AppState) -> Bool
  public let disabledReason: @Sendable (AppState) -> String?

  public init(
    _ id: String, _ title: String, keys: [Key], help: String, scope: Scope = .everywhere,
    isInKeyBar: Bool = false, argument: String? = nil,
    isShown: @escaping @Sendable (AppState) -> Bool = { _ in true },
    disabledReason: @escaping @Sendable (AppState) -> String? = { _ in nil }
  ) {
    self.id = id
    self.title = title
    self.help = help
    self.keys = keys
    self.scope = scope
    self.isInKeyBar = isInKeyBar
    self.argument = argument
    self.isShown = isShown
    self.disabledReason = disabledReason
  }

  /// A pane's command, its state read from the program's.
  init<State>(
    _ command: PaneCommand<State>, of pane: PaneID, _ state: @escaping @Sendable (AppState) -> State
  ) {
    self.init(
      command.id, command.title, keys: command.keys, help: command.help, scope: .pane(pane),
      isInKeyBar: command.isInKeyBar, argument: command.argument,
      isShown: { command.isShown(state($0)) },
      disabledReason: { command.disabledReason(state($0)) })
  }
}
