import Screen

/// Unicode placeholders of the kitty graphics protocol: characters that stand for parts of a picture,
/// so that a multiplexer can move and cover them like text. The foreground colour is the picture's
/// number; two combining marks are row and column.
enum KittyPlaceholder {
  /// Cells across or down that can be numbered.
  static var limit: Int { marks.count }

  /// The cell of a row and a column of a picture.
  static func cell(id: Int, row: Int, column: Int, depth: ColorDepth) -> Cell {
    guard marks.indices.contains(row), marks.indices.contains(column) else { return .blank }
    var text = "\u{10EEEE}"
    text.unicodeScalars.append(marks[row])
    text.unicodeScalars.append(marks[column])
    let color: Color =
      depth == .trueColor
      ? .rgb(
        UInt8(truncatingIfNeeded: id >> 16), UInt8(truncatingIfNeeded: id >> 8),
        UInt8(truncatingIfNeeded: id)) : .indexed(UInt8(truncatingIfNeeded: id))
    return Cell(text: text, style: Style(foreground: color, attributes: .image))
  }

  /// The marks in the protocol's order: those of Unicode 6.0 that stand above (combining class 230),
  /// do not decompose, and do not fuse with letters.
  static let marks: [Unicode.Scalar] = {
    let fusing: Set<UInt32> = [
      0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308, 0x309, 0x30A, 0x30B, 0x30C, 0x30F,
      0x311, 0x313, 0x314, 0x340, 0x341, 0x342, 0x343, 0x344, 0x653, 0x654,
    ]
    let above = Unicode.CanonicalCombiningClass.above
    let blocks: [ClosedRange<UInt32>] = [
      0x300...0x1CFF, 0x1DC0...0x2DFF, 0xA600...0xABFF, 0xFE20...0xFE2F, 0x10A00...0x10A4F,
      0x1D160...0x1D24F,
    ]
    return blocks.joined()
      .filter { !fusing.contains($0) }
      .compactMap(Unicode.Scalar.init)
      .filter { scalar in
        let properties = scalar.properties
        guard properties.canonicalCombiningClass == above,
          properties.generalCategory == .nonspacingMark, let age = properties.age
        else { return false }
        return age.major < 6 || (age.major == 6 && age.minor == 0)
      }
  }()
}
