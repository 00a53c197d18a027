import CNCurses
import Screen

/// Brings a cell grid to ncurses: only cells that changed, and after text whose width a terminal may
/// see otherwise than we do, the next place is addressed absolutely, so that no row can shift: by
/// ``StyleFilter`` as the bytes go by, or where there is none, by flushing ncurses piece by piece.
@UIActor
final class Painter {
  /// What the terminal shows; nil when that is not known.
  private var shown: CellBuffer?
  private var colors: ColorMapper
  private var cursorShown: Bool?
  private let unicode: Bool
  /// Nil when the terminal type has sequences of its own.
  private var filter: StyleFilter?
  /// Cells on their way to ncurses, side by side from a column.
  private var run: [rr_cell] = []
  private var runStart = 0
  /// What a style is to ncurses. Kept for one frame: pairs of colours are given out anew.
  private var inks: [Style: (pair: Int32, attributes: UInt32)] = [:]
  private var lastStyle = Style()
  private var lastInk: (pair: Int32, attributes: UInt32)?

  /// - Parameter isANSI: colours and attributes are set by SGR sequences.
  init(capabilities: Capabilities, isANSI: Bool) {
    colors = ColorMapper(depth: capabilities.depth)
    unicode = capabilities.unicode
    filter = isANSI ? StyleFilter() : nil
  }

  /// The bytes that turn what is shown into `buffer`; none when nothing changed.
  func paint(_ buffer: CellBuffer) -> [UInt8] {
    guard buffer.size.width > 0, buffer.size.height > 0 else { return [] }
    if colors.isFull { forget() }
    if shown?.size != buffer.size {
      rr_curses_resize(Int32(clamping: buffer.size.height), Int32(clamping: buffer.size.width))
      shown = nil
    }
    var now = shown ?? CellBuffer(size: buffer.size)
    let isNew = shown == nil
    // The only reference, so that taking over the rows that changed copies nothing else.
    shown = nil
    inks.removeAll(keepingCapacity: true)
    lastInk = nil
    var isChanged =
      isNew || now.cursor != buffer.cursor || now.cursorVisible != buffer.cursorVisible
    if cursorShown != buffer.cursorVisible {
      rr_curses_show_cursor(buffer.cursorVisible)
      cursorShown = buffer.cursorVisible
      isChanged = true
    }
    for y in 0..<buffer.size.height where !buffer.isRow(y, sameIn: now) {
      paintRow(y, of: buffer, over: now)
      now.copyRow(y, from: buffer)
      isChanged = true
    }
    now.cursor = buffer.cursor
    now.cursorVisible = buffer.cursorVisible
    shown = now
    guard isChanged else { return [] }
    let cursor = resting(buffer)
    rr_curses_flush(Int32(clamping: cursor.y), Int32(clamping: cursor.x), false)
    let bytes = take()
    return filter?.filter(bytes, slots: colors.slots) ?? bytes
  }

  /// Whether a frame begins with clearing the screen.
  func clears(for buffer: CellBuffer) -> Bool {
    buffer.size != shown?.size || colors.isFull
  }

  /// Nothing of what is on the terminal is known any more: the next frame sends everything.
  func forget() {
    shown = nil
    cursorShown = nil
    colors.reset()
    filter?.forget()
    rr_curses_redraw()
  }

  /// Somebody else has written since: colours are as they are at the start, the cursor is where it
  /// rests.
  func settled() { filter?.settled() }

  /// Where the cursor belongs; at the bottom left when nothing is selected.
  func resting(_ buffer: CellBuffer) -> Point {
    let last = buffer.size.height - 1
    guard let cursor = buffer.cursor else { return Point(x: 0, y: last) }
    return Point(
      x: min(max(0, cursor.x), buffer.size.width - 1), y: min(max(0, cursor.y), last))
  }

