/// Tags that somebody asks for, in ascending order.
struct WantedTags: Sendable {
  fileprivate let values: [UInt32]

  init(_ tags: [Tag]) { values = tags.map(\.rawValue).sorted() }
}

extension ElementWalker {
  /// Moves on over elements that nobody asks for, as far as that is plain: little endian, defined
  /// lengths, known representations, all in the window of the source. Stops before anything else,
  /// which ``next()`` then deals with.
  mutating func skip(to wanted: WantedTags) {
    if encoding.isBigEndian { return }
    let isExplicit = encoding.isExplicit
    let first = source.start
    let last = min(first + source.count, end)
    guard offset >= first, let base = source.window.baseAddress else { return }
    let bytes = UnsafeRawPointer(base)
    var offset = self.offset
    wanted.values.withUnsafeBufferPointer { wanted in
      VR.lengthFields.withUnsafeBufferPointer { fields in
        var position = 0
        while last - offset >= 12 {
          let at = offset - first
          let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
          let tag =
            UInt32(truncatingIfNeeded: word << 16) | UInt32(truncatingIfNeeded: word >> 16) & 0xFFFF
          if tag == 0 || tag >= 0xFFFE_0000 { break }
          // Elements and wanted tags both ascend; where the file breaks that, from the beginning.
          if position > 0 && wanted[position - 1] >= tag { position = 0 }
          while position < wanted.count && wanted[position] < tag { position += 1 }
          if position < wanted.count && wanted[position] == tag { break }
          var next = offset + 8
          if isExplicit {
            let letters = (word >> 32) & 0xFFFF
            let index = Int(letters & 0xFF) &- 0x41
            let second = Int(letters >> 8) &- 0x41
            if index & ~31 != 0 || second & ~31 != 0 { break }
            let field = fields[index << 5 | second]
            if field == VR.LengthField.short.rawValue {
              next += Int(word >> 48)
            } else if field == VR.LengthField.long.rawValue {
              let length = bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt32.self)
              if length == 0xFFFF_FFFF { break }
              next += 4 + Int(UInt32(littleEndian: length))
            } else {
              break
            }
          } else {
            let length = UInt32(truncatingIfNeeded: word >> 32)
            if length == 0xFFFF_FFFF { break }
            next += Int(length)
          }
          if next > end { break }
          offset = next
        }
      }
    }
    self.offset = offset
  }
}
