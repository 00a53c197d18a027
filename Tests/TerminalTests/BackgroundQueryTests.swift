import CLinux
import Screen
import TestSupport
import Testing

@testable import Terminal

/// The question for the background's colour: asked where an answer helps, and never left over.
@Suite struct BackgroundQueryTests {
  private static let answer = "\u{1B}]11;rgb:ffff/ffff/eeee\u{1B}\\\u{1B}[?62;c"

  private func isAsked(_ environment: [String: String], colors: Int = 256) -> Bool {
    let capabilities = Capabilities(
      environment: environment, colors: colors, rewritable: true, unicode: true)
    return BackgroundQuery(
      capabilities: capabilities, options: TerminalOptions(environment: environment)
    ).isUseful
  }

  @Test func askedWhereAnAnswerHelps() {
    for type in ["xterm-256color", "xterm-kitty", "tmux-256color", "foot", "alacritty"] {
      #expect(isAsked(["TERM": type]))
    }
    #expect(isAsked(["TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"]))
    // They print it, or do not know it, or what they would say is known or of no use.
    for type in ["linux", "dumb", "vt100", "screen-256color", "ansi", ""] {
      #expect(!isAsked(["TERM": type]))
    }
    #expect(!isAsked(["TERM": "xterm-256color", "COLORFGBG": "0;15"]))
    #expect(!isAsked(["TERM": "xterm-256color", "NO_COLOR": "1"]))
    #expect(!isAsked(["TERM": "xterm-mono"], colors: 0))
  }

  @Test func askedOnceAndForALimitedTime() {
    let options = TerminalOptions(environment: ["TERM": "xterm-256color"])
    var query = BackgroundQuery(
      capabilities: Capabilities(depth: .palette256, unicode: true, synchronizedOutput: false),
      options: options)
    let now = ContinuousClock.now
    #expect(query.timeLeft(at: now) == nil)
    #expect(query.begin(at: now) == BackgroundQuery.bytes)
    #expect(query.begin(at: now) == [])
    #expect(
      query.timeLeft(at: now + .milliseconds(100)) == options.answerLimit - .milliseconds(100))
    #expect(query.timeLeft(at: now + options.answerLimit) == nil)
  }

  @Test func answerIsAnEvent() throws {
    let terminal = try PseudoTerminal(RestoreTests.probe, ["show"])
    #expect(terminal.waitFor("ready"))
    let question = String(decoding: BackgroundQuery.bytes, as: UTF8.self)
    #expect(String(decoding: terminal.output, as: UTF8.self).contains(question))
    terminal.send(Self.answer)
    #expect(terminal.waitFor("background(isLight: true)"))
    terminal.send("j")
    #expect(terminal.waitFor("key character(\"j\")"))
    #expect(terminal.screen.text.components(separated: "key ") == 1, "\(terminal.screen.text)")
  }

  /// The program ends before the terminal has answered: the shell gets nothing of it.
  @Test func lateAnswerDoesNotReachTheShell() throws {
    let terminal = try PseudoTerminal(
      "/bin/bash", ["--norc", "--noprofile", "-i"],
      environment: ["PS1": "shell> ", "PROBE_PATIENT": "1"])
    #expect(terminal.waitFor("shell>"))
    terminal.send("\(RestoreTests.probe) act\r")
    #expect(terminal.waitFor("ready"))
    terminal.send("q")
    #expect(terminal.wait { !$0.modes.contains(1049) })
    // What it says of itself was asked twice: for the background, and for pictures.
    terminal.send(Self.answer + "\u{1B}[?62;c")
    #expect(terminal.wait { $0.line($0.cursor.y) == "shell>" })
    terminal.send("echo done\r")
    #expect(terminal.waitFor("done"))
    #expect(!terminal.screen.text.contains("11;"), "\(terminal.screen.text)")
    terminal.send("exit\r")
    #expect(terminal.waitForExit() != nil)
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(separated part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
