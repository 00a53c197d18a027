import Testing

@testable import Screen

@Suite struct ThemeTests {
  /// Every role on every theme's paper, as the terminal will show it, can be read: 4.5 to 1.
  @Test(arguments: Theme.builtIn.filter { !$0.isMono })
  func contrastIsEnough(_ theme: Theme) {
    for depth in [ColorDepth.palette256, .trueColor] {
      for role in TextRole.allCases {
        let style = theme.style(role, depth: depth)
        guard let ink = rgb(style.foreground), let paper = rgb(style.background) else {
          Issue.record("\(theme.name) \(role) leaves a colour to the terminal")
          continue
        }
        let contrast = Palette.contrast(ink, paper)
        #expect(contrast >= 4.5, "\(theme.name) \(role) at \(depth): \(contrast)")
      }
    }
  }

  @Test func contrastIsThatOfTheStandard() {
    #expect(abs(Palette.contrast(0x000000, 0xFFFFFF) - 21) < 0.001)
    #expect(abs(Palette.contrast(0x777777, 0xFFFFFF) - 4.478) < 0.01)
  }

  /// Where there are no colours, none are sent, and what differs in meaning differs in weight.
  @Test func monoUsesNoColor() {
    for theme in Theme.builtIn {
      for role in TextRole.allCases {
        let style = theme.style(role, depth: .mono)
        #expect(style.foreground == .standard && style.background == .standard)
      }
      #expect(theme.style(.selection, depth: .mono) != theme.style(.text, depth: .mono))
      #expect(theme.style(.alarm, depth: .mono) != theme.style(.text, depth: .mono))
    }
  }

  /// Eight colours: indexes above 7 do not exist there.
  @Test func eightColorsStayBelowEight() {
    for theme in Theme.builtIn {
      for role in TextRole.allCases {
        guard case .indexed(let index) = theme.style(role, depth: .eight).foreground else {
          continue
        }
        #expect(index < 8)
      }
    }
  }

  @Test func meaningfulColoursDiffer() {
    for theme in Theme.builtIn where !theme.isMono {
      for depth in [ColorDepth.eight, .sixteen, .palette256, .trueColor] {
        let roles: [TextRole] = [.proven, .waiting, .alarm, .accent, .text]
        let colors = Set(roles.map { theme.style($0, depth: depth).foreground })
        #expect(colors.count == roles.count, "\(theme.name) at \(depth)")
      }
    }
  }

  @Test func asciiGlyphsTakeOneColumn() {
    for (glyph, plain) in ASCIIGlyphs.table {
      #expect(plain.utf8.count == 1)
      #expect(SafeText.width(glyph) == 1)
    }
  }

  private func rgb(_ color: Color) -> UInt32? {
    switch color {
    case .standard: nil
    case .indexed(let index): Palette.rgb(of: index)
    case .rgb(let red, let green, let blue): UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    }
  }
}
