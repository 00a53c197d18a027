import CLinux
import TestSupport
import Testing

/// What reaches a terminal, byte by byte and as a picture.
@Suite struct ScreenOutputTests {
  private func table(
    environment: [String: String] = [:], rows: Int = 24, columns: Int = 80
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      RestoreTests.probe, ["table"], environment: environment, rows: rows, columns: columns)
    #expect(terminal.waitFor("row \(rows - 1) |"))
    terminal.readUntilQuiet()
    return terminal
  }

  @Test func idleAndUnchangedFramesSendNothing() throws {
    let terminal = try table()
    #expect(terminal.readUntilQuiet(milliseconds: 400).isEmpty)
    // A key that changes nothing on the screen.
    terminal.send("w")
    #expect(terminal.readUntilQuiet(milliseconds: 200).isEmpty)
    terminal.signal(SIGTERM)
    #expect(terminal.waitForExit() == .code(15))
  }

  @Test func drawsNamesInTheirColumns() throws {
    let terminal = try table()
    #expect(terminal.screen.unknown == [])
    #expect(terminal.screen.line(0) == "▌ Müller Jörg       | row 0 |")
    #expect(terminal.screen.line(1) == "  山田 太郎         | row 1 |")
    #expect(terminal.screen.line(5) == "  e\u{301}clair            | row 5 |")
    #expect(terminal.screen.cell(2, 0).look.foreground?.hasPrefix("5;") == true)
    #expect(terminal.screen.cell(2, 0).look.attributes == [1])
  }

  /// A terminal that draws Chinese in one column, or everything beyond ASCII in two: the columns
  /// after a name stay where they are, on the first picture and after changes.
  @Test(arguments: [1, 2])
  func otherOpinionsOnWidthShiftNothing(_ width: Int) throws {
    let terminal = try PseudoTerminal(
      RestoreTests.probe, ["table"], rows: 24, columns: 30)
    terminal.screen.width = { $0.value < 0x80 ? 1 : (0x300...0x36F).contains($0.value) ? 0 : width }
    func isStraight(_ screen: VirtualScreen) -> Bool {
      (0..<24).allSatisfy { y in
        let end = (20..<30).map { screen.cell($0, y).text }.joined()
        return end == "| row \(y) |" + (y < 10 ? " " : "")
      }
    }
    #expect(terminal.wait(until: isStraight), "\(terminal.screen.text)")
    for _ in 0..<30 {
      terminal.send("j")
      terminal.readUntilQuiet(milliseconds: 20)
      #expect(isStraight(terminal.screen), "\(terminal.screen.text)")
    }
  }

  @Test func trueColor() throws {
    let terminal = try table(environment: ["COLORTERM": "truecolor"])
    #expect(terminal.screen.cell(2, 3).look.foreground == "2;12;128;200")
    #expect(terminal.screen.cell(21, 3).look.foreground == nil)
  }

  @Test func noColor() throws {
    let terminal = try table(environment: ["NO_COLOR": "1"])
    #expect(terminal.screen.cell(2, 3).look.foreground == nil)
    #expect(terminal.screen.cell(2, 0).look.attributes == [1])
  }

  @Test func asciiLocale() throws {
    let terminal = try PseudoTerminal(
      RestoreTests.probe, ["table"], environment: ["LC_ALL": "C"])
    #expect(terminal.waitFor("row 23 |"))
    #expect(terminal.screen.line(0) == "? M?ller J?rg       | row 0 |")
    #expect(terminal.screen.line(1) == "  ? ?  ? ?          | row 1 |")
  }

  @Test(arguments: ["vt100", "linux", "screen-256color", "tmux-256color", "xterm"])
  func otherTypes(_ type: String) throws {
    let terminal = try PseudoTerminal(
      RestoreTests.probe, ["table"], environment: ["TERM": type])
    #expect(terminal.waitFor("row 23 |"))
    #expect(terminal.screen.line(3) == "  Иванов            | row 3 |")
  }

  @Test func refusesWhatIsNoTerminal() throws {
    for (type, words) in [("dumb", "cannot place text"), ("no-such-type", "is not known")] {
      let terminal = try PseudoTerminal(
        RestoreTests.probe, ["table"], environment: ["TERM": type])
      #expect(terminal.waitForExit() == .code(2))
      #expect(terminal.screen.text.contains(words))
    }
  }

  /// Sizes one after the other, faster than they are drawn: the last one is drawn whole.
  @Test func resizeStorm() throws {
    let terminal = try table()
    for step in 0..<200 {
      terminal.resize(rows: 1 + step * 7 % 60, columns: 1 + step * 13 % 200)
    }
    terminal.resize(rows: 30, columns: 100)
    #expect(terminal.waitFor("row 29 |"))
    #expect(
      terminal.wait { screen in
        (0..<30).allSatisfy { screen.line($0).hasSuffix("| row \($0) |") }
      }, "\(terminal.screen.text)")
    #expect(terminal.screen.unknown == [])
  }
}
