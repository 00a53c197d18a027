/// Why a full-screen program cannot run here.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  case notATerminal
  case dumbTerminal(type: String)
  case unknownTerminal(type: String)
  case system(String)

  public var description: String {
    switch self {
    case .notATerminal:
      "standard input and output are not a terminal: start it in a terminal, or use a subcommand "
        + "(radrelay --help), which work in scripts, too"
    case .dumbTerminal(let type):
      "the terminal type '\(type)' cannot place text on the screen: set TERM to what your terminal "
        + "is, for example TERM=xterm-256color"
    case .unknownTerminal(let type):
      "the terminal type '\(type)' is not known here: set TERM to one that is, for example "
        + "TERM=xterm-256color, or install ncurses-term"
    case .system(let what): what
    }
  }
}
