import CZlib

/// Raw inflate (RFC 1951) with bounds, for deflated data sets (DICOM PS3.5 section A.5) and the
/// entries of archives.
enum Inflater {
  struct Result {
    /// The beginning, at most the bytes asked for.
    var bytes: [UInt8]
    /// Bytes of the whole stream.
    var total: Int
    /// False when the stream broke off or is damaged: `bytes` are what came before.
    var isComplete: Bool
  }

  private static let chunk = 64 << 10

  /// Inflates `source` from `offset` on.
  /// - Parameters:
  ///   - kept: bytes to keep; the rest is only counted.
  ///   - limit: more bytes than these are refused: a small file must not fill the memory.
  static func inflate(_ source: ByteSource, from offset: Int, kept: Int, limit: Int)
    throws(DICOMError) -> Result
  {
    var bytes: [UInt8] = []
    var total = 0
    let end = try stream(source, from: offset, to: source.size) {
      (part: UnsafeRawBufferPointer) throws(DICOMError) in
      total += part.count
      if total > limit {
        throw DICOMError.limit(
          file: source.name, offset: offset, tag: nil,
          problem: "its compressed data set inflates to more than \(limit >> 20) MiB")
      }
      let wanted = min(part.count, kept - bytes.count)
      if wanted > 0 { bytes.append(contentsOf: part[..<wanted]) }
      return true
    }
    return Result(bytes: bytes, total: total, isComplete: end == .complete)
  }

  /// How a stream came to its end.
  enum End {
    case complete
    /// It broke off or is damaged.
    case damaged
    /// Its receiver wanted no more.
    case stopped
  }

  /// Inflates a range piece by piece.
  /// - Parameter receive: false ends the reading; bounds are its business.
  static func stream(
    _ source: ByteSource, from offset: Int, to end: Int,
    _ receive: (UnsafeRawBufferPointer) throws(DICOMError) -> Bool
  ) throws(DICOMError) -> End {
    var stream = z_stream()
    guard radrelay_inflate_init_raw(&stream) == Z_OK else {
      throw .limit(
        file: source.name, offset: offset, tag: nil, problem: "there is no memory to inflate it")
    }
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 8)
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 8)
    defer {
      inflateEnd(&stream)
      output.deallocate()
      input.deallocate()
    }
    var position = offset
    while position < end {
      let length = min(chunk, end - position)
      input.copyBytes(from: try source.bytes(position, length))
      position += length
      stream.next_in = input.bindMemory(to: UInt8.self).baseAddress
      stream.avail_in = UInt32(length)
      var status = Z_OK
      repeat {
        stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(chunk)
        status = CZlib.inflate(&stream, Z_NO_FLUSH)
        let produced = chunk - Int(stream.avail_out)
        if produced > 0, try !receive(UnsafeRawBufferPointer(rebasing: output[..<produced])) {
          return .stopped
        }
      } while status == Z_OK && (stream.avail_out == 0 || stream.avail_in > 0)
      if status == Z_STREAM_END { return .complete }
      // Z_BUF_ERROR only asks for more input.
      if status != Z_OK && status != Z_BUF_ERROR { break }
    }
    return .damaged
  }
}
