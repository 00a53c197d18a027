/// Replaces `38;5;n` and `48;5;n` by the slots' colours, `38;2;r;g;b`, in ncurses' output. Text
/// holds no control characters, so that what looks like such a sequence is one.
enum PaletteRewriter {
  static func rewrite(_ bytes: [UInt8], slots: [UInt32?]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 4)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0x1B, let match = match(bytes, at: index) else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if let rgb = slot(match.color, in: slots) {
        result += bytes[index..<(index + 4)]  // ESC [ 3|4 8
        result += Array(";2;\(rgb >> 16 & 0xFF);\(rgb >> 8 & 0xFF);\(rgb & 0xFF)m".utf8)
      } else {
        result += bytes[index..<match.end]
      }
      index = match.end
    }
    return result
  }

  private static func slot(_ color: Int, in slots: [UInt32?]) -> UInt32? {
    guard color >= 16, color - 16 < slots.count else { return nil }
    return slots[color - 16]
  }

  /// `ESC [ 3 8 ; 5 ; n m` at an index: n, and the index after it.
  private static func match(_ bytes: [UInt8], at start: Int) -> (color: Int, end: Int)? {
    let head: [UInt8?] = [0x1B, 0x5B, nil, 0x38, 0x3B, 0x35, 0x3B]
    guard start + head.count < bytes.count else { return nil }
    for (offset, expected) in head.enumerated() {
      let byte = bytes[start + offset]
      if let expected {
        if byte != expected { return nil }
      } else if byte != 0x33, byte != 0x34 {
        return nil
      }
    }
    var color = 0
    var index = start + head.count
    while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39, color <= 255 {
      color = color * 10 + Int(bytes[index] - 0x30)
      index += 1
    }
    guard index < bytes.count, bytes[index] == 0x6D, color <= 255 else { return nil }
    return (color, index + 1)
  }
}
