import Testing

@testable import Screen

/// What is packed into a cell comes out again.
@Suite struct CellTests {
  static let graphemes = [
    "", " ", "a", "~", "ü", "山", "🩻", "e\u{301}", "◌\u{301}\u{302}\u{303}\u{304}", "\u{10FFFF}",
    "a\u{301}\u{301}\u{301}\u{301}\u{10FFFD}",
  ]

  @Test(arguments: graphemes)
  func textAndWidth(_ text: String) {
    for width in [Int8(0), 1, 2] {
      var cell = Cell(text: text, style: Style(attributes: .bold), width: width)
      #expect(cell.text == text && cell.width == width)
      #expect(cell.glyph == Glyph(text) && cell.glyph.text == text)
      #expect(cell.glyph.isASCII == (text.utf8.count <= 1))
      cell.width = 1
      #expect(cell.text == text && cell.width == 1 && cell.style.attributes == .bold)
      cell.text = "x"
      #expect(cell == Cell(text: "x", style: Style(attributes: .bold)))
    }
  }

  @Test func whatDoesNotFitIsLeftOut() {
    let glyph = Glyph("a" + String(repeating: "\u{301}", count: 9))
    #expect(glyph.text.unicodeScalars.count == Glyph.limit)
    #expect((0..<Glyph.limit).map { glyph[$0] } == [0x61, 0x301, 0x301, 0x301, 0x301, 0x301])
  }

  @Test func styles() {
    let colors: [Color] = [
      .standard, .indexed(0), .indexed(255), .rgb(0, 0, 0), .rgb(255, 255, 255), .rgb(1, 2, 3),
    ]
    var seen: Set<Style> = []
    for foreground in colors {
      for background in colors {
        for attributes in [Style.Attributes(), .bold, [.italic, .reverse], .init(rawValue: 31)] {
          let style = Style(
            foreground: foreground, background: background, attributes: attributes)
          #expect(style.foreground == foreground && style.background == background)
          #expect(style.attributes == attributes)
          var other = Style()
          other.attributes = attributes
          other.background = background
          other.foreground = foreground
          #expect(other == style)
          seen.insert(style)
        }
      }
    }
    #expect(seen.count == colors.count * colors.count * 4)
  }

  @Test func rowsAreComparedAndCopied() {
    var one = CellBuffer(size: Size(width: 5, height: 2))
    var other = one
    other.write("山x", x: 0, y: 1, style: Style())
    #expect(one.isRow(0, sameIn: other) && !one.isRow(1, sameIn: other))
    one.copyRow(1, from: other)
    #expect(one == other)
    // What does not fit together is different, and copies nothing.
    let small = CellBuffer(size: Size(width: 1, height: 1))
    #expect(!one.isRow(0, sameIn: small) && !one.isRow(2, sameIn: other))
    one.copyRow(0, from: small)
    #expect(one == other)
  }

  @Test func rolesKnowTheirPlaces() {
    #expect(TextRole.allCases.map(\.place) == Array(TextRole.allCases.indices))
    let look = Look()
    for role in TextRole.allCases {
      #expect(look[role] == Theme.dark.style(role, depth: .palette256))
    }
  }
}
