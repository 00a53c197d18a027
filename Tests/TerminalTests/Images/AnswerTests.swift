import Screen
import Testing

@testable import Terminal

/// What the terminal answers never becomes a key, however it arrives.
@Suite struct AnswerTests {
  private static let answers: [(String, TerminalAnswer)] = [
    ("\u{1B}[0n", .ready), ("\u{1B}[?62;4;22c", .attributes(kind: 62, [4, 22])),
    ("\u{1B}[6;20;10t", .cellPixels(Size(width: 10, height: 20))),
    ("\u{1B}[4;480;800t", .windowPixels(Size(width: 800, height: 480))),
    ("\u{1B}[?1;0;256S", .graphics(item: 1, value: 256)),
    ("\u{1B}[?1;3;0S", .graphics(item: 1, value: nil)),
    ("\u{1B}P>|kitty(0.35.2)\u{1B}\\", .version("kitty(0.35.2)")),
    ("\u{1B}_Gi=31;OK\u{1B}\\", .kitty(id: 31, "OK")),
    ("\u{1B}_Gi=31;ENOENT:no\u{1B}\\", .kitty(id: 31, "ENOENT:no")),
    ("\u{1B}]1337;Capabilities=T3F\u{7}", .iterm("Capabilities=T3F")),
  ]

  @Test(arguments: 0..<answers.count)
  func wholeAndInPieces(_ number: Int) {
    let (text, answer) = Self.answers[number]
    let bytes = Array("a\(text)b".utf8)
    for cut in 0...bytes.count {
      var decoder = InputDecoder()
      var events = decoder.feed(bytes[..<cut])
      events += decoder.feed(bytes[cut...])
      #expect(events == [.key(.character("a")), .key(.character("b"))], "cut at \(cut)")
      #expect(decoder.takeAnswers() == [answer])
      #expect(decoder.takeAnswers().isEmpty)
    }
  }

  /// A line that stalls in the middle: what came is dropped, and no key comes of it.
  @Test(arguments: 0..<answers.count)
  func stalled(_ number: Int) {
    let bytes = Array(Self.answers[number].0.utf8)
    for cut in 4..<bytes.count {
      var decoder = InputDecoder()
      #expect(decoder.feed(bytes[..<cut]).isEmpty)
      #expect((decoder.timeout ?? 0) >= 0.2)
      #expect(decoder.timedOut().isEmpty, "cut at \(cut)")
    }
  }

  @Test func keysStayKeys() {
    var decoder = InputDecoder()
    #expect(
      decoder.feed(Array("\u{1B}Px".utf8)[...]) == [
        .key(.character("P", .alt)), .key(.character("x")),
      ])
    for character in ["P", "]", "_"] {
      #expect(decoder.feed(Array("\u{1B}\(character)".utf8)[...]).isEmpty)
      #expect(decoder.timedOut() == [.key(.character(Character(character), .alt))])
    }
    #expect(decoder.takeAnswers().isEmpty)
  }

  @Test func nonsense() {
    for text in [
      "\u{1B}[6;0;0t", "\u{1B}[6;999999;1t", "\u{1B}_Gnothing\u{1B}\\", "\u{1B}P1$r\u{1B}\\",
      "\u{1B}P>|cut\u{18}", "\u{1B}[?c",
    ] {
      var decoder = InputDecoder()
      #expect(decoder.feed(Array(text.utf8)[...]).isEmpty, "\(text.debugDescription)")
      #expect(decoder.takeAnswers().isEmpty)
    }
    // A string that never ends is not kept for ever.
    var decoder = InputDecoder()
    _ = decoder.feed(Array(("\u{1B}P>|" + String(repeating: "x", count: 5000)).utf8)[...])
    #expect(!decoder.feed(Array("q".utf8)[...]).isEmpty)
  }
}
