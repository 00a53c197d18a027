import Screen

/// A picture in blocks of cells, each of one grey: what a slow line gets first, so that there is a
/// whole picture soon, and never long a mixture of two.
struct CoarseCells {
  /// Cells of a block.
  private static let width = 4
  private static let height = 2

  let buffer: CellBuffer

  /// What stands for a cell of a picture; nil for a cell of text.
  func cell(_ x: Int, _ y: Int) -> Cell? {
    guard buffer[x, y].isImage else { return nil }
    let left = x / Self.width * Self.width
    let top = y / Self.height * Self.height
    var sum = 0
    var count = 0
    for row in top..<(top + Self.height) {
      for column in left..<(left + Self.width) where buffer[column, row].isImage {
        sum += Self.brightness(buffer[column, row])
        count += 1
      }
    }
    let gray = UInt32(sum / max(1, count))
    let color = Color.indexed(Palette.nearest(gray << 16 | gray << 8 | gray))
    return Cell(glyph: .space, style: Style(background: color, attributes: .image))
  }

  /// The mean of the cell's two colours; of one for a blank.
  private static func brightness(_ cell: Cell) -> Int {
    let under = brightness(cell.style.background, otherwise: 0)
    if cell.glyph == .space { return under }
    return (under + brightness(cell.style.foreground, otherwise: 200)) / 2
  }

  private static func brightness(_ color: Color, otherwise: Int) -> Int {
    let rgb: UInt32
    switch color {
    case .standard: return otherwise
    case .indexed(let index): rgb = Palette.rgb(of: index)
    case .rgb(let red, let green, let blue):
      rgb = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    }
    return (77 * Int(rgb >> 16) + 150 * Int(rgb >> 8 & 0xFF) + 29 * Int(rgb & 0xFF)) >> 8
  }
}
