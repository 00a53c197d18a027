// Elements of undefined length are walked without being read.
extension HeaderCollector {
  /// The end of an element of undefined length.
  mutating func skip(_ head: ElementHead) throws(DICOMError) -> Int {
    if head.tag.isPixelData {
      hasPixels = true
      return try skipFragments(head)
    }
    let isForeign = head.vr == .un && encoding.isExplicit
    return try skipSequence(
      from: head.valueOffset, encoding: isForeign ? .implicitLittle : encoding, depth: 1,
      tag: head.tag)
  }

  /// Where encapsulated pixel data ends. Nearly always that is the file's end, which the last
  /// eight bytes show; only otherwise the fragments are walked.
  private func skipFragments(_ head: ElementHead) throws(DICOMError) -> Int {
    let big = encoding.isBigEndian
    let last = source.size - 8
    if last >= head.valueOffset, try source.u16(last, big: big) == 0xFFFE,
      try source.u16(last + 2, big: big) == 0xE0DD, try source.u32(last + 4, big: big) == 0
    {
      return source.size
    }
    var offset = head.valueOffset
    while source.size - offset >= 8 {
      let tag = Tag(try source.u16(offset, big: big), try source.u16(offset + 2, big: big))
      let length = Int(try source.u32(offset + 4, big: big))
      if tag == .sequenceDelimiter { return offset + 8 }
      guard tag == .item, length != 0xFFFF_FFFF else {
        throw .malformed(
          file: source.name, offset: offset, tag: head.tag,
          problem: "expected a fragment of the pixel data, found \(tag)")
      }
      if length > source.size - offset - 8 { break }
      offset += 8 + length
    }
    throw .truncated(
      file: source.name, offset: offset, tag: head.tag, expected: 8,
      available: source.size - offset)
  }

  private func skipSequence(from start: Int, encoding: Encoding, depth: Int, tag: Tag)
    throws(DICOMError) -> Int
  {
    guard depth <= ReadOptions.header.maximumDepth else {
      throw .limit(
        file: source.name, offset: start, tag: tag,
        problem: "its sequences are nested deeper than \(ReadOptions.header.maximumDepth) levels")
    }
    let big = encoding.isBigEndian
    var offset = start
    while true {
      let item = Tag(try source.u16(offset, big: big), try source.u16(offset + 2, big: big))
      let length = try source.u32(offset + 4, big: big)
      if item == .sequenceDelimiter { return offset + 8 }
      guard item == .item else {
        throw .malformed(
          file: source.name, offset: offset, tag: tag,
          problem: "expected an item of the sequence, found \(item)")
      }
      offset += 8
      if length != 0xFFFF_FFFF {
        guard Int(length) <= source.size - offset else {
          throw .truncated(
            file: source.name, offset: offset, tag: tag, expected: Int(length),
            available: source.size - offset)
        }
        offset += Int(length)
        continue
      }
      offset = try skipOpenItem(
        from: offset, encoding: try encoding.ofItem(source, at: offset, to: source.size),
        depth: depth)
    }
  }

  private func skipOpenItem(from start: Int, encoding: Encoding, depth: Int)
    throws(DICOMError) -> Int
  {
    var walker = ElementWalker(
      source: source, encoding: encoding, offset: start, end: source.size,
      looksUpVR: false)
    while let head = try walker.next() {
      if head.tag == .itemDelimiter { return head.valueOffset }
      if head.tag == .sequenceDelimiter { return head.offset }
      if head.isUndefined {
        let isForeign = head.vr == .un && encoding.isExplicit
        walker.offset = try skipSequence(
          from: head.valueOffset, encoding: isForeign ? .implicitLittle : encoding,
          depth: depth + 1, tag: head.tag)
      } else {
        if head.length > walker.end - head.valueOffset { throw walker.cut(head) }
        walker.offset = head.valueOffset + head.length
      }
    }
    throw .truncated(
      file: source.name, offset: source.size, tag: nil, expected: 8, available: 0)
  }
}
