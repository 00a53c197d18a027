public import Screen

/// Which keys call which command. The defaults stand beside the commands; a person's own ones (from
/// `keymap.toml`) replace all keys of a command.
public struct KeyMap: Sendable, Equatable {
  private var overrides: [String: [Key]]

  /// - Parameter overrides: command id to keys as written, for example
  ///   `["uploads.pause": ["Space", "Ctrl-P"]]`; an empty list takes a command's keys away.
  ///   Use ``problems(in:)`` to tell a person what was not understood.
  public init(overrides: [String: [String]] = [:]) {
    self.overrides = overrides.mapValues { $0.compactMap(Key.init(named:)) }
  }

  /// What in an override is not understood, one sentence each.
  public static func problems(in overrides: [String: [String]]) -> [String] {
    let known = Set(CommandTable.all.map(\.id))
    return overrides.sorted { $0.key < $1.key }.flatMap { id, names in
      if !known.contains(id) {
        return ["keymap: no command is called \(id); the README lists them"]
      }
      return names.filter { Key(named: $0) == nil }.map {
        "keymap: \(id): \($0) is no key; write for example a, Space, Ctrl-P, F5"
      }
    }
  }

  /// The keys of a command.
  public func keys(for command: Command) -> [Key] { overrides[command.id] ?? command.keys }

  /// The first key of a command as it is written; nil when it has none.
  public func label(for id: String) -> String? {
    if let key = overrides[id]?.first { return key.label }
    return CommandTable.defaultLabels[id]
  }

  /// The command that a key calls: of the pane first, then everywhere.
  public func command(for key: Key, in state: AppState) -> Command? {
    let shown = { (command: Command) in
      keys(for: command).contains(key) && command.isShown(state)
    }
    return CommandTable.commands(of: state.pane).first(where: shown)
      ?? CommandTable.everywhere.first(where: shown)
  }
}

extension Key {
  private static let names: [(String, Code)] = [
    ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("Shift-Tab", .backTab),
    ("Backspace", .backspace), ("Delete", .delete), ("Insert", .insert), ("↑", .up), ("↓", .down),
    ("←", .left), ("→", .right), ("Home", .home), ("End", .end), ("PgUp", .pageUp),
    ("PgDn", .pageDown), ("Space", .character(" ")), ("Up", .up), ("Down", .down),
    ("Left", .left), ("Right", .right),
  ]

  /// The key as it is written: `a`, `Space`, `Ctrl-P`, `F5`, `↑`.
  public var label: String { label(ascii: false) }

  /// The key as it is written, the arrows as words where there is ASCII only.
  public func label(ascii: Bool) -> String {
    var prefix = ""
    if modifiers.contains(.control) { prefix += "Ctrl-" }
    if modifiers.contains(.alt) { prefix += "Alt-" }
    if modifiers.contains(.shift) { prefix += "Shift-" }
    let isName = { (name: String) in !ascii || name.utf8.allSatisfy { $0 < 0x80 } }
    if let name = Self.names.first(where: { $0.1 == code && isName($0.0) })?.0 {
      return prefix + name
    }
    switch code {
    case .character(let character):
      let letter = modifiers.contains(.control) ? character.uppercased() : String(character)
      return prefix + letter
    case .function(let number): return prefix + "F\(number)"
    default: return prefix + "?"
    }
  }

  /// A key from its name; nil when the name is not understood.
  public init?(named text: String) {
    var rest = Substring(text)
    var modifiers: Modifiers = []
    for (prefix, modifier) in [
      ("ctrl-", Modifiers.control), ("alt-", .alt), ("shift-", .shift), ("ctrl-", .control),
    ] where rest.count > prefix.count && rest.lowercased().hasPrefix(prefix) {
      if modifier == .shift, rest.lowercased() == "shift-tab" { continue }
      modifiers.insert(modifier)
      rest = rest.dropFirst(prefix.count)
    }
    let name = rest.lowercased()
    if let code = Self.names.first(where: { $0.0.lowercased() == name })?.1 {
      self.init(code, modifiers)
    } else if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...24).contains(number) {
      self.init(.function(number), modifiers)
    } else if rest.count == 1, let character = rest.first {
      let plain = modifiers.contains(.control) ? Character(character.lowercased()) : character
      self.init(.character(plain), modifiers)
    } else {
      return nil
    }
  }
}
