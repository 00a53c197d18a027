import CZlib

/// zlib streams (RFC 1950), whole.
enum Zlib {
  /// - Parameter level: 1 fast … 9 small.
  static func compressed(_ bytes: [UInt8], level: Int32) -> [UInt8] {
    var capacity = compressBound(uLong(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(capacity)) { memory, count in
      let status = bytes.withUnsafeBufferPointer { bytes in
        compress2(memory.baseAddress, &capacity, bytes.baseAddress, uLong(bytes.count), level)
      }
      // The only other outcomes are no memory and a level out of range.
      count = status == Z_OK ? Int(capacity) : 0
    }
  }

  /// The checksum of PNG chunks.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { bytes in
      UInt32(truncatingIfNeeded: crc32(0, bytes.baseAddress, UInt32(clamping: bytes.count)))
    }
  }
}
