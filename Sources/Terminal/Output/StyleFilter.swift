/// Shortens ncurses' output: colours and attributes are set when something is drawn in them, and
/// only by what differs from what the terminal has. Gives the slots of ``ColorMapper`` their true
/// colours on the way. Only for terminal types with ANSI sequences.
struct StyleFilter {
  /// What the terminal has; nil when that is not known.
  private var actual: GraphicState?
  private var wanted = GraphicState()

  /// Somebody else has had the terminal.
  mutating func forget() {
    actual = nil
    wanted = GraphicState()
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
      if byte == 0x1B {
        index = sequence(bytes, index, slots, &result)
      } else {
        if byte >= 0x20 { settle(slots, &result) }
        result.append(byte)
        index += 1
      }
    }
    return result
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
      result.append(bytes[start])
      return start + 1
    }
    var end = start + 2
    while end < bytes.count, !(0x40...0x7E).contains(bytes[end]) { end += 1 }
    guard end < bytes.count else {
      result += bytes[start...]
      return bytes.count
    }
    switch bytes[end] {
    case 0x6D where bytes[(start + 2)..<end].allSatisfy { $0 == 0x3B || (0x30...0x39).contains($0) }:
      wanted.apply(numbers(bytes[(start + 2)..<end]))
      return end + 1
    // Erasing and repeating draw, too: J, K, X, b.
    case 0x4A, 0x4B, 0x58, 0x62: settle(slots, &result)
    default: break
    }
    result += bytes[start...end]
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
