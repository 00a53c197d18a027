import CZlib
import Foundation

/// Compression of bodies (RFC 1952), only where it makes them clearly smaller.
enum Gzip {
  /// Bytes that are tried first: images that are compressed already are not compressed again.
  static let sample = 16_384
  /// What the compressed form may be of the plain one.
  static let worth = 0.85

  /// The compressed form; nil when it would not be clearly smaller.
  static func smaller(_ bytes: Data) -> Data? {
    guard bytes.count >= 512 else { return nil }
    if bytes.count > 2 * sample {
      // From the middle: a header says nothing of the pixels.
      let middle = bytes.startIndex + bytes.count / 2 - sample / 2
      let tried = bytes[middle..<(middle + sample)]
      guard pack(tried, limit: Int(Double(sample) * worth)) != nil else { return nil }
    }
    return pack(bytes, limit: Int(Double(bytes.count) * worth))
  }

  /// The compressed form; nil when it takes more than `limit` bytes.
  private static func pack(_ bytes: Data, limit: Int) -> Data? {
    var stream = z_stream()
    // 16 more than the window's bits: with the header of gzip. Level 1: most of the gain at a
    // fraction of the time.
    guard
      deflateInit2_(
        &stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    guard let length = UInt32(exactly: bytes.count), let room = UInt32(exactly: limit), room > 64
    else { return nil }
    var packed = Data(count: limit)
    var input = bytes
    let isDone = input.withUnsafeMutableBytes { source in
      packed.withUnsafeMutableBytes { target in
        stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
        stream.avail_in = length
        stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = room
        return deflate(&stream, Z_FINISH) == Z_STREAM_END
      }
    }
    guard isDone else { return nil }
    packed.removeSubrange((packed.count - Int(stream.avail_out))...)
    return packed
  }
}
