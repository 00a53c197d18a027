/// The characters that fill parts of a cell, by the samples that are filled: bit 0 is the upper left
/// one, then rightwards, then the next row.
enum BlockGlyphs {
  static let halves = glyphs([" ", "▀", "▄", "█"])

  static let quadrants = glyphs([
    " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
  ])

  /// U+1FB00…1FB3B, which leave out what was there before: blank, both halves, the full block.
  static let sextants: [Glyph] = (0..<64).map { pattern in
    switch pattern {
    case 0: return .space
    case 21: return Glyph("▌")
    case 42: return Glyph("▐")
    case 63: return Glyph("█")
    default:
      let skipped = 1 + (pattern > 21 ? 1 : 0) + (pattern > 42 ? 1 : 0)
      return Unicode.Scalar(UInt32(0x1FB00 + pattern - skipped)).map { Glyph($0) } ?? .space
    }
  }

  /// U+2800…28FF; the Braille dots count down the columns, the fourth row came later.
  static let braille: [Glyph] = (0..<256).map { pattern in
    guard pattern != 0 else { return .space }
    let dots: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
    let bits = (0..<8).reduce(UInt32(0)) { $0 | (pattern >> $1 & 1 == 1 ? dots[$1] : 0) }
    return Unicode.Scalar(0x2800 + bits).map { Glyph($0) } ?? .space
  }

  /// From dark to bright on a dark background.
  static let ramp = Array(" .:-=+*#%@".utf8).map { Glyph(ascii: $0) }

  private static func glyphs(_ texts: [String]) -> [Glyph] { texts.map { Glyph($0) } }

  static func table(_ glyphs: CellRendering.Glyphs) -> [Glyph] {
    switch glyphs {
    case .half: halves
    case .quadrants: quadrants
    case .sextants: sextants
    case .braille: braille
    case .ascii: ramp
    }
  }
}
