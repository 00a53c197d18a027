/// All commands of the program, for help, palette and documents.
public enum CommandTable {
  /// Those that work everywhere, then pane by pane.
  public static let all: [Command] = everywhere + PaneID.allCases.flatMap(commands(of:))

  /// Commands of one pane.
  public static func commands(of pane: PaneID) -> [Command] { PaneDirectory.commands[pane] ?? [] }

  /// A command by its id.
  public static func command(_ id: String) -> Command? { all.first { $0.id == id } }

  /// The first default key of each command, as written.
  static let defaultLabels: [String: String] = Dictionary(
    all.compactMap { command in command.keys.first.map { (command.id, $0.label) } },
    uniquingKeysWith: { first, _ in first })

  /// The table for the README and the manual page: one row per command.
  public static func markdown() -> String {
    var lines = ["| where | key | command | what it does |", "| --- | --- | --- | --- |"]
    for command in all {
      let place =
        switch command.scope {
        case .everywhere: "everywhere"
        case .pane(let pane): pane.title
        }
      let keys = command.keys.map { "`\($0.label)`" }.joined(separator: " ")
      lines.append("| \(place) | \(keys) | `\(command.id)` | \(command.help) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
