import CZlib

/// Raw inflate (RFC 1951) with bounds, for deflated data sets (DICOM PS3.5 section A.5).
enum Inflater {
  struct Result {
    /// The beginning, at most the bytes asked for.
    var bytes: [UInt8]
    /// Bytes of the whole stream.
    var total: Int
    /// False when the stream broke off or is damaged: `bytes` are what came before.
    var isComplete: Bool
  }

  /// Inflates `source` from `offset` on.
  /// - Parameters:
  ///   - kept: bytes to keep; the rest is only counted.
  ///   - limit: more bytes than these are refused: a small file must not fill the memory.
  static func inflate(_ source: ByteSource, from offset: Int, kept: Int, limit: Int)
    throws(DICOMError) -> Result
  {
    var stream = z_stream()
    guard radrelay_inflate_init_raw(&stream) == Z_OK else {
      throw .limit(
        file: source.name, offset: offset, tag: nil, problem: "there is no memory to inflate it")
    }
    defer { inflateEnd(&stream) }
    let chunk = 64 << 10
    var result = Result(bytes: [], total: 0, isComplete: false)
    var output = [UInt8](repeating: 0, count: chunk)
    var position = offset
    while position < source.size && !result.isComplete {
      let length = min(chunk, source.size - position)
      var input = try source.bytes(position, length)
      position += length
      var status = Z_OK
      var stuck = false
      input.withUnsafeMutableBufferPointer { bytes in
        stream.next_in = bytes.baseAddress
        stream.avail_in = UInt32(bytes.count)
        repeat {
          let produced = output.withUnsafeMutableBufferPointer { room in
            stream.next_out = room.baseAddress
            stream.avail_out = UInt32(room.count)
            status = CZlib.inflate(&stream, Z_NO_FLUSH)
            return room.count - Int(stream.avail_out)
          }
          result.total += produced
          let wanted = min(produced, kept - result.bytes.count)
          if wanted > 0 { result.bytes.append(contentsOf: output[..<wanted]) }
          stuck = status != Z_OK || result.total > limit
        } while !stuck && (stream.avail_out == 0 || stream.avail_in > 0)
        stream.next_in = nil
        stream.next_out = nil
      }
      if result.total > limit {
        throw .limit(
          file: source.name, offset: offset, tag: nil,
          problem: "its compressed data set inflates to more than \(limit >> 20) MiB")
      }
      if status == Z_STREAM_END { result.isComplete = true }
      // Z_BUF_ERROR only asks for more input.
      if status != Z_OK && status != Z_BUF_ERROR { break }
    }
    return result
  }
}
