/// Where codestreams begin and end.
enum Codestream {
  /// True for the first bytes of a JPEG, JPEG-LS, JPEG 2000 or JP2 stream, or of RLE data.
  static func begins(_ head: ArraySlice<UInt8>) -> Bool {
    let head = Array(head)
    guard head.count == 8 else { return false }
    // SOI and another marker.
    if head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF { return true }
    // SOC and SIZ.
    if head.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) { return true }
    // The signature box of JP2, 12 bytes long.
    if head.starts(with: [0x00, 0x00, 0x00, 0x0C]) { return true }
    // RLE: 1 to 15 segments, the first one right behind the header.
    return (1...15).contains(head[0]) && head[1...] == [0, 0, 0, 64, 0, 0, 0]
  }

  /// True when the last bytes hold the end marker that JPEG and JPEG 2000 share, with up to two
  /// bytes of padding after it.
  static func ends(_ tail: ArraySlice<UInt8>) -> Bool {
    let tail = Array(tail)
    return tail.indices.dropLast().contains { tail[$0] == 0xFF && tail[$0 + 1] == 0xD9 }
  }
}
