/// How a terminal answers questions about itself: what the real ones of a kind send.
public struct TerminalKind: Sendable {
  public var name: String
  /// The answer to a question; nil when there is none.
  public var answer: @Sendable (_ question: String) -> String?

  public init(name: String, answer: @escaping @Sendable (String) -> String?) {
    self.name = name
    self.answer = answer
  }

  /// Answers by a table; every terminal answers DSR.
  private init(_ name: String, _ answers: [String: String]) {
    self.init(name: name) { question in
      if question == "\u{1B}[5n" { return "\u{1B}[0n" }
      return answers.first { question == $0.key || question.hasPrefix($0.key) }?.value
    }
  }

  public static let kitty = TerminalKind(
    "kitty",
    [
      "\u{1B}[>0q": "\u{1B}P>|kitty(0.35.2)\u{1B}\\", "\u{1B}[c": "\u{1B}[?62;c",
      "\u{1B}[16t": "\u{1B}[6;20;10t", "\u{1B}[14t": "\u{1B}[4;480;800t",
      "\u{1B}_Gi=31": "\u{1B}_Gi=31;OK\u{1B}\\",
    ])

  /// With sixel compiled in and `-ti vt340`, as Debian's.
  public static let xterm = TerminalKind(
    "xterm",
    [
      "\u{1B}[>0q": "\u{1B}P>|XTerm(390)\u{1B}\\",
      "\u{1B}[c": "\u{1B}[?63;1;2;4;6;9;15;16;22;28;29c", "\u{1B}[16t": "\u{1B}[6;20;10t",
      "\u{1B}[14t": "\u{1B}[4;480;800t", "\u{1B}[?1;1;0S": "\u{1B}[?1;0;1024S",
    ])

  public static let foot = TerminalKind(
    "foot",
    [
      "\u{1B}[>0q": "\u{1B}P>|foot(1.16.2)\u{1B}\\", "\u{1B}[c": "\u{1B}[?62;4;22;28c",
      "\u{1B}[16t": "\u{1B}[6;20;10t", "\u{1B}[14t": "\u{1B}[4;480;800t",
      "\u{1B}[?1;1;0S": "\u{1B}[?1;0;1024S",
    ])

  public static let iterm2 = TerminalKind(
    "iTerm2",
    [
      "\u{1B}[>0q": "\u{1B}P>|iTerm2 3.4.23\u{1B}\\", "\u{1B}[c": "\u{1B}[?1;2c",
      "\u{1B}[14t": "\u{1B}[4;480;800t",
      "\u{1B}]1337;Capabilities": "\u{1B}]1337;Capabilities=T3CwLrMSc7UUw9Ts3BFGsSyHNoSxF\u{7}",
      "\u{1B}]1337;ReportCellSize": "\u{1B}]1337;ReportCellSize=20.0;10.0;2.0\u{7}",
    ])

  /// tmux 3.4 as it is mostly built: without sixel.
  public static let tmux = TerminalKind(
    "tmux",
    [
      "\u{1B}[>0q": "\u{1B}P>|tmux 3.4\u{1B}\\", "\u{1B}[c": "\u{1B}[?1;2c",
      "\u{1B}[16t": "\u{1B}[6;20;10t", "\u{1B}[14t": "\u{1B}[4;480;800t",
    ])

  /// The class of a VT102, and nothing else: PuTTY, the Linux console and others of their age.
  public static let plain = TerminalKind("plain", ["\u{1B}[c": "\u{1B}[?6c"])

  /// Answers nothing at all.
  public static let silent = TerminalKind(name: "silent") { _ in nil }
}
