import Screen

/// Writes picture cells by the fewest bytes: ncurses would take four times as long for cells that
/// all differ (26 ms for 200 x 61 in true colour), and knows only 256 colours here.
struct CellEncoder {
  private(set) var bytes: [UInt8] = []
  private let depth: ColorDepth
  /// False where block characters cannot be printed.
  private let unicode: Bool
  /// What the terminal has; nil when that is not known.
  private var foreground: Color?
  private var background: Color?
  private static let upperHalf = Glyph("▀")
  private var column = -1
  private var row = -1

  init(depth: ColorDepth, unicode: Bool) {
    self.depth = depth
    self.unicode = unicode
  }

  /// Writes a cell of one column at a place.
  mutating func put(_ cell: Cell, x: Int, y: Int) {
    if foreground == nil || background == nil { reset() }
    move(x, y)
    write(cell)
    column += 1
  }

  /// Ends a row of text and begins the next, instead of addressing it.
  mutating func newLine() {
    if foreground != .standard || background != .standard { reset() }
    bytes.append(0x0A)
    column = 0
    row += 1
  }

  /// Begins where the cursor is, in the first column and without colours.
  mutating func startHere() {
    column = 0
    row = 0
    foreground = .standard
    background = .standard
  }

  /// Back to what others expect: no colours.
  mutating func finish() {
    if !bytes.isEmpty { reset() }
  }

  private mutating func reset() {
    bytes += [0x1B, 0x5B, 0x6D]
    foreground = .standard
    background = .standard
  }

  private mutating func move(_ x: Int, _ y: Int) {
    if y == row, x == column { return }
    bytes += [0x1B, 0x5B]
    if y == row, x > column, column >= 0 {
      if x - column > 1 { Decimal.append(x - column, to: &bytes) }
      bytes.append(0x43)
    } else {
      Decimal.append(y + 1, to: &bytes)
      bytes.append(0x3B)
      Decimal.append(x + 1, to: &bytes)
      bytes.append(0x48)
    }
    column = x
    row = y
  }

  private mutating func write(_ cell: Cell) {
    let style = cell.style
    switch cell.glyph {
    // One colour: as a blank or as a full block, whichever the terminal has the colour for.
    case .space:
      if unicode, style.background == foreground, style.background != background,
        style.background != .standard
      {
        bytes += [0xE2, 0x96, 0x88]
      } else {
        set(foreground: nil, background: style.background)
        bytes.append(0x20)
      }
    // Two halves: the same picture with the colours changed over.
    case Self.upperHalf:
      let kept = (style.foreground == foreground ? 1 : 0) + (style.background == background ? 1 : 0)
      let turned =
        (style.background == foreground ? 1 : 0) + (style.foreground == background ? 1 : 0)
      if turned > kept {
        set(foreground: style.background, background: style.foreground)
        bytes += [0xE2, 0x96, 0x84]
      } else {
        set(foreground: style.foreground, background: style.background)
        bytes += [0xE2, 0x96, 0x80]
      }
    default:
      set(foreground: style.foreground, background: style.background)
      append(cell.glyph)
    }
  }

  /// UTF-8 (RFC 3629 section 3), without making a string of it.
  private mutating func append(_ glyph: Glyph) {
    for place in 0..<Glyph.limit {
      let value = glyph[place]
      if value == 0 { return }
      func part(_ shift: UInt32) -> UInt8 { UInt8(0x80 | value >> shift & 0x3F) }
      switch value {
      case ..<0x80: bytes.append(UInt8(value))
      case ..<0x800: bytes += [UInt8(0xC0 | value >> 6), part(0)]
      case ..<0x10000: bytes += [UInt8(0xE0 | value >> 12), part(6), part(0)]
      default: bytes += [UInt8(0xF0 | value >> 18 & 7), part(12), part(6), part(0)]
      }
    }
  }

  private mutating func set(foreground wanted: Color?, background under: Color) {
    let isInkNew = wanted != nil && wanted != foreground
    let isPaperNew = under != background
    guard isInkNew || isPaperNew else { return }
    bytes += [0x1B, 0x5B]
    if isInkNew, let wanted {
      append(wanted, base: 30)
      foreground = wanted
      if isPaperNew { bytes.append(0x3B) }
    }
    if isPaperNew {
      append(under, base: 40)
      background = under
    }
    bytes.append(0x6D)
  }

  /// - Parameter base: 30 for the foreground, 40 for the background.
  private mutating func append(_ color: Color, base: Int) {
    switch color {
    case .standard: Decimal.append(base + 9, to: &bytes)
    case .indexed(let index):
      if index < 8 {
        Decimal.append(base + Int(index), to: &bytes)
      } else if index < 16 {
        Decimal.append(base + 52 + Int(index), to: &bytes)
      } else {
        Decimal.append(base + 8, to: &bytes)
        bytes += [0x3B, 0x35, 0x3B]
        Decimal.append(Int(index), to: &bytes)
      }
    case .rgb(let red, let green, let blue):
      guard depth == .trueColor else {
        let rgb = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        return append(.indexed(Palette.nearest(rgb)), base: base)
      }
      Decimal.append(base + 8, to: &bytes)
      bytes += [0x3B, 0x32, 0x3B]
      Decimal.append(Int(red), to: &bytes)
      bytes.append(0x3B)
      Decimal.append(Int(green), to: &bytes)
      bytes.append(0x3B)
      Decimal.append(Int(blue), to: &bytes)
    }
  }
}

/// Numbers as ASCII digits.
enum Decimal {
  @inline(__always)
  static func append(_ number: Int, to bytes: inout [UInt8]) {
    if number >= 1000 { append(number / 1000, to: &bytes) }
    if number >= 100 { bytes.append(0x30 + UInt8(truncatingIfNeeded: number / 100 % 10)) }
    if number >= 10 { bytes.append(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10)) }
    bytes.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
  }
}
