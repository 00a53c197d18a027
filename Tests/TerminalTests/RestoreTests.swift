import CLinux
import Foundation
import TestSupport
import Testing

/// Whatever ends the program, the shell gets its terminal back.
@Suite struct RestoreTests {
  static let probe = BuiltProduct.path("terminal-probe")

  struct Ending: Sendable, CustomStringConvertible {
    var description: String
    /// The key that makes the program end so; nil sends `signal`.
    var key: String?
    var signal: Int32?
    var exit: PseudoTerminal.Exit
  }

  static let endings: [Ending] = [
    Ending(description: "quit", key: "q", exit: .code(0)),
    Ending(description: "thrown error", key: "t", exit: .code(1)),
    Ending(description: "_exit without cleaning up", key: "x", exit: .code(3)),
    Ending(description: "SIGTERM", signal: SIGTERM, exit: .code(15)),
    Ending(description: "SIGINT", signal: SIGINT, exit: .code(15)),
    Ending(description: "SIGHUP", signal: SIGHUP, exit: .code(1)),
    Ending(description: "SIGSEGV", key: "s", exit: .signal(SIGSEGV)),
    Ending(description: "abort", key: "a", exit: .signal(SIGABRT)),
    Ending(description: "Swift trap", key: "i", exit: .signal(SIGILL)),
    Ending(description: "SIGKILL", key: "k", exit: .signal(SIGKILL)),
  ]

  @Test(arguments: endings)
  func terminalIsAsBefore(_ ending: Ending) throws {
    let log = NSTemporaryDirectory() + "probe-\(UUID().uuidString).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let terminal = try PseudoTerminal(
      Self.probe, ["act"], environment: ["PROBE_LOG": log, "SWIFT_BACKTRACE": "enable=no"])
    let before = terminal.initialModes
    #expect(terminal.waitFor("ready"))
    #expect(!terminal.modes.isCooked)
    #expect(terminal.screen.modes.isSuperset(of: [1049, 1002, 1006, 2004]))
    if let key = ending.key { terminal.send(key) }
    if let signal = ending.signal { terminal.signal(signal) }
    #expect(terminal.waitForExit() == ending.exit)
    #expect(terminal.screen.modes == [7, 25])
    #expect(!terminal.screen.keypad)
    #expect(terminal.screen.unknown == [])
    #expect(terminal.modes == before)
    // What was on the alternate screen is not left behind.
    #expect(!terminal.screen.text.contains("ready"))
    if case .signal = ending.exit {
      #expect(terminal.screen.text.contains("ended unexpectedly"))
      #expect(terminal.screen.text.contains(log.suffix(20)))
    } else if ending.key != "t" {
      #expect(terminal.screen.text == "")
    }
  }

  /// A trap of the program without its supervisor: the handlers alone restore.
  @Test(arguments: ["s", "a", "i"])
  func handlersRestoreAlone(_ key: String) throws {
    let terminal = try PseudoTerminal(
      Self.probe, ["act"],
      environment: ["RADRELAY_NO_SUPERVISOR": "1", "SWIFT_BACKTRACE": "enable=no"])
    let before = terminal.initialModes
    #expect(terminal.waitFor("ready"))
    terminal.send(key)
    let exit = terminal.waitForExit()
    guard case .signal = exit else {
      Issue.record("ended with \(String(describing: exit))")
      return
    }
    #expect(terminal.screen.modes == [7, 25])
    #expect(terminal.modes == before)
  }

  /// The supervisor itself is killed: the program ends, too, and restores.
  @Test func supervisorKilled() throws {
    let terminal = try PseudoTerminal(Self.probe, ["act"])
    let before = terminal.initialModes
    #expect(terminal.waitFor("ready"))
    terminal.signal(SIGKILL)
    #expect(terminal.waitForExit() == .signal(SIGKILL))
    #expect(terminal.wait { $0.modes == [7, 25] })
    #expect(terminal.wait { _ in terminal.modes.isCooked })
    #expect(terminal.modes == before)
  }

  /// The program is a forked process: locks that two threads want work in it all the same.
  @Test func contendedLocksAreGivenBack() throws {
    let terminal = try PseudoTerminal(Self.probe, ["act"])
    #expect(terminal.waitFor("ready"))
    terminal.send("m")
    #expect(terminal.waitFor("locks 80000"))
    terminal.send("q")
    #expect(terminal.waitForExit() == .code(0))
  }

  @Test func standardErrorStaysOffTheScreen() throws {
    let log = NSTemporaryDirectory() + "probe-\(UUID().uuidString).log"
    defer {
      try? FileManager.default.removeItem(atPath: log)
      try? FileManager.default.removeItem(atPath: log + ".1")
    }
    try Data(repeating: 0x61, count: 1 << 20 + 1).write(to: URL(fileURLWithPath: log))
    let terminal = try PseudoTerminal(Self.probe, ["act"], environment: ["PROBE_LOG": log])
    #expect(terminal.waitFor("ready"))
    terminal.send("e")
    #expect(terminal.waitFor("key"))
    terminal.send("q")
    #expect(terminal.waitForExit() == .code(0))
    #expect(!String(decoding: terminal.output, as: UTF8.self).contains("noise"))
    #expect(try String(contentsOfFile: log, encoding: .utf8) == "noise on stderr\n")
    #expect(FileManager.default.fileExists(atPath: log + ".1"))
  }
}
