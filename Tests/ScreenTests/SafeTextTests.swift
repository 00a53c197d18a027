import Testing

@testable import Screen

/// Text from outside, as cells.
@Suite struct SafeTextTests {
  private func cells(_ text: String, width: Int = 20) -> [String] {
    var buffer = CellBuffer(size: Size(width: width, height: 1))
    buffer.write(text, x: 0, y: 0, style: Style())
    return buffer.row(0).map(\.text)
  }

  private func line(_ text: String, width: Int = 20) -> String {
    var result = cells(text, width: width).joined()
    while result.last == " " { result.removeLast() }
    return result
  }

  @Test func escapeCodesAreShownNotObeyed() {
    #expect(line("Evil\u{1b}[2J") == "Evil␛[2J")
    #expect(line("bell\u{7}\u{8}\u{0}") == "bell␇␈␀")
    #expect(line("del\u{7f} c1\u{9b}31m") == "del␡ c1�31m")
    #expect(line("two\r\nlines") == "two␍␊lines")
  }

  @Test func directionAndInvisibleCharactersDoNotSurvive() {
    #expect(line("a\u{202E}cod.exe") == "a�cod.exe")
    #expect(line("a\u{2066}b\u{2069}") == "a�b�")
    #expect(line("a\u{200B}b\u{200D}c\u{FEFF}d\u{00AD}e\u{2060}f") == "abcdef")
    #expect(line("tag\u{E0041}\u{E007F}") == "tag")
  }

  @Test func marksStandOnSomething() {
    #expect(line("\u{301}x") == "◌\u{301}x")
    #expect(line("e\u{301}") == "e\u{301}")
    #expect(SafeText.width("e\u{301}") == 1)
    let zalgo = "a" + String(repeating: "\u{301}", count: 500)
    #expect(cells(zalgo)[0].unicodeScalars.count == 1 + SafeText.maximumMarks)
  }

  @Test(arguments: [
    ("山田, 太郎", 10), ("Märta", 5), ("한국", 4), ("ｗｉｄｅ", 8), ("ﾊﾝｶｸ", 4), ("🩻", 2),
    ("❤\u{FE0F}", 1), ("👩🏽‍⚕️", 3), ("🇩🇪", 2), ("नमस्ते", 4), ("שלום", 4), ("①", 1),
  ])
  func widthsAreThoseOfTerminals(_ text: String, _ width: Int) {
    #expect(SafeText.width(text) == width)
  }

  @Test func wideCharactersAreNeverSplit() {
    #expect(line("山田太郎", width: 7) == "山田太…")
    #expect(line("山田太郎", width: 6) == "山田…")
    #expect(line("山田", width: 1) == "…")
    var buffer = CellBuffer(size: Size(width: 6, height: 1))
    buffer.write("山田太", x: 0, y: 0, style: Style())
    buffer.write("x", x: 1, y: 0, style: Style())
    #expect(buffer.row(0).map(\.text).joined() == " x田太")
    buffer.write("山", x: 1, y: 0, style: Style())
    #expect(buffer.row(0).map(\.text).joined() == " 山 太")
  }

  @Test func cutsAtTheEndAndInTheMiddle() {
    #expect(Fitting.fit("LINDQVIST, Märta", into: 10).text == "LINDQVIST…")
    #expect(
      Fitting.fit("/mnt/cd/DICOM/PA000/ST000", into: 13, cut: .middle).text == "/mnt/c…/ST000")
    #expect(Fitting.fit("short", into: 10, cut: .middle).text == "short")
    #expect(Fitting.fit("abc", into: 0).text == "")
  }

  @Test func alignsRight() {
    var buffer = CellBuffer(size: Size(width: 8, height: 1))
    buffer.write("1 204", x: 0, y: 0, width: 8, style: Style(), align: .right)
    #expect(GridText.text(buffer) == "   1 204")
  }

  /// Whatever scalars come, wherever they are written: the grid stays whole, nothing that steers a
  /// terminal is in it.
  @Test func noTextBreaksTheGrid() {
    var random = SeededRandom(seed: 7)
    let pools: [ClosedRange<UInt32>] = [
      0...0x9F, 0x300...0x36F, 0x2000...0x206F, 0x1100...0x11FF, 0x4E00...0x4FFF,
      0x1F000...0x1FAFF, 0xFE00...0xFEFF, 0xE0000...0xE01FF, 0x20...0x7E, 0...0x10FFFF,
    ]
    for _ in 0..<3_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let pool = pools.randomElement(using: &random) ?? 0...0
        if let scalar = Unicode.Scalar(UInt32.random(in: pool, using: &random)) {
          text.unicodeScalars.append(scalar)
        }
      }
      var buffer = CellBuffer(
        size: Size(
          width: .random(in: 0...9, using: &random), height: .random(in: 0...2, using: &random)))
      for _ in 0..<3 {
        buffer.write(
          text, x: .random(in: -3...10, using: &random), y: .random(in: -1...2, using: &random),
          width: .random(in: -1...9, using: &random), style: Style(),
          align: [.left, .right, .center].randomElement(using: &random) ?? .left,
          cut: Bool.random(using: &random) ? .end : .middle)
      }
      GridText.expectWhole(buffer)
    }
  }

  @Test func wrapsAtSpacesAndInScriptsWithoutThem() {
    #expect(Wrapping.lines("one two three", columns: 7) == ["one two", "three"])
    #expect(Wrapping.lines("a\n\nb\r\nc", columns: 5) == ["a", "", "b", "c"])
    #expect(Wrapping.lines("abcdefgh", columns: 3) == ["abc", "def", "gh"])
    #expect(Wrapping.lines("山田太郎", columns: 5) == ["山田", "太郎"])
    #expect(Wrapping.lines("x", columns: 0) == [])
  }
}
