import Testing

@testable import Screen

/// Buffers as text, and what must hold of every buffer.
enum GridText {
  static func text(_ buffer: CellBuffer) -> String {
    (0..<buffer.size.height).map { y in
      var line = buffer.row(y).map(\.text).joined()
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Every row is exactly as wide as it should be, and no cell holds a control character.
  static func expectWhole(_ buffer: CellBuffer, _ note: String = "") {
    for y in 0..<buffer.size.height {
      let row = Array(buffer.row(y))
      for (x, cell) in row.enumerated() {
        let isRightHalf = x > 0 && row[x - 1].width == 2
        let whole =
          cell.width == 0
          ? isRightHalf && cell.text.isEmpty
          : !isRightHalf && !cell.text.isEmpty && Int(cell.width) <= row.count - x
        let clean = cell.text.unicodeScalars.allSatisfy {
          $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
            && !(0x202A...0x202E).contains($0.value) && !(0x2066...0x2069).contains($0.value)
        }
        if !whole || !clean {
          Issue.record("cell \(x),\(y) \(cell.text.debugDescription) width \(cell.width) \(note)")
          return
        }
      }
    }
    if let cursor = buffer.cursor, !buffer.area.contains(cursor) {
      Issue.record("cursor \(cursor) outside of \(buffer.size) \(note)")
    }
  }
}

/// A random source that gives the same numbers every time (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
