import Screen
import TestSupport
import Testing

@testable import Terminal

@Suite struct ColorTests {
  private func depth(_ environment: [String: String], colors: Int = 256) -> ColorDepth {
    Capabilities(
      environment: environment, colors: colors, rewritable: colors == 256, unicode: true
    ).depth
  }

  @Test func depthFollowsTypeAndEnvironment() {
    #expect(depth(["TERM": "xterm-256color"]) == .palette256)
    #expect(depth(["TERM": "xterm-256color", "COLORTERM": "truecolor"]) == .trueColor)
    #expect(depth(["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"]) == .mono)
    #expect(depth(["TERM": "xterm-256color", "NO_COLOR": ""]) == .palette256)
    #expect(depth(["TERM": "xterm-16color"], colors: 16) == .sixteen)
    #expect(depth(["TERM": "linux", "COLORTERM": "truecolor"], colors: 8) == .eight)
    #expect(depth(["TERM": "vt100"], colors: 0) == .mono)
    #expect(depth(["TERM": "xterm-direct"]) == .trueColor)
  }

  @Test func colorsFitTheDepth() {
    func index(_ color: Color, _ depth: ColorDepth) -> Int {
      var mapper = ColorMapper(depth: depth)
      return mapper.index(color)
    }
    #expect(index(.standard, .palette256) == -1)
    #expect(index(.rgb(255, 0, 0), .mono) == -1)
    #expect(index(.rgb(255, 0, 0), .palette256) == 196)
    #expect(index(.rgb(250, 5, 5), .sixteen) == 9)
    #expect(index(.rgb(200, 10, 10), .eight) == 1)
    #expect(index(.indexed(12), .eight) == 4)
    #expect(index(.indexed(12), .sixteen) == 12)
    #expect(index(.indexed(196), .sixteen) == 9)
    for depth in ColorDepth.allCases {
      for red in stride(from: 0, through: 255, by: 51) {
        let found = index(.rgb(UInt8(red), 100, 200), depth)
        #expect(found < min(depth.rawValue, 256) && found >= -1)
      }
    }
  }

  @Test func trueColorsTakeSlotsUntilThereAreNoMore() {
    var mapper = ColorMapper(depth: .trueColor)
    for gray in 0..<240 {
      #expect(mapper.index(.rgb(UInt8(gray), UInt8(gray), 0)) == gray + 16)
    }
    #expect(!mapper.isFull)
    // Full: the nearest of those that are there, and a sign for the next frame.
    #expect(mapper.index(.rgb(99, 98, 0)) == 99 + 16 || mapper.index(.rgb(99, 98, 0)) == 98 + 16)
    #expect(mapper.isFull)
    mapper.reset()
    #expect(mapper.index(.rgb(1, 2, 3)) == 16)
  }

  @Test func slotsBecomeTheirColors() {
    var slots = [UInt32?](repeating: nil, count: 240)
    slots[0] = 0x0A14FF
    func rewrite(_ text: String) -> String {
      String(
        decoding: PaletteRewriter.rewrite(Array(text.utf8), slots: slots), as: UTF8.self)
    }
    #expect(rewrite("\u{1B}[38;5;16mA") == "\u{1B}[38;2;10;20;255mA")
    #expect(rewrite("\u{1B}[48;5;16m\u{1B}[1m") == "\u{1B}[48;2;10;20;255m\u{1B}[1m")
    #expect(rewrite("\u{1B}[38;5;17m") == "\u{1B}[38;5;17m")
    #expect(rewrite("38;5;16m\u{1B}[38;5;1") == "38;5;16m\u{1B}[38;5;1")
  }

  @Test func compactedOutputShowsTheSameInFewerBytes() {
    let full =
      "\u{1B}[39;49m\u{1B}(B\u{1B}[m\u{1B}[H\u{1B}[2J"
      + "\u{1B}[38;5;252m\u{1B}[48;5;233m  \u{1B}(B\u{1B}[0;1m\u{1B}[38;5;255m\u{1B}[48;5;233mAB"
      + "\u{1B}[39;49m\u{1B}(B\u{1B}[m\u{1B}[2;3H\u{1B}[C"
      + "\u{1B}(B\u{1B}[0;1m\u{1B}[38;5;255m\u{1B}[48;5;233mC\u{1B}[22m\u{1B}[4mD\u{1B}[K"
      + "\r\u{1B}[38;2;1;2;3m\u{1B}[48;5;20mE\u{1B}[39;49m\u{1B}(B\u{1B}[m\u{1B}[58;5;3mF\u{1B}[m"
    let compact = StyleCompactor.compact(Array(full.utf8))
    var expected = VirtualScreen(rows: 4, columns: 20)
    expected.feed(full.utf8)
    var screen = VirtualScreen(rows: 4, columns: 20)
    screen.feed(compact)
    for (x, y) in [(0, 0), (2, 0), (3, 1), (4, 1), (8, 1), (0, 1), (1, 1)] {
      #expect(screen.cell(x, y) == expected.cell(x, y))
    }
    #expect(screen.text == expected.text)
    #expect(screen.look == VirtualScreen.Look())
    #expect(compact.count * 10 < full.utf8.count * 8)
    // What already stood is not said again.
    #expect(
      String(
        decoding: StyleCompactor.compact(Array("\u{1B}[1mA\u{1B}[m\u{1B}[1mB\u{1B}[m".utf8)),
        as: UTF8.self) == "\u{1B}[0;1mAB\u{1B}[m")
  }
}
