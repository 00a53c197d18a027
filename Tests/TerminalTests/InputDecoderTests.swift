import Screen
import Testing

@testable import Terminal

@Suite struct InputDecoderTests {
  /// Feeds text in pieces, then lets time pass.
  private func decode(_ pieces: String..., timeOut: Bool = true) -> [InputEvent] {
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for piece in pieces { events += decoder.feed(Array(piece.utf8)[...]) }
    if timeOut { while decoder.timeout != nil { events += decoder.timedOut() } }
    return events
  }

  static let keys: [(String, Key)] = [
    ("a", .character("a")), ("Ж", .character("Ж")), ("山", .character("山")),
    ("\u{1}", .character("a", .control)), ("\u{1A}", .character("z", .control)),
    ("\0", .character(" ", .control)), ("\u{1F}", .character("_", .control)),
    ("\r", Key(.enter)), ("\n", Key(.enter)), ("\t", Key(.tab)), ("\u{7F}", Key(.backspace)),
    ("\u{1B}", Key(.escape)), ("\u{1B}x", .character("x", .alt)),
    ("\u{1B}é", .character("é", .alt)), ("\u{1B}[", .character("[", .alt)),
    ("\u{1B}O", .character("O", .alt)), ("\u{1B}\r", Key(.enter, .alt)),
    ("\u{1B}[A", Key(.up)), ("\u{1B}OB", Key(.down)), ("\u{1B}[1;5C", Key(.right, .control)),
    ("\u{1B}[1;2D", Key(.left, .shift)), ("\u{1B}[1;3H", Key(.home, .alt)),
    ("\u{1B}\u{1B}[A", Key(.up, .alt)), ("\u{1B}[Z", Key(.backTab)),
    ("\u{1B}[3~", Key(.delete)), ("\u{1B}[5;5~", Key(.pageUp, .control)),
    ("\u{1B}OP", Key(.function(1))), ("\u{1B}[15~", Key(.function(5))),
    ("\u{1B}[24~", Key(.function(12))), ("\u{1B}[17;2~", Key(.function(6), .shift)),
    ("\u{1B}[[C", Key(.function(3))), ("\u{1B}[97;5u", .character("a", .control)),
    ("\u{1B}[27;5;9~", Key(.tab, .control)),
  ]

  /// Each key, whole and with the bytes one by one as a slow line brings them.
  @Test(arguments: keys)
  func key(_ bytes: String, _ key: Key) {
    #expect(decode(bytes) == [.key(key)])
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for byte in bytes.utf8 { events += decoder.feed([byte]) }
    while decoder.timeout != nil { events += decoder.timedOut() }
    #expect(events == [.key(key)])
  }

  @Test func escapeWaitsAsLongAsAsked() {
    var decoder = InputDecoder(escapeDelay: 0.025)
    #expect(decoder.timeout == nil)
    #expect(decoder.feed([0x1B]) == [])
    #expect(decoder.timeout == 0.025)
    #expect(decoder.timedOut() == [.key(Key(.escape))])
    #expect(decoder.timeout == nil)
  }

  @Test func mouse() {
    let cases: [(String, Mouse?)] = [
      ("\u{1B}[<0;10;5M", Mouse(action: .press, button: .left, point: Point(x: 9, y: 4))),
      ("\u{1B}[<0;300;5m", Mouse(action: .release, button: .left, point: Point(x: 299, y: 4))),
      ("\u{1B}[<34;1;1M", Mouse(action: .drag, button: .right, point: Point(x: 0, y: 0))),
      ("\u{1B}[<64;1;2M", Mouse(action: .wheelUp, button: .none, point: Point(x: 0, y: 1))),
      (
        "\u{1B}[<85;1;2M",
        Mouse(
          action: .wheelDown, button: .none, point: Point(x: 0, y: 1),
          modifiers: [.shift, .control])
      ),
      ("\u{1B}[<66;1;2M", nil), ("\u{1B}[<0;1M", nil), ("\u{1B}[<;;M", nil),
    ]
    for (bytes, expected) in cases {
      #expect(decode(bytes) == (expected.map { [.mouse($0)] } ?? []), "\(bytes.dropFirst())")
    }
  }

