import CNCurses
import Screen

/// Brings a cell grid to ncurses: only cells that changed, and after text whose width a terminal may
/// see otherwise than we do, the next place is addressed absolutely, so that no row can shift.
@UIActor
final class Painter {
  private var shown: CellBuffer?
  private var colors: ColorMapper
  private var cursorShown: Bool?
  private let unicode: Bool
  /// Nil when the terminal type has sequences of its own.
  private var filter: StyleFilter?

  /// - Parameter isANSI: colours and attributes are set by SGR sequences.
  init(capabilities: Capabilities, isANSI: Bool) {
    colors = ColorMapper(depth: capabilities.depth)
    unicode = capabilities.unicode
    filter = isANSI ? StyleFilter() : nil
  }

  /// The bytes that turn what is shown into `buffer`; none when nothing changed.
  func paint(_ buffer: CellBuffer) -> [UInt8] {
    guard buffer.size.width > 0, buffer.size.height > 0, buffer != shown else { return [] }
    if colors.isFull { forget() }
    if shown?.size != buffer.size {
      rr_curses_resize(Int32(clamping: buffer.size.height), Int32(clamping: buffer.size.width))
      shown = nil
    }
    if cursorShown != buffer.cursorVisible {
      rr_curses_show_cursor(buffer.cursorVisible)
      cursorShown = buffer.cursorVisible
    }
    let before = shown ?? CellBuffer(size: buffer.size)
    for y in 0..<buffer.size.height { paintRow(y, of: buffer, over: before) }
    let cursor = resting(buffer)
    rr_curses_flush(Int32(clamping: cursor.y), Int32(clamping: cursor.x), false)
    shown = buffer
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
    let new = buffer.row(y)
    let old = before.row(y)
    // Also true without looking, when both rows are the same piece of memory.
    if new == old { return }
    let width = buffer.size.width
    var x = 0
    var risky = false
    while x < width {
      let cell = new[new.startIndex + x]
      let changed =
        cell != old[old.startIndex + x]
        || (cell.width == 2 && x + 1 < width
          && new[new.startIndex + x + 1] != old[old.startIndex + x + 1])
      if !changed || cell.width == 0 {
        x += 1
        continue
      }
      let isASCII = cell.text.utf8.count == 1
      // A run of uncertain width ends here: what follows is addressed anew.
      if risky, isASCII {
        rr_curses_flush(Int32(clamping: y), Int32(clamping: x), true)
        risky = false
      }
      put(cell, x: x, y: y, room: width - x)
      if !isASCII { risky = true }
      x += max(1, Int(cell.width))
      // Unchanged cells after a risky run: address before anything else is sent.
      if risky, x < width, new[new.startIndex + x] == old[old.startIndex + x] {
        rr_curses_flush(Int32(clamping: y), Int32(clamping: x), true)
        risky = false
      }
    }
    if risky { rr_curses_flush(Int32(clamping: y), Int32(clamping: min(x, width - 1)), true) }
  }

  private func put(_ cell: Cell, x: Int, y: Int, room: Int) {
    let pair = pair(cell.style)
    let attributes = attributes(cell.style)
    let columns = min(max(1, Int(cell.width)), room)
    var scalars = printable(cell, columns: columns)
    let natural = scalars.first.map { Int(rr_curses_width($0)) } ?? 1
    rr_curses_put(
      Int32(clamping: y), Int32(clamping: x), &scalars, Int32(clamping: scalars.count), attributes,
      pair)
    if natural < columns {
      var space: [UInt32] = [0x20]
      rr_curses_put(
        Int32(clamping: y), Int32(clamping: x + 1), &space, 1, attributes, pair)
    }
  }

  /// What of the cell's text goes to the terminal: no control character, nothing that the locale
  /// cannot print, nothing wider than the cell.
  private func printable(_ cell: Cell, columns: Int) -> [UInt32] {
    var scalars: [UInt32] = []
    for scalar in cell.text.unicodeScalars.prefix(6) {
      let value = scalar.value
      if value < 0x20 || (value >= 0x7F && value < 0xA0) { continue }
      if value >= 0x80, !unicode, rr_curses_width(value) != 1 { continue }
      let width = value < 0x80 ? 1 : rr_curses_width(value)
      if scalars.isEmpty ? (width >= 1 && Int(width) <= columns) : width == 0 {
        scalars.append(value)
      }
    }
    if scalars.isEmpty { scalars.append(cell.text.isEmpty || cell.text == " " ? 0x20 : 0x3F) }
    return scalars
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
