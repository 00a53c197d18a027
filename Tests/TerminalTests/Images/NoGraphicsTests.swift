import Screen
import TestSupport
import Testing

/// Terminals without graphics get characters, and nothing that they did not claim.
@Suite struct NoGraphicsTests {
  /// The colours of a cell of the picture as the scene has them for half blocks.
  private static func halves(_ x: Int, _ y: Int) -> (top: String, bottom: String) {
    func color(_ row: Int) -> String {
      let gray = ImageProbe.gray(x - 2, row, slice: 0, width: 40, height: 24)
      return "2;\(gray);\(gray);\(gray)"
    }
    return (color((y - 2) * 2), color((y - 2) * 2 + 1))
  }

  /// The first cells that are not as they should be.
  private func wrong(_ screen: VirtualScreen) -> [String] {
    let wrong = ImageProbe.pictureCells().filter { place in
      let cell = screen.cell(place[0], place[1])
      let wanted = Self.halves(place[0], place[1])
      switch cell.text {
      case "▀": return cell.look.foreground != wanted.top || cell.look.background != wanted.bottom
      case "▄": return cell.look.foreground != wanted.bottom || cell.look.background != wanted.top
      case " ": return cell.look.background != wanted.top || wanted.top != wanted.bottom
      case "█": return cell.look.foreground != wanted.top || wanted.top != wanted.bottom
      default: return true
      }
    }
    return wrong.prefix(5).map { "\($0): \(screen.cell($0[0], $0[1]))" }
  }

  @Test(arguments: [TerminalKind.plain, .silent, .tmux])
  func charactersOnly(_ kind: TerminalKind) throws {
    var probe = try ImageProbe(
      kind, environment: kind.name == "tmux" ? ["TERM": "tmux-256color"] : [:])
    probe.settle()
    #expect(wrong(probe.terminal.screen) == [])
    #expect(probe.strings() == [])
    #expect(probe.terminal.screen.unknown == [])
    // Neither the question nor a picture.
    let output = String(decoding: probe.terminal.output, as: UTF8.self)
    #expect(!output.contains("\u{1B}_") && !output.contains("\u{1B}P"))
    #expect(!output.contains("\u{1B}]1337"))
    // The rest of the line is text, whatever stands beside it.
    #expect(probe.terminal.screen.cell(42, 5).text == " ")
    #expect(probe.terminal.screen.cell(42, 5).look.background == nil)
  }

  /// Lines that become shorter must not take the picture beside them along.
  @Test func textBesideErasesNothing() throws {
    var probe = try ImageProbe(.silent)
    probe.settle()
    probe.press("dd")
    #expect(wrong(probe.terminal.screen) == [])
    probe.press("oo")
    #expect(wrong(probe.terminal.screen) == [])
    probe.terminal.resize(rows: 40, columns: 120)
    probe.settle()
    #expect(wrong(probe.terminal.screen) == [])
  }

  @Test func onlyChangedCellsAreSent() throws {
    var probe = try ImageProbe(.silent)
    probe.settle()
    let before = probe.terminal.output.count
    probe.terminal.send("\u{1B}[I")
    probe.settle()
    // A focus event is one line of text.
    #expect(probe.terminal.output.count - before < 120)
  }

  @Test(arguments: ["256", "8", "mono"])
  func fewColors(_ depth: String) throws {
    var environment = ["COLORTERM": "", "TERM": "xterm-256color"]
    if depth == "8" { environment["TERM"] = "xterm" }
    if depth == "mono" { environment["NO_COLOR"] = "1" }
    var probe = try ImageProbe(.silent, environment: environment)
    probe.settle()
    #expect(probe.terminal.screen.unknown == [])
    for place in ImageProbe.pictureCells() {
      let look = probe.terminal.screen.cell(place[0], place[1]).look
      let colors = [look.foreground, look.background].compactMap { $0 }
      let allowed: (String) -> Bool
      switch depth {
      case "256": allowed = { Int($0.dropFirst(2)).map { $0 == 16 || $0 > 58 } ?? false }
      case "8": allowed = { ["5;0", "5;7"].contains($0) }
      default: allowed = { _ in false }
      }
      #expect(colors.allSatisfy(allowed), "\(colors) at \(place)")
    }
  }

  @Test func withoutUnicodeOnlyASCIIIsSent() throws {
    var probe = try ImageProbe(.silent, environment: ["LC_ALL": "C"])
    probe.settle()
    #expect(probe.terminal.output.allSatisfy { $0 < 0x80 })
    #expect(probe.terminal.screen.cell(30, 4).look.background != nil)
  }

  @Test func forced() throws {
    var probe = try ImageProbe(.silent, environment: ["PROBE_IMAGES": "sextants"])
    probe.settle()
    let texts = Set(ImageProbe.pictureCells().map { probe.terminal.screen.cell($0[0], $0[1]).text })
    #expect(texts.contains { $0.unicodeScalars.contains { $0.value >= 0x1FB00 } })
    var kitty = try ImageProbe(.kitty, environment: ["PROBE_IMAGES": "braille"])
    kitty.settle()
    #expect(kitty.kitty.transmissions == 0)
  }
}
