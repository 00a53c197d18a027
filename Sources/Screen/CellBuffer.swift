/// One character cell. Its text was made safe when it was written.
public struct Cell: Sendable, Hashable {
  /// One grapheme; a space when empty; empty text for the right half of a wide character.
  public var text: String
  public var style: Style
  /// Columns that the grapheme takes: 1 or 2; 0 for the right half of a wide character.
  public var width: Int8

  public init(text: String = " ", style: Style = Style(), width: Int8 = 1) {
    self.text = text
    self.style = style
    self.width = width
  }

  public static let blank = Cell()
}

/// A screen's worth of cells, and where the hardware cursor belongs.
public struct CellBuffer: Sendable, Equatable {
  public private(set) var size: Size
  /// Row by row from the top left.
  public internal(set) var cells: [Cell]
  /// Pictures for terminals with graphics, over cells that are marked ``Style/Attributes/image``.
  public internal(set) var overlays: [ImageOverlay] = []
  /// Where pictures were drawn; other cells are never so marked.
  public internal(set) var pictureAreas: [Rect] = []
  /// The hardware cursor: on the selected row or in the text field, because screen readers follow
  /// it. Nil hides nothing: the cursor then rests at the bottom left.
  public var cursor: Point?
  /// True when the cursor is a text caret that must be visible.
  public var cursorVisible = false

  public init(size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.width * size.height)
  }

  public var area: Rect { Rect(size: size) }

  /// Reads a cell, or writes one as it is; outside of the buffer reads are blank and writes nothing.
  public subscript(x: Int, y: Int) -> Cell {
    get {
      guard x >= 0, y >= 0, x < size.width, y < size.height else { return .blank }
      return cells[y * size.width + x]
    }
    set {
      guard x >= 0, y >= 0, x < size.width, y < size.height else { return }
      cells[y * size.width + x] = newValue
    }
  }

  /// Makes every cell a blank of one style.
  public mutating func clear(_ style: Style) {
    cells.withUnsafeMutableBufferPointer { $0.update(repeating: Cell(style: style)) }
    overlays.removeAll()
    pictureAreas.removeAll()
  }

  /// Puts a safe cluster of one column over a cell of one column; false when it is not that easy:
  /// outside, or over half a wide character.
  @inline(__always)
  mutating func placeNarrow(_ text: String, x: Int, y: Int, style: Style) -> Bool {
    guard x >= 0, y >= 0, x < size.width, y < size.height else { return false }
    let index = y * size.width + x
    guard cells[index].width == 1 else { return false }
    cells[index] = Cell(text: text, style: style)
    return true
  }

  /// The cells of one row.
  public func row(_ y: Int) -> ArraySlice<Cell> {
    guard y >= 0, y < size.height else { return [] }
    return cells[(y * size.width)..<((y + 1) * size.width)]
  }
}