  private func paintRow(_ y: Int, of buffer: CellBuffer, over before: CellBuffer) {
    let width = buffer.size.width
    let first = y * width
    var x = 0
    var risky = false
    while x < width {
      let cell = buffer.cells[first + x]
      let changed =
        cell != before.cells[first + x]
        || (cell.width == 2 && x + 1 < width
          && buffer.cells[first + x + 1] != before.cells[first + x + 1])
      if !changed || cell.width == 0 {
        put(y: y)
        x += 1
        continue
      }
      let isASCII = cell.glyph.isASCII || filter != nil
      // A run of uncertain width ends here: what follows is addressed anew.
      if risky, isASCII {
        flush(y: y, x: x)
        risky = false
      }
      if run.isEmpty { runStart = x }
      run.append(ncursesCell(cell, room: width - x))
      if !isASCII { risky = true }
      x += max(1, Int(cell.width))
      // Unchanged cells after a risky run: address before anything else is sent.
      if risky, x < width, buffer.cells[first + x] == before.cells[first + x] {
        flush(y: y, x: x)
        risky = false
      }
    }
    if risky { flush(y: y, x: min(x, width - 1)) } else { put(y: y) }
  }

  /// Hands the run to ncurses.
  private func put(y: Int) {
    guard !run.isEmpty else { return }
    rr_curses_put(Int32(clamping: y), Int32(clamping: runStart), run, Int32(clamping: run.count))
    run.removeAll(keepingCapacity: true)
  }

  /// Sends what was drawn so far and addresses a place absolutely.
  private func flush(y: Int, x: Int) {
    put(y: y)
    rr_curses_flush(Int32(clamping: y), Int32(clamping: x), true)
  }

  private func ncursesCell(_ cell: Cell, room: Int) -> rr_cell {
    let ink = ink(cell.style)
    let columns = min(max(1, Int(cell.width)), room)
    var result = rr_cell()
    result.width = Int32(columns)
    result.attributes = ink.attributes
    result.pair = ink.pair
    result.scalars = printable(cell.glyph, columns: columns)
    return result
  }

  private typealias Scalars = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

  /// What of the cell's text goes to the terminal: no control character, nothing that the locale
  /// cannot print, nothing wider than the cell.
  private func printable(_ glyph: Glyph, columns: Int) -> Scalars {
    if glyph.isASCII {
      let value = glyph[0]
      return (value == 0 ? 0x20 : value < 0x20 || value == 0x7F ? 0x3F : value, 0, 0, 0, 0, 0)
    }
    var kept = Glyph.empty
    for place in 0..<Glyph.limit {
      let value = glyph[place]
      if value == 0 { break }
      if value < 0x20 || (value >= 0x7F && value < 0xA0) { continue }
      let width = value < 0x80 ? 1 : rr_curses_width(value)
      if value >= 0x80, !unicode, width != 1 { continue }
      if kept == .empty ? (width >= 1 && Int(width) <= columns) : width == 0,
        let scalar = Unicode.Scalar(value)
      {
        kept.append(scalar)
      }
    }
    if kept == .empty { return (0x3F, 0, 0, 0, 0, 0) }
    return (kept[0], kept[1], kept[2], kept[3], kept[4], kept[5])
  }

  private func ink(_ style: Style) -> (pair: Int32, attributes: UInt32) {
    if let lastInk, lastStyle == style { return lastInk }
    let ink = inks[style] ?? (pair(style), attributes(style))
    inks[style] = ink
    lastStyle = style
    lastInk = ink
    return ink
  }

  private func pair(_ style: Style) -> Int32 {
    rr_curses_pair(
      Int32(clamping: colors.index(style.foreground)),
      Int32(clamping: colors.index(style.background)))
  }

  private func attributes(_ style: Style) -> UInt32 {
    var result: UInt32 = 0
    if style.attributes.contains(.bold) { result |= UInt32(RR_BOLD) }
    if style.attributes.contains(.dim) { result |= UInt32(RR_DIM) }
    if style.attributes.contains(.underline) { result |= UInt32(RR_UNDERLINE) }
    if style.attributes.contains(.reverse) { result |= UInt32(RR_REVERSE) }
    if style.attributes.contains(.italic) { result |= UInt32(RR_ITALIC) }
    // A blank with this attribute is never erased with the rest of a line: a picture lies there.
    if style.attributes.contains(.image), filter != nil { result |= UInt32(RR_INVISIBLE) }
    // On 8 colours the bright ones are bold.
    if colors.depth == .eight, case .indexed(8...15) = style.foreground {
      result |= UInt32(RR_BOLD)
    }
    return result
  }

  private func take() -> [UInt8] {
    var result: [UInt8] = []
    while true {
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { memory, count in
        count = rr_curses_take(memory.baseAddress, memory.count)
      }
      if chunk.isEmpty { return result }
      result = result.isEmpty ? chunk : result + chunk
    }
  }
}
