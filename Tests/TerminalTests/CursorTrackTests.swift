import TestSupport
import Testing

@testable import Terminal

/// After text whose width terminals disagree about, the next place is addressed absolutely.
@Suite struct CursorTrackTests {
  /// With widths that do not depend on the locale of the tests, in a state that is known.
  private func makeFilter() -> StyleFilter {
    var filter = StyleFilter { $0 >= 0x4E00 ? 2 : $0 == 0x301 ? 0 : 1 }
    _ = filter.filter(Array(" ".utf8), slots: [])
    return filter
  }

  /// What the filter makes of ncurses' output, ESC written as `␛`.
  private func filtered(_ text: String) -> String {
    var filter = makeFilter()
    let bytes = filter.filter(Array(text.replacing("␛", with: "\u{1B}").utf8), slots: [])
    return String(decoding: bytes, as: UTF8.self).replacing("\u{1B}", with: "␛")
  }

  @Test func plainTextIsLeftAlone() {
    for text in ["␛[3;5Habc␛[Cd\u{8}\u{8}e\r\nf␛[K", "␛[H␛[2Jabc␛[10d␛[5Gx", "␛[1;1Ha␛[5b"] {
      #expect(filtered(text) == text)
    }
  }

  @Test func whatFollowsIsAddressed() {
    #expect(filtered("␛[3;5Hé") == "␛[3;5Hé␛[3;6H")
    #expect(filtered("␛[3;5Héab") == "␛[3;5Hé␛[3;6Hab")
    #expect(filtered("␛[3;5H山田x") == "␛[3;5H山田␛[3;9Hx")
    #expect(filtered("␛[3;5He\u{301}x") == "␛[3;5He\u{301}x")
    // Erasing and what comes after a colour.
    #expect(filtered("␛[3;5Hé␛[K") == "␛[3;5Hé␛[3;6H␛[K")
    #expect(filtered("␛[3;5Hé␛[31mx") == "␛[3;5Hé␛[3;6H␛[31mx")
    // A repeated character is one piece with the first.
    #expect(filtered("␛[3;5H·␛[3bx") == "␛[3;5H·␛[3b␛[3;9Hx")
  }

  @Test func relativeMovesBecomeAddresses() {
    #expect(filtered("␛[3;5Hé␛[Cx") == "␛[3;5Hé␛[3;7Hx")
    #expect(filtered("␛[3;5Hé␛[4Cx") == "␛[3;5Hé␛[3;10Hx")
    #expect(filtered("␛[3;5Hé\u{8}\u{8}x") == "␛[3;5Hé␛[3;5H\u{8}x")
    #expect(filtered("␛[3;5Hé␛[2Dx") == "␛[3;5Hé␛[3;4Hx")
    #expect(filtered("␛[3;5Hé\nx") == "␛[3;5Hé␛[4;6Hx")
    #expect(filtered("␛[3;5Hé␛[Ax") == "␛[3;5Hé␛[2;6Hx")
    #expect(filtered("␛[3;5Hé␛[2Bx") == "␛[3;5Hé␛[5;6Hx")
    #expect(filtered("␛[3;5Hé␛Mx") == "␛[3;5Hé␛[2;6Hx")
    #expect(filtered("␛[3;5Hé␛[9dx") == "␛[3;5Hé␛[9;6Hx")
    #expect(filtered("␛[3;5Hé\tx") == "␛[3;5Hé␛[3;9Hx")
    #expect(filtered("␛[3;5Hé␛[Zx") == "␛[3;5Hé␛[3;1Hx")
  }

  /// Those name the column already.
  @Test func absoluteMovesStay() {
    for text in ["␛[3;5Hé␛[4;1Hx", "␛[3;5Hé␛[9Gx", "␛[3;5Hé\r\nx", "␛[3;5Hé␛[?25l␛[4;1Hx"] {
      #expect(filtered(text) == text)
    }
  }

  /// The state goes on from frame to frame, until somebody else has had the terminal.
  @Test func framesFollowEachOther() {
    var filter = makeFilter()
    _ = filter.filter(Array("\u{1B}[3;5Hab".utf8), slots: [])
    #expect(
      filter.filter(Array("é\u{8}x".utf8), slots: []) == Array("é\u{1B}[3;7Hx".utf8))
    filter.forget()
    #expect(filter.filter(Array("éx".utf8), slots: []) == Array("\u{1B}[méx".utf8))
  }
}
