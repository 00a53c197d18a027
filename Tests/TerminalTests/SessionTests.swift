import CLinux
import TestSupport
import Testing

/// Keys, mouse, paste, suspending: through a real terminal device.
@Suite struct SessionTests {
  @Test func eventsArrive() throws {
    let terminal = try PseudoTerminal(RestoreTests.probe, ["show"], columns: 200)
    #expect(terminal.waitFor("ready palette256 true"))
    terminal.send("ü\u{1B}OA")
    #expect(terminal.waitFor("key character(\"ü\") 0"))
    #expect(terminal.waitFor("key up 0"))
    terminal.send("\u{1B}[<0;250;3M")
    #expect(terminal.waitFor("Point(x: 249, y: 2)"))
    terminal.send("\u{1B}[200~one\rtwo\u{1B}[201~")
    #expect(terminal.waitFor("paste"))
    terminal.send("\u{1B}")
    #expect(terminal.waitFor("key escape 0"))
    terminal.send("\u{1B}x")
    #expect(terminal.waitFor("key character(\"x\") 2"))
  }

  @Test func answersOfOtherThreadsRunOnTheInterfaceThread() throws {
    let terminal = try PseudoTerminal(RestoreTests.probe, ["act"])
    #expect(terminal.waitFor("ready"))
    terminal.send("j")
    #expect(terminal.waitFor("answered on true"))
  }

  /// A terminal that takes no output (a line that is down) does not keep keys from working.
  @Test func fullTerminalHoldsUpNothing() throws {
    let terminal = try PseudoTerminal(
      RestoreTests.probe, ["act"], rows: 60, columns: 200)
    #expect(terminal.waitFor("ready"))
    terminal.takesOutput = false
    for _ in 0..<600 { terminal.send("n\u{C}") }
    terminal.send("x")
    #expect(terminal.waitForExit() == .code(3))
  }

  @Test func bellAndRedraw() throws {
    let terminal = try PseudoTerminal(RestoreTests.probe, ["act"])
    #expect(terminal.waitFor("ready"))
    terminal.send("b")
    #expect(terminal.wait { $0.bells == 1 })
    terminal.readUntilQuiet()
    let before = terminal.output.count
    terminal.send("\u{C}")
    #expect(
      terminal.wait { _ in
        String(decoding: terminal.output[before...], as: UTF8.self).contains("ready")
      })
  }

  /// Ctrl-Z under a shell with job control: the shell comes back with a sane terminal, `fg` brings
  /// the program back with its whole screen, and its end is the shell's `$?`.
  @Test func suspendAndResume() throws {
    let terminal = try PseudoTerminal(
      "/bin/bash", ["--norc", "--noprofile", "-i"], environment: ["PS1": "shell> "])
    #expect(terminal.waitFor("shell>"))
    terminal.send("\(RestoreTests.probe) act\r")
    #expect(terminal.waitFor("ready"))
    for round in 0..<3 {
      terminal.send("\u{1A}")
      #expect(terminal.wait { !$0.modes.contains(1049) && $0.text.contains("Stopped") })
      #expect(terminal.wait { $0.line($0.cursor.y) == "shell>" })
      #expect(!terminal.screen.modes.contains(1002))
      terminal.send("fg\r")
      #expect(terminal.wait { $0.modes.contains(1049) && $0.text.contains("ready") })
      terminal.send("n")
      #expect(
        terminal.wait {
          $0.text.components("key character(\"n\")") == round + 1
        })
    }
    terminal.send("t")
    #expect(terminal.wait { !$0.modes.contains(1049) && $0.line($0.cursor.y) == "shell>" })
    terminal.send("echo code=$?\r")
    #expect(terminal.waitFor("code=1"))
    terminal.send("exit\r")
    #expect(terminal.waitForExit() != nil)
  }

  /// A stop that the program does not see (SIGSTOP to the whole job).
  @Test func stoppedFromOutside() throws {
    let terminal = try PseudoTerminal(
      "/bin/bash", ["--norc", "--noprofile", "-i"], environment: ["PS1": "shell> "])
    #expect(terminal.waitFor("shell>"))
    terminal.send("\(RestoreTests.probe) act & sleep 0; fg\r")
    #expect(terminal.waitFor("ready"))
    terminal.send("k")
    #expect(terminal.wait { !$0.modes.contains(1049) && $0.text.contains("Killed") })
    // Split, so that what is typed does not look like the answer.
    terminal.send("stty -a | grep -ow -- '-*icanon' | sed 's/^/mode:/'\r")
    #expect(terminal.waitFor("mode:icanon"))
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
