import Foundation
import TestSupport
import Testing

/// A terminal that goes away takes the program with it: nothing is left behind that spins or waits.
@Suite struct HangUpTests {
  private static let setsid = "/usr/bin/setsid"

  /// The session's terminal: the system sends SIGHUP, too.
  @Test(arguments: ["act", "image"], [TerminalKind.kitty, .plain])
  func theProgramEndsWithItsTerminal(_ mode: String, _ kind: TerminalKind) throws {
    let terminal = try PseudoTerminal(
      RestoreTests.probe, [mode], environment: ["COLORTERM": "truecolor"], kind: kind)
    #expect(terminal.waitFor(mode == "image" ? "slice 0" : "ready"))
    let started = ProcessTree.descendants(of: terminal.process)
    #expect(started.count == 1, "the supervisor has started the program")
    terminal.hangUp()
    #expect(terminal.waitForExit(seconds: 120) != nil)
    #expect(ProcessTree.waitForEnd(of: started))
  }

  /// A terminal that is not the session's, as with some ways to start a program: no signal comes,
  /// only reading and writing show it. At rest, and with a picture that waits to be taken.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: setsid), "needs setsid"),
    arguments: [true, false], [TerminalKind.kitty, .plain])
  func theProgramEndsWithoutASignal(_ isTaken: Bool, _ kind: TerminalKind) throws {
    let terminal = try PseudoTerminal(
      Self.setsid, ["--fork", "--wait", RestoreTests.probe, "image"],
      environment: ["COLORTERM": "truecolor"], kind: kind)
    #expect(terminal.waitFor("slice 0"))
    let started = ProcessTree.descendants(of: terminal.process)
    #expect(started.count == 2, "the supervisor and the program: \(started)")
    if !isTaken {
      terminal.takesOutput = false
      for _ in 0..<40 { terminal.send("nc") }
    }
    hangUp(terminal, started)
  }

  /// While a frame is drawn and written: then writing is what shows that the terminal is gone.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: setsid), "needs setsid"))
  func theProgramEndsInTheMiddleOfAFrame() throws {
    for round in 0..<24 {
      let terminal = try PseudoTerminal(
        Self.setsid, ["--fork", "--wait", RestoreTests.probe, "image"],
        environment: ["COLORTERM": "truecolor"], rows: 100, columns: 300, kind: .plain)
      #expect(terminal.waitFor("slice 0"))
      terminal.readUntilQuiet(milliseconds: 50)
      let started = ProcessTree.descendants(of: terminal.process)
      terminal.send("nc")
      usleep(UInt32(round * 250))
      hangUp(terminal, started)
    }
  }

  private func hangUp(_ terminal: PseudoTerminal, _ started: [Int32]) {
    terminal.hangUp()
    let hasEnded = ProcessTree.waitForEnd(of: started, seconds: 120)
    #expect(hasEnded)
    // A test that failed leaves nothing behind.
    if !hasEnded { for process in started { kill(process, SIGKILL) } }
  }
}