  @Test func pasteIsOneEventWhereverItIsCut() {
    let whole = "x\u{1B}[200~a\u{1B}[Ab\r\nc\u{1B}[201~y"
    let expected: [InputEvent] = [
      .key(.character("x")), .paste("a\u{1B}[Ab\nc"), .key(.character("y")),
    ]
    let bytes = Array(whole.utf8)
    for cut in 1..<bytes.count {
      var decoder = InputDecoder()
      let events = decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...])
      #expect(events == expected, "cut at \(cut)")
    }
  }

  @Test func pasteIsBoundedAndItsEndMayBeLost() {
    let long = String(repeating: "p", count: InputDecoder.pasteLimit + 5000)
    guard case .paste(let text) = decode("\u{1B}[200~" + long + "\u{1B}[201~").first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == InputDecoder.pasteLimit)
    #expect(decode("\u{1B}[200~lost") == [.paste("lost")])
  }

  @Test func focus() {
    #expect(decode("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
  }

  static let answers: [(String, Bool)] = [
    ("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\", true), ("\u{1B}]11;rgb:0000/0000/0000\u{7}", false),
    ("\u{1B}]11;rgb:2828/2828/2828\u{1B}\\", false), ("\u{1B}]11;rgb:f/f/d\u{7}", true),
    ("\u{1B}]11;rgba:fdfd/f6f6/e3e3/ffff\u{1B}\\", true), ("\u{1B}]11;#002b36\u{7}", false),
    ("\u{1B}]11;#FFFFFFFFFFFF\u{7}", true),
  ]

  /// What the terminal says of its background, whole and byte by byte; nothing of it is a key.
  @Test(arguments: answers)
  func background(_ bytes: String, _ isLight: Bool) {
    #expect(decode(bytes + "j") == [.background(isLight: isLight), .key(.character("j"))])
    var decoder = InputDecoder()
    var events: [InputEvent] = []
    for byte in bytes.utf8 { events += decoder.feed([byte]) }
    #expect(events == [.background(isLight: isLight)])
    #expect(decoder.timeout == nil)
  }

  @Test func otherAnswersAreNothing() {
    #expect(decode("\u{1B}]10;rgb:ffff/ffff/ffff\u{7}") == [])
    #expect(decode("\u{1B}]11;rgb:zz/1/1\u{7}") == [])
    #expect(decode("\u{1B}]11;rgb:fffff/1/1\u{7}") == [])
    #expect(decode("\u{1B}]11;#fff\u{7}q") == [.background(isLight: true), .key(.character("q"))])
    #expect(decode("\u{1B}]11;#ffff\u{7}") == [])
    // Broken off by the end of input, by another sequence, by its length.
    #expect(decode("\u{1B}]11;rgb:ff") == [])
    #expect(decode("\u{1B}]11;rgb\u{1B}[A") == [.key(Key(.up))])
    #expect(decode("\u{1B}]1" + String(repeating: "0", count: 300)).count < 60)
    var decoder = InputDecoder()
    #expect(decoder.feed(Array("\u{1B}[?62;22c".utf8)[...]) == [])
    #expect(decoder.takeAnswers() == [.attributes(kind: 62, [22])])
    // A person's Alt-].
    #expect(decode("\u{1B}]") == [.key(.character("]", .alt))])
    #expect(decode("\u{1B}]x") == [.key(.character("]", .alt)), .key(.character("x"))])
  }

  /// Any bytes, in any pieces: no trap, nothing that waits for ever, nothing but the keys inside.
  @Test func noise() {
    var generator = SplitMix(seed: 7)
    let alphabet: [UInt8] = [
      0x1B, 0x1B, 0x5B, 0x4F, 0x3C, 0x3B, 0x30, 0x39, 0x4D, 0x7E, 0x41, 0xC3, 0xE5, 0xF0, 0x80,
      0xFF, 0x18, 0x0D, 0x75, 0x5D, 0x31, 0x07, 0x5C,
    ]
    for _ in 0..<3000 {
      var decoder = InputDecoder()
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
          alphabet.randomElement(using: &generator) ?? 0
        }
        _ = decoder.feed(bytes[...])
      }
      var waits = 0
      while decoder.timeout != nil, waits < 3 {
        _ = decoder.timedOut()
        waits += 1
      }
      #expect(decoder.timeout == nil)
    }
    #expect(decode(String(repeating: "\u{1B}", count: 20000)).count == 20000)
  }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
