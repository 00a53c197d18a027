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

  private func filter(_ text: String, slots: [UInt32?] = []) -> String {
    var filter = StyleFilter()
    // From a state that is known, without a sequence.
    _ = filter.filter(Array(" ".utf8), slots: [])
    return String(decoding: filter.filter(Array(text.utf8), slots: slots), as: UTF8.self)
  }

  @Test func slotsBecomeTheirColors() {
    var slots = [UInt32?](repeating: nil, count: 240)
    slots[0] = 0x0A14FF
    #expect(filter("\u{1B}[38;5;16mA", slots: slots) == "\u{1B}[38;2;10;20;255mA")
    #expect(filter("\u{1B}[48;5;16mA", slots: slots) == "\u{1B}[48;2;10;20;255mA")
    #expect(filter("\u{1B}[38;5;17mA", slots: slots) == "\u{1B}[38;5;17mA")
  }

  @Test func onlyDifferencesAreSent() {
    // What ncurses writes around each piece of text, and what is needed of it.
    #expect(
      filter(
        "\u{1B}(B\u{1B}[0;1m\u{1B}[38;5;75m\u{1B}[48;5;233mA\u{1B}[39;49m\u{1B}(B\u{1B}[m"
          + "\u{1B}[7;3H\u{1B}(B\u{1B}[0;1m\u{1B}[38;5;75m\u{1B}[48;5;233mB\u{1B}[m")
        == "\u{1B}[1;38;5;75;48;5;233mA\u{1B}[7;3HB")
    #expect(filter("\u{1B}[1mA\u{1B}[mB") == "\u{1B}[1mA\u{1B}[mB")
    #expect(filter("\u{1B}[4;31mA\u{1B}[0;31mB") == "\u{1B}[4;31mA\u{1B}[24mB")
    #expect(filter("\u{1B}[1;2mA\u{1B}[0;2mB") == "\u{1B}[1;2mA\u{1B}[0;2mB")
    // Erasing draws in the background colour.
    #expect(filter("\u{1B}[41m\u{1B}[K") == "\u{1B}[41m\u{1B}[K")
    #expect(filter("\u{1B}[91m\u{1B}[5;5H\u{1B}[94mA") == "\u{1B}[5;5H\u{1B}[94mA")
  }

  /// Any order of states: the filtered output leaves the same picture.
  @Test func sameStatesAsWithoutIt() {
    var generator = SplitMix(seed: 3)
    let codes = [
      "0", "1", "2", "3", "4", "7", "22", "24", "27", "31", "95", "42", "103", "39", "49",
      "38;5;200", "48;5;20",
    ]
    for _ in 0..<200 {
      var bytes: [UInt8] = []
      for _ in 0..<20 {
        let chosen = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
          codes.randomElement(using: &generator) ?? "0"
        }
        bytes += Array("\u{1B}[\(chosen.joined(separator: ";"))mx".utf8)
      }
      var plain = VirtualScreen(rows: 1, columns: 30)
      var filtered = VirtualScreen(rows: 1, columns: 30)
      var filter = StyleFilter()
      plain.feed(bytes)
      filtered.feed(filter.filter(bytes, slots: []))
      for x in 0..<20 { #expect(plain.cell(x, 0) == filtered.cell(x, 0)) }
    }
  }
}
