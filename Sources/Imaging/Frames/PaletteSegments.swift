/// Segmented palette color lookup table data (DICOM PS3.3 C.7.9.2).
enum PaletteSegments {
  /// The entries that segments describe.
  /// - Parameters:
  ///   - data: bytes or words, as wide as the entries.
  ///   - count: entries wanted; more are cut, fewer make the result nil, as does a segment that
  ///     cannot be.
  static func expanded(_ data: [UInt16], isWords: Bool, count: Int) -> [UInt16]? {
    var table: [UInt16] = []
    table.reserveCapacity(count)
    var offset = 0
    while offset < data.count && table.count < count {
      guard
        let next = append(data, offset, to: &table, isWords: isWords, count: count, mayCopy: true)
      else {
        // A padding byte at the end is no segment.
        break
      }
      offset = next
    }
    return table.count >= count ? Array(table.prefix(count)) : nil
  }

  /// Appends one segment.
  /// - Returns: where the next one begins; nil when this one is impossible.
  private static func append(
    _ data: [UInt16], _ offset: Int, to table: inout [UInt16], isWords: Bool, count: Int,
    mayCopy: Bool
  ) -> Int? {
    guard offset + 2 < data.count else { return nil }
    let length = Int(data[offset + 1])
    switch data[offset] {
    case 0:
      let end = offset + 2 + length
      guard end <= data.count else { return nil }
      table.append(contentsOf: data[offset + 2..<end])
      return end
    case 1:
      // From the last entry, which is not repeated, to the end in equal steps.
      guard let last = table.last, length > 0 else { return nil }
      let step = (Double(data[offset + 2]) - Double(last)) / Double(length)
      for index in 1...length {
        table.append(UInt16(clamping: Int((Double(last) + step * Double(index)).rounded())))
      }
      return offset + 3
    case 2:
      // The segments at another place once more; they must not refer on. The place is counted in
      // bytes, in two words or four bytes.
      let end = offset + (isWords ? 4 : 6)
      guard mayCopy, end <= data.count else { return nil }
      let place = data[offset + 2..<end].reversed().reduce(0) {
        $0 << (isWords ? 16 : 8) | Int($1)
      }
      var from = isWords ? place / 2 : place
      for _ in 0..<length where table.count < count {
        guard
          let next = append(
            data, from, to: &table, isWords: isWords, count: count, mayCopy: false)
        else { return nil }
        from = next
      }
      return end
    default: return nil
    }
  }
}
