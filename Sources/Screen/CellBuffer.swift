/// One character cell. Its text was made safe when it was written.
///
/// Three words without references, so that a frame is cleared, copied and compared as plain memory.
public struct Cell: Sendable, Hashable {
  /// The grapheme; the width's two bits stand in its free ones.
  @usableFromInline var low: UInt64
  @usableFromInline var high: UInt64
  public var style: Style

  @inlinable
  public init(glyph: Glyph, style: Style = Style(), width: Int8 = 1) {
    let bits = UInt64(truncatingIfNeeded: width)
    low = glyph.low | bits << 63
    high = glyph.high | (bits >> 1) << 63
    self.style = style
  }

  /// - Parameter text: one grapheme; what is beyond ``Glyph/limit`` scalars is left out.
  public init(text: String = " ", style: Style = Style(), width: Int8 = 1) {
    self.init(glyph: Glyph(text), style: style, width: width)
  }

  public static let blank = Cell(glyph: .space)

  /// One grapheme; a space when empty; nothing for the right half of a wide character.
  @inlinable public var glyph: Glyph {
    get { Glyph(low: low & ~(1 << 63), high: high & ~(1 << 63)) }
    set { self = Cell(glyph: newValue, style: style, width: width) }
  }

  /// The grapheme as text.
  public var text: String {
    get { glyph.text }
    set { glyph = Glyph(newValue) }
  }

  /// Columns that the grapheme takes: 1 or 2; 0 for the right half of a wide character.
  @inlinable public var width: Int8 {
    get { Int8(truncatingIfNeeded: low >> 63 | (high >> 63) << 1) }
    set { self = Cell(glyph: glyph, style: style, width: newValue) }
  }
}

/// A screen's worth of cells, and where the hardware cursor belongs.
public struct CellBuffer: Sendable, Equatable {
  public private(set) var size: Size
  /// Row by row from the top left.
  public private(set) var cells: [Cell]
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
    let blank = Cell(glyph: .space, style: style)
    var span = cells.mutableSpan
    for index in span.indices { span[index] = blank }
  }

  /// Puts printable ASCII over cells of one column, all inside; false when it is not that easy.
  mutating func putASCII(_ text: String, x: Int, y: Int, style: Style) -> Bool {
    let count = text.utf8.count
    guard x >= 0, y >= 0, y < size.height, x + count <= size.width else { return false }
    var index = y * size.width + x
    var span = cells.mutableSpan
    for place in index..<(index + count) where span[place].width != 1 { return false }
    for byte in text.utf8 {
      span[index] = Cell(glyph: Glyph(ascii: byte), style: style)
      index += 1
    }
    return true
  }

  /// Puts a safe glyph of one column over a cell of one column; false when it is not that easy:
  /// outside, or over half a wide character.
  @inline(__always)
  mutating func placeNarrow(_ glyph: Glyph, x: Int, y: Int, style: Style) -> Bool {
    guard x >= 0, y >= 0, x < size.width, y < size.height else { return false }
    let index = y * size.width + x
    guard cells[index].width == 1 else { return false }
    cells[index] = Cell(glyph: glyph, style: style)
    return true
  }

  /// Whether a row is the same in another buffer of the same size.
  public func isRow(_ y: Int, sameIn other: CellBuffer) -> Bool {
    guard other.size == size, y >= 0, y < size.height else { return false }
    let (own, its) = (cells.span, other.cells.span)
    for index in (y * size.width)..<((y + 1) * size.width) where own[index] != its[index] {
      return false
    }
    return true
  }

  /// Takes a row of another buffer of the same size.
  public mutating func copyRow(_ y: Int, from other: CellBuffer) {
    guard other.size == size, y >= 0, y < size.height else { return }
    for index in (y * size.width)..<((y + 1) * size.width) { cells[index] = other.cells[index] }
  }

  /// The cells of one row.
  public func row(_ y: Int) -> ArraySlice<Cell> {
    guard y >= 0, y < size.height else { return [] }
    return cells[(y * size.width)..<((y + 1) * size.width)]
  }
}
