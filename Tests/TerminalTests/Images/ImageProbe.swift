import Screen
import TestSupport
import Testing

/// The probe's picture scene in a pseudo-terminal.
struct ImageProbe {
  let terminal: PseudoTerminal
  var kitty = KittyModel()

  init(
    _ kind: TerminalKind, environment: [String: String] = [:], rows: Int = 24, columns: Int = 80
  ) throws {
    var variables = ["COLORTERM": "truecolor"]
    variables.merge(environment) { $1 }
    terminal = try PseudoTerminal(
      RestoreTests.probe, ["image"], environment: variables, rows: rows, columns: columns,
      kind: kind)
    #expect(terminal.waitFor("slice 0"))
  }

  /// Waits until nothing comes any more.
  mutating func settle() {
    terminal.readUntilQuiet(milliseconds: 250)
    kitty.take(terminal.screen.takeStrings())
  }

  mutating func press(_ keys: String) {
    for key in keys {
      terminal.send(String(key))
      settle()
    }
  }

  /// The strings that came, after everything has come.
  mutating func strings() -> [VirtualScreen.StringSequence] {
    terminal.readUntilQuiet(milliseconds: 250)
    return terminal.screen.takeStrings()
  }

  /// What the scene draws as a picture, computed here: brightness of a sample.
  static func gray(_ x: Int, _ y: Int, slice: Int, width: Int, height: Int) -> UInt8 {
    let center = (width / 4 + slice * width / 16) % width
    let dx = Double(x - center) / Double(width)
    let dy = Double(y - height / 2) / Double(height)
    return dx * dx + dy * dy < 0.02
      ? 250 : UInt8(clamping: x * 200 / width + slice % 8)
  }

  /// The cells of the picture's area: 40 by 12 at (2 + offset, 2), without the letter.
  static func pictureCells(offset: Int = 0) -> Set<[Int]> {
    var cells: Set<[Int]> = []
    for y in 2..<14 { for x in (2 + offset)..<(42 + offset) { cells.insert([x, y]) } }
    cells.remove([2 + offset, 8])
    return cells
  }

  static var dialogCells: Set<[Int]> {
    var cells: Set<[Int]> = []
    for y in 5..<8 { for x in 10..<26 { cells.insert([x, y]) } }
    return cells
  }

  var pixelCells: Set<[Int]> {
    var cells: Set<[Int]> = []
    for y in 0..<terminal.screen.rows {
      for x in 0..<terminal.screen.columns where terminal.screen.cell(x, y).hasPixels {
        cells.insert([x, y])
      }
    }
    return cells
  }
}
