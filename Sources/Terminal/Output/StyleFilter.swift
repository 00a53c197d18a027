import CNCurses

/// Shortens ncurses' output: colours and attributes are set when something is drawn in them, and
/// only by what differs from what the terminal has. Gives the slots of ``ColorMapper`` their true
/// colours on the way, and addresses the cursor anew after text of uncertain width. Only for
/// terminal types with ANSI sequences.
struct StyleFilter {
  /// What the terminal has; nil when that is not known.
  private var actual: GraphicState?
  private var wanted = GraphicState()
  private var cursor: CursorTrack

  /// - Parameter width: columns of a character, as ncurses counts them.
  init(width: @escaping (UInt32) -> Int32 = { rr_curses_width($0) }) {
    cursor = CursorTrack(width: width)
  }

  /// Somebody else has had the terminal.
  mutating func forget() {
    actual = nil
    wanted = GraphicState()
    cursor.forget()
  }

  /// The terminal has no colours and attributes now, whatever was sent.
  mutating func settled() { actual = GraphicState() }

  /// - Parameter bytes: whole sequences, as one or more refreshes wrote them.
  mutating func filter(_ bytes: [UInt8], slots: [UInt32?]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x1B: index = sequence(bytes, index, slots, &result)
      case 0x20..<0x7F:
        cursor.printsASCII(&result)
        settle(slots, &result)
        result.append(byte)
        index += 1
      case 0x80...: index = character(bytes, index, slots, &result)
      default:
        cursor.control(byte, &result)
        index += 1
      }
    }
    // Where the cursor rests is seen, too.
    cursor.settle(&result)
    return result
  }

  /// Handles a character beyond ASCII at an index; returns the index after it.
  private mutating func character(
    _ bytes: [UInt8], _ start: Int, _ slots: [UInt32?], _ result: inout [UInt8]
  ) -> Int {
    var value = UInt32(bytes[start])
    // ncurses writes whole, valid UTF-8; in other locales, a byte a column.
    let length = value < 0xC0 ? 1 : value < 0xE0 ? 2 : value < 0xF0 ? 3 : 4
    let end = min(start + length, bytes.count)
    if length > 1 {
      value &= 0x7F >> UInt32(length)
      for byte in bytes[(start + 1)..<end] { value = value << 6 | UInt32(byte & 0x3F) }
    }
    settle(slots, &result)
    cursor.prints(value)
    result += bytes[start..<end]
    return end
  }

  /// Handles `ESC …` at an index; returns the index after it.
  private mutating func sequence(
    _ bytes: [UInt8], _ start: Int, _ slots: [UInt32?], _ result: inout [UInt8]
  ) -> Int {
    // Character sets: always ASCII and UTF-8 here.
    if start + 2 < bytes.count, bytes[start + 1] == 0x28, bytes[start + 2] == 0x42 {
      return start + 3
    }
    guard start + 1 < bytes.count, bytes[start + 1] == 0x5B else {
      let end = min(start + 2, bytes.count)
      cursor.escape(bytes[start..<end], &result)
      return end
    }
    var end = start + 2
    while end < bytes.count, !(0x40...0x7E).contains(bytes[end]) { end += 1 }
    guard end < bytes.count else {
      result += bytes[start...]
      return bytes.count
    }
    let parameters = bytes[(start + 2)..<end]
    guard parameters.allSatisfy({ $0 == 0x3B || (0x30...0x39).contains($0) }) else {
      // Private modes: they move nothing.
      result += bytes[start...end]
      return end + 1
    }
    switch bytes[end] {
    case 0x6D:
      wanted.apply(numbers(parameters))
      return end + 1
    // Erasing and repeating draw, too: J, K, X, b.
    case 0x4A, 0x4B, 0x58, 0x62: settle(slots, &result)
    default: break
    }
    cursor.sequence(bytes[start...end], final: bytes[end], numbers(parameters), &result)
    return end + 1
  }

  private mutating func settle(_ slots: [UInt32?], _ result: inout [UInt8]) {
    guard actual != wanted else { return }
    result += GraphicState.change(from: actual, to: wanted, slots: slots)
    actual = wanted
  }

  private func numbers(_ text: ArraySlice<UInt8>) -> [Int] {
    var numbers = [0]
    for byte in text {
      if byte == 0x3B {
        numbers.append(0)
      } else {
        numbers[numbers.count - 1] = min(numbers[numbers.count - 1] * 10 + Int(byte - 0x30), 9999)
      }
    }
    return numbers
  }
}
