/// Makes RLE data (DICOM PS3.5 annex G) for tests.
enum RLEPacker {
  /// Packs bytes as PS3.5 G.3.1 says: runs of two or more, literals between them.
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      var run = 1
      while run < 128 && index + run < bytes.count && bytes[index + run] == bytes[index] {
        run += 1
      }
      if run > 1 {
        result += [UInt8(257 - run), bytes[index]]
        index += run
        continue
      }
      var end = index + 1
      while end < bytes.count && end - index < 128
        && !(end + 1 < bytes.count && bytes[end] == bytes[end + 1])
      { end += 1 }
      result += [UInt8(end - index - 1)] + bytes[index..<end]
      index = end
    }
    return result
  }

  static func encoded(_ planes: [[UInt8]]) -> [UInt8] {
    let segments = planes.map { packed($0) }.map { $0.count % 2 == 0 ? $0 : $0 + [0x80] }
    var header = PixelFile.long(segments.count)
    var offset = 64
    for segment in segments {
      header += PixelFile.long(offset)
      offset += segment.count
    }
    header += [UInt8](repeating: 0, count: 64 - header.count)
    return header + segments.flatMap { $0 }
  }
}
