/// The main header of JPEG 2000 codestreams (ITU-T T.800 A.5.1 and A.6.1).
enum JPEG2000Header {
  /// Looks for the codestream in the boxes of a JP2 file (T.800 I.4), which DICOM does not allow but
  /// some equipment writes.
  static func readBoxes(_ reader: BigEndianReader) throws(CodestreamProblem) -> CodestreamHeader {
    var offset = 0
    while let length = reader.u32(offset) {
      var (header, size) = (8, length)
      if length == 1 {
        guard let high = reader.u32(offset + 8), let low = reader.u32(offset + 12), high == 0 else {
          break
        }
        (header, size) = (16, low)
      } else if length == 0 {
        size = reader.count - offset
      }
      guard size >= header, size <= reader.count - offset else { break }
      if reader.has("jp2c", at: offset + 4) {
        return try read(reader, from: offset + header, to: offset + size)
      }
      offset += size
    }
    throw CodestreamProblem("its JP2 boxes hold no codestream")
  }

  static func read(_ reader: BigEndianReader, from start: Int, to end: Int)
    throws(CodestreamProblem) -> CodestreamHeader
  {
    let size = start + 4
    guard reader.u16(start) == 0xFF4F, reader.u16(start + 2) == 0xFF51,
      let right = reader.u32(size + 4), let bottom = reader.u32(size + 8),
      let left = reader.u32(size + 12), let top = reader.u32(size + 16),
      let components = reader.u16(size + 36), components > 0, right > left, bottom > top,
      let length = reader.u16(size), length >= 38 + 3 * components
    else { throw CodestreamProblem("its JPEG 2000 header is damaged") }
    var depth = 0
    for component in 0..<components {
      let place = size + 38 + 3 * component
      guard let bits = reader.u8(place), let across = reader.u8(place + 1),
        let down = reader.u8(place + 2)
      else { throw CodestreamProblem("its JPEG 2000 header is cut off") }
      guard across == 1, down == 1 else {
        throw CodestreamProblem("its JPEG 2000 components are subsampled, which is not supported")
      }
      if component == 0 { depth = bits }
      guard bits == depth else {
        throw CodestreamProblem("its JPEG 2000 components differ in depth")
      }
    }
    var header = CodestreamHeader(
      codec: .jpeg2000, columns: right - left, rows: bottom - top, components: components,
      precision: (depth & 0x7F) + 1, length: end - start)
    header.isSigned = depth & 0x80 != 0
    header.start = start
    // The codec undoes the transformation of the colours where there is one.
    if hasColourTransform(reader, from: size + length, to: end) {
      header.isLuminanceChrominance = false
    }
    return header
  }

  /// The multiple component transformation of the coding style (COD).
  private static func hasColourTransform(_ reader: BigEndianReader, from: Int, to end: Int) -> Bool
  {
    var offset = from
    while offset < end, let marker = reader.u16(offset), let length = reader.u16(offset + 2),
      length >= 2, marker != 0xFF90
    {
      if marker == 0xFF52 { return reader.u8(offset + 8) == 1 }
      offset += 2 + length
    }
    return false
  }
}
