extension VirtualScreen {
  mutating func put(_ scalar: Unicode.Scalar) {
    let columnsTaken = width(scalar)
    if columnsTaken == 0 {
      let x = wrapPending ? cursor.x : max(0, cursor.x - 1)
      cells[cursor.y][x].text.unicodeScalars.append(scalar)
      return
    }
    if wrapPending, modes.contains(7) {
      cursor.x = 0
      lineFeed()
    }
    if cursor.x + columnsTaken > columns {
      if modes.contains(7), columnsTaken <= columns {
        cursor.x = 0
        lineFeed()
      } else {
        cursor.x = max(0, columns - columnsTaken)
      }
    }
    wrapPending = false
    breakWide(at: cursor.x)
    if columnsTaken == 2 { breakWide(at: cursor.x + 1) }
    cells[cursor.y][cursor.x] = Cell(text: String(scalar), look: look)
    if columnsTaken == 2, cursor.x + 1 < columns {
      cells[cursor.y][cursor.x + 1] = Cell(text: "", look: look)
    }
    lastCharacter = scalar
    cursor.x += columnsTaken
    if cursor.x >= columns {
      cursor.x = columns - 1
      wrapPending = true
    }
  }

  /// Writing over half of a wide character erases all of it.
  private mutating func breakWide(at x: Int) {
    guard cells[cursor.y].indices.contains(x) else { return }
    if cells[cursor.y][x].text.isEmpty, x > 0 { cells[cursor.y][x - 1].text = " " }
    if x + 1 < columns, cells[cursor.y][x + 1].text.isEmpty { cells[cursor.y][x + 1].text = " " }
  }

  mutating func lineFeed() {
    wrapPending = false
    if cursor.y == scrollRegion.upperBound {
      scroll(1)
    } else if cursor.y < rows - 1 {
      cursor.y += 1
    }
  }

  mutating func reverseLineFeed() {
    wrapPending = false
    if cursor.y == scrollRegion.lowerBound { scroll(-1) } else if cursor.y > 0 { cursor.y -= 1 }
  }

  /// Up for positive numbers.
  private mutating func scroll(_ count: Int) { shiftLines(from: scrollRegion.lowerBound, -count) }

  private mutating func shiftLines(from top: Int, _ count: Int) {
    guard scrollRegion.contains(top) else { return }
    let bottom = scrollRegion.upperBound
    for _ in 0..<min(abs(count), bottom - top + 1) {
      if count > 0 {
        cells.remove(at: bottom)
        cells.insert(blankLine(), at: top)
      } else {
        cells.remove(at: top)
        cells.insert(blankLine(), at: bottom)
      }
    }
  }

  private func blankLine() -> [Cell] { Array(repeating: blank, count: columns) }

  /// Erasing takes the background along (`bce`).
  private var blank: Cell { Cell(text: " ", look: Look(background: look.background)) }

  /// Cursor movement; false when the final byte is none.
  mutating func move(_ final: UInt8, _ count: Int, _ numbers: [Int]) -> Bool {
    switch final {
    case 0x41: cursor.y -= count
    case 0x42: cursor.y += count
    case 0x43: cursor.x += count
    case 0x44: cursor.x -= count
    case 0x47, 0x60: cursor.x = count - 1
    case 0x64: cursor.y = count - 1
    case 0x48, 0x66:
      cursor = ((numbers.count > 1 ? max(1, numbers[1]) : 1) - 1, count - 1)
    case 0x5A: cursor.x = max(0, (cursor.x - 1) / 8 * 8)
    default: return false
    }
    cursor = (min(max(0, cursor.x), columns - 1), min(max(0, cursor.y), rows - 1))
    wrapPending = false
    return true
  }

  /// Erasing, inserting, deleting, repeating; false when the final byte is none of it.
  mutating func edit(_ final: UInt8, _ first: Int) -> Bool {
    let count = max(1, first)
    let x = cursor.x
    let y = cursor.y
    switch final {
    case 0x4A: eraseDisplay(first)
    case 0x4B: erase(first == 0 ? x..<columns : first == 1 ? 0..<(x + 1) : 0..<columns, y)
    case 0x58: erase(x..<min(columns, x + count), y)
    case 0x50:
      cells[y].removeSubrange(x..<min(columns, x + count))
      while cells[y].count < columns { cells[y].append(blank) }
    case 0x40:
      for _ in 0..<min(count, columns) { cells[y].insert(blank, at: x) }
      cells[y].removeLast(cells[y].count - columns)
    case 0x4C: shiftLines(from: y, count)
    case 0x4D: shiftLines(from: y, -count)
    case 0x53: scroll(count)
    case 0x54: scroll(-count)
    case 0x62: if let lastCharacter { for _ in 0..<count { put(lastCharacter) } }
    default: return false
    }
    return true
  }

  private mutating func eraseDisplay(_ what: Int) {
    switch what {
    case 0:
      erase(cursor.x..<columns, cursor.y)
      for y in (cursor.y + 1)..<max(cursor.y + 1, rows) { erase(0..<columns, y) }
    case 1:
      for y in 0..<cursor.y { erase(0..<columns, y) }
      erase(0..<(cursor.x + 1), cursor.y)
    default: for y in 0..<rows { erase(0..<columns, y) }
    }
  }

  private mutating func erase(_ range: Range<Int>, _ y: Int) {
    for x in range where cells[y].indices.contains(x) { cells[y][x] = blank }
  }
}
