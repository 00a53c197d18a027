/// What a codestream says of its image, read before any codec sees it.
package struct CodestreamHeader: Equatable {
  package enum Codec: Sendable { case jpeg, jpegLS, jpeg2000 }

  package var codec: Codec
  package var columns: Int
  package var rows: Int
  package var components: Int
  /// Bits of a sample.
  var precision: Int
  /// Two's complement; only JPEG 2000 knows.
  var isSigned = false
  /// JPEG processes 14 and 14 SV1.
  var isLossless = false
  /// What the codestream says of its colours; nil when it says nothing.
  var isLuminanceChrominance: Bool?
  /// Bytes before the codestream proper: the boxes of a JP2 file.
  package var start = 0
  /// Bytes of the codestream proper.
  package var length: Int

  /// - Throws: ``CodestreamProblem`` when the bytes are no codestream of a known codec.
  package init(_ bytes: UnsafeRawBufferPointer) throws(CodestreamProblem) {
    let reader = BigEndianReader(bytes: bytes)
    switch (reader.u16(0), reader.u32(4)) {
    case (0xFFD8, _): self = try JPEGHeader.read(reader)
    case (0xFF4F, _): self = try JPEG2000Header.read(reader, from: 0, to: bytes.count)
    case (_, 0x6A50_2020): self = try JPEG2000Header.readBoxes(reader)
    default: throw CodestreamProblem("its compressed data begins with no known codestream")
    }
  }

  init(codec: Codec, columns: Int, rows: Int, components: Int, precision: Int, length: Int) {
    self.codec = codec
    self.columns = columns
    self.rows = rows
    self.components = components
    self.precision = precision
    self.length = length
  }

  /// Compares with what the data set says.
  func check(_ format: PixelFormat) throws(CodestreamProblem) {
    guard columns == format.columns, rows == format.rows else {
      throw CodestreamProblem(
        "its codestream has \(columns) x \(rows) pixels, the data set says "
          + "\(format.columns) x \(format.rows)")
    }
    guard components == format.samplesPerPixel else {
      throw CodestreamProblem(
        "its codestream has \(components) samples per pixel, the data set says "
          + "\(format.samplesPerPixel)")
    }
    guard precision <= format.bytesPerSample * 8 else {
      throw CodestreamProblem(
        "its codestream has \(precision) bits per sample, the data set allocates "
          + "\(format.bitsAllocated)")
    }
  }
}

/// Why a codestream is not decoded, in words.
package struct CodestreamProblem: Error, Equatable {
  package var words: String
  init(_ words: String) { self.words = words }
}

/// Numbers of a codestream; nil beyond its end.
struct BigEndianReader {
  let bytes: UnsafeRawBufferPointer

  var count: Int { bytes.count }

  // Each access is checked against the buffer, whose owner outlives this reader.
  func u8(_ offset: Int) -> Int? {
    offset >= 0 && offset < bytes.count ? Int(bytes[offset]) : nil
  }

  func u16(_ offset: Int) -> Int? {
    guard offset >= 0, bytes.count >= 2, offset <= bytes.count - 2 else { return nil }
    return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
  }

  func u32(_ offset: Int) -> Int? {
    guard let high = u16(offset), let low = u16(offset + 2) else { return nil }
    return high << 16 | low
  }

  /// True when a text stands at an offset.
  func has(_ text: StaticString, at offset: Int) -> Bool {
    guard offset >= 0, text.utf8CodeUnitCount <= bytes.count - offset else { return false }
    return text.withUTF8Buffer { letters in
      letters.indices.allSatisfy { bytes[offset + $0] == letters[$0] }
    }
  }
}
