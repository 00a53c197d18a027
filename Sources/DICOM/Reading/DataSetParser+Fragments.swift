extension DataSetParser {
  /// Locates the fragments of encapsulated pixel data (DICOM PS3.5 section A.4).
  mutating func fragments(_ head: ElementHead, vr: VR, walker: ElementWalker)
    throws(DICOMError) -> (Element?, next: Int)
  {
    var pixels = EncapsulatedPixels(offsetTable: [], fragments: [], isComplete: false)
    let big = walker.encoding.isBigEndian
    var offset = head.valueOffset
    var isFirst = true
    var problem: DICOMError?
    while walker.end - offset >= 8 {
      let tag = Tag(try source.u16(offset, big: big), try source.u16(offset + 2, big: big))
      let length = Int(try source.u32(offset + 4, big: big))
      if tag == .sequenceDelimiter {
        pixels.isComplete = true
        offset += 8
        break
      }
      guard tag == .item, length != 0xFFFF_FFFF else {
        problem = .malformed(
          file: source.name, offset: offset, tag: head.tag,
          problem: "expected a fragment of the pixel data, found \(tag)")
        break
      }
      guard length <= walker.end - offset - 8 else {
        problem = .truncated(
          file: source.name, offset: offset + 8, tag: head.tag, expected: length,
          available: walker.end - offset - 8)
        break
      }
      try charge(offset)
      if isFirst {
        if length <= options.maximumValueBytes {
          pixels.offsetTable = try (0..<length / 4).map { index throws(DICOMError) in
            try source.u32(offset + 8 + index * 4, big: big)
          }
        }
      } else {
        pixels.fragments.append(Element.Location(offset: offset + 8, length: length))
      }
      isFirst = false
      offset += 8 + length
    }
    if !pixels.isComplete {
      fail(
        problem
          ?? .truncated(
            file: source.name, offset: offset, tag: head.tag, expected: 8,
            available: walker.end - offset))
      offset = walker.end
    }
    let location = Element.Location(offset: head.valueOffset, length: offset - head.valueOffset)
    return (Element(tag: head.tag, vr: vr, value: .fragments(pixels), location: location), offset)
  }
}
