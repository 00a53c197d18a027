/// The characters that fill parts of a cell, by the samples that are filled: bit 0 is the upper left
/// one, then rightwards, then the next row.
enum BlockGlyphs {
  static let halves = [" ", "▀", "▄", "█"]

  static let quadrants = [
    " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
  ]

  /// U+1FB00…1FB3B, which leave out what was there before: blank, both halves, the full block.
  static let sextants: [String] = (0..<64).map { pattern in
    switch pattern {
    case 0: return " "
    case 21: return "▌"
    case 42: return "▐"
    case 63: return "█"
    default:
      let skipped = 1 + (pattern > 21 ? 1 : 0) + (pattern > 42 ? 1 : 0)
      return Unicode.Scalar(UInt32(0x1FB00 + pattern - skipped)).map { String($0) } ?? " "
    }
  }

  /// U+2800…28FF; the Braille dots count down the columns, the fourth row came later.
  static let braille: [String] = (0..<256).map { pattern in
    guard pattern != 0 else { return " " }
    let dots: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
    let bits = (0..<8).reduce(UInt32(0)) { $0 | (pattern >> $1 & 1 == 1 ? dots[$1] : 0) }
    return Unicode.Scalar(0x2800 + bits).map { String($0) } ?? " "
  }

  /// From dark to bright on a dark background.
  static let ramp = Array(" .:-=+*#%@").map { String($0) }

  static func table(_ glyphs: CellRendering.Glyphs) -> [String] {
    switch glyphs {
    case .half: halves
    case .quadrants: quadrants
    case .sextants: sextants
    case .braille: braille
    case .ascii: ramp
    }
  }
}
