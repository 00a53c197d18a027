/// The frame header of JPEG and JPEG-LS (ITU-T T.81 B.2.2, T.87 C.2.2).
enum JPEGHeader {
  static func read(_ reader: BigEndianReader) throws(CodestreamProblem) -> CodestreamHeader {
    var offset = 2
    var colours = ColourMarkers()
    while let lead = reader.u8(offset) {
      guard lead == 0xFF, let marker = reader.u8(offset + 1) else {
        throw CodestreamProblem("its JPEG data has no marker at byte \(offset)")
      }
      switch marker {
      case 0xFF:
        // Fill bytes may stand before a marker.
        offset += 1
        continue
      case 0x01, 0xD0...0xD7:
        offset += 2
        continue
      case 0xD9, 0xDA:
        throw CodestreamProblem("its JPEG data has no frame header")
      default: break
      }
      guard let length = reader.u16(offset + 2), length >= 2 else {
        throw CodestreamProblem("its JPEG data ends within a marker segment")
      }
      if isFrame(marker) {
        return try frame(reader, marker, at: offset + 4, length: length - 2, colours: colours)
      }
      colours.read(reader, marker, at: offset + 4, length: length - 2)
      offset += 2 + length
    }
    throw CodestreamProblem("its JPEG data ends before its frame header")
  }

  /// SOF0 to SOF15 without DHT, JPG and DAC; SOF55 of JPEG-LS.
  private static func isFrame(_ marker: Int) -> Bool {
    marker == 0xF7 || ((0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker))
  }

  private static func frame(
    _ reader: BigEndianReader, _ marker: Int, at offset: Int, length: Int, colours: ColourMarkers
  ) throws(CodestreamProblem) -> CodestreamHeader {
    guard let precision = reader.u8(offset), let rows = reader.u16(offset + 1),
      let columns = reader.u16(offset + 3), let components = reader.u8(offset + 5),
      length >= 6 + 3 * components
    else { throw CodestreamProblem("its JPEG frame header is cut off") }
    guard rows > 0, columns > 0, components > 0 else {
      throw CodestreamProblem("its JPEG frame header gives no size")
    }
    guard (2...16).contains(precision) else {
      throw CodestreamProblem("its JPEG frame header asks for \(precision) bits per sample")
    }
    guard marker < 0xC5 || marker == 0xF7 || marker == 0xC9 || marker == 0xCA else {
      throw CodestreamProblem("its JPEG process (SOF\(marker - 0xC0)) is not supported")
    }
    var header = CodestreamHeader(
      codec: marker == 0xF7 ? .jpegLS : .jpeg, columns: columns, rows: rows,
      components: components, precision: precision, length: reader.count)
    header.isLossless = marker == 0xC3
    if header.codec == .jpeg && !header.isLossless && components == 3 {
      let names = (0..<3).compactMap { reader.u8(offset + 6 + 3 * $0) }
      header.isLuminanceChrominance = colours.isLuminanceChrominance(components: names)
    }
    return header
  }
}

/// The marker segments that tell how lossy JPEG stores colour.
private struct ColourMarkers {
  var hasJFIF = false
  /// Of Adobe's APP14: 0 none, 1 YCbCr.
  var adobeTransform: Int?

  mutating func read(_ reader: BigEndianReader, _ marker: Int, at offset: Int, length: Int) {
    if marker == 0xE0 && reader.has("JFIF", at: offset) { hasJFIF = true }
    if marker == 0xEE && length >= 12 && reader.has("Adobe", at: offset) {
      adobeTransform = reader.u8(offset + 11)
    }
  }

  func isLuminanceChrominance(components: [Int]) -> Bool? {
    // "RGB" and "rgb".
    if components == [82, 71, 66] || components == [114, 103, 98] { return false }
    if hasJFIF { return true }
    switch adobeTransform {
    case 0: return false
    case 1: return true
    default: return nil
    }
  }
}
