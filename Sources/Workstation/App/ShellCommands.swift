import Domain
import Screen

extension CommandTable {
  /// What works in every pane.
  public static let everywhere: [Command] = panes + program + moves

  private static let moves: [Command] = [
    Command(
      "list.up", "up", keys: [Key(.up), .character("k")], help: "Selects the row above."),
    Command(
      "list.down", "down", keys: [Key(.down), .character("j")], help: "Selects the row below."),
    Command(
      "list.left", "left", keys: [Key(.left), .character("h")],
      help: "Goes to the tab, period or fold on the left."),
    Command(
      "list.right", "right", keys: [Key(.right), .character("l")],
      help: "Goes to the tab, period or fold on the right."),
    Command(
      "list.page-up", "page up", keys: [Key(.pageUp), .character("b", .control)],
      help: "Goes up by a screen."),
    Command(
      "list.page-down", "page down", keys: [Key(.pageDown), .character("f", .control)],
      help: "Goes down by a screen."),
    Command(
      "list.first", "first", keys: [.character("g"), Key(.home)], help: "Selects the first row."),
    Command(
      "list.last", "last", keys: [.character("G"), Key(.end)], help: "Selects the last row."),
    Command(
      "part.next", "next part", keys: [Key(.tab)], help: "Goes to the next part of the pane."),
    Command(
      "part.previous", "previous part", keys: [Key(.backTab)],
      help: "Goes to the previous part of the pane."),
    Command("open", "open", keys: [Key(.enter)], help: "Opens what is selected."),
    Command(
      "back", "back", keys: [Key(.escape)], help: "Goes back, out of whatever is open."),
  ]

  private static let panes: [Command] = PaneID.allCases.enumerated().map { index, pane in
    let keys: [Key] =
      switch pane {
      case .viewer: [Key(.function(5))]
      case .notifications: [.character("i")]
      case .settings: [.character(",")]
      default:
        [Key.character(Character(String(index + 1))), Key(.function(index + 1))]
      }
    return Command(
      "pane.\(pane.rawValue)", pane.title.lowercased(), keys: keys,
      help: "Goes to \(pane.title.lowercased()).")
  }

  private static let program: [Command] = [
    Command(
      "filter", "filter", keys: [.character("/")],
      help: "Narrows the list to rows with all words; Esc clears it.", argument: "words",
      isShown: { PaneDirectory.traits($0).filter != nil }),
    Command(
      "sync", "sync now", keys: [.character("s")],
      help: "Sends what waits and fetches what is new, now.",
      disabledReason: { $0.frame.user == nil ? "log in first" : nil }),
    Command(
      "login", "log in", keys: [.character("L")], help: "Logs in at a gateway, or as somebody else."
    ),
    Command(
      "logout", "log out", keys: [],
      help: "Logs out; what is queued stays here and goes on after the next login.",
      disabledReason: { $0.frame.user == nil ? "nobody is logged in" : nil }),
    Command(
      "theme", "theme", keys: [], help: "Changes the colours: dark, light, high-contrast, mono.",
      argument: "name"),
    Command(
      "palette", "command", keys: [.character(":"), .character("p", .control)],
      help: "Finds any command by its name and runs it."),
    Command(
      "redraw", "redraw", keys: [.character("l", .control)], help: "Draws the screen anew."),
    Command(
      "suspend", "suspend", keys: [.character("z", .control)],
      help: "Goes to the shell; fg comes back."),
    Command("help", "all keys", keys: [.character("?")], help: "Shows what can be done here."),
    Command(
      "quit", "quit", keys: [.character("q"), .character("c", .control)],
      help: "Leaves RadRelay; sending goes on when it is opened again."),
  ]
}
