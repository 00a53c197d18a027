/// Walks the top level of a data set and fills a ``ScannedInstance``.
struct HeaderCollector {
  let source: ByteSource
  let encoding: Encoding
  private var sets = CharacterSets.standard
  private var describesImage = false
  private var hasPixels = false
  private var hasProvider = false

  init(source: ByteSource, encoding: Encoding) {
    self.source = source
    self.encoding = encoding
  }

  mutating func collect(from start: Int, into instance: inout ScannedInstance)
    throws(DICOMError)
  {
    var walker = ElementWalker(
      source: source, encoding: encoding, offset: start, end: source.size,
      looksUpVR: false)
    var isFirst = true
    while let head = try walker.next() {
      if head.tag.rawValue == 0 && head.length == 0 && !isFirst { break }
      if head.isUndefined {
        walker.offset = try skip(head)
      } else {
        if head.length > walker.end - head.valueOffset { throw walker.cut(head) }
        if head.tag.group <= 0x0028 { try take(head, into: &instance) }
        if head.tag.isPixelData { hasPixels = true }
        walker.offset = head.valueOffset + head.length
      }
      isFirst = false
    }
    if describesImage && !hasPixels && !hasProvider {
      instance.warning = "It describes an image but has no pixel data."
    }
  }

  private mutating func take(_ head: ElementHead, into instance: inout ScannedInstance)
    throws(DICOMError)
  {
    // Longer values than the standard allows by far are nonsense, not text.
    guard head.length <= 4096 else { return }
    switch head.tag {
    case .specificCharacterSet:
      sets = try source.characterSets(head.valueOffset, head.length)
    case .sopClassUID: instance.sopClassUID = try plain(head)
    case .sopInstanceUID: instance.sopInstanceUID = try plain(head)
    case .studyInstanceUID: instance.studyInstanceUID = try plain(head)
    case .seriesInstanceUID: instance.seriesInstanceUID = try plain(head)
    case .studyDate: instance.studyDate = Self.date(try plain(head))
    case .studyTime: instance.studyTime = Self.time(try plain(head))
    case .accessionNumber: instance.accessionNumber = try text(head)
    case .modality: instance.modality = try plain(head)
    case .studyDescription: instance.studyDescription = try text(head)
    case .patientName: instance.patientName = try text(head, isName: true)
    case .patientID: instance.patientID = try text(head)
    case .patientBirthDate: instance.patientBirthDate = Self.date(try plain(head))
    case .patientSex: instance.patientSex = try plain(head)
    case .bodyPartExamined: instance.bodyPart = try plain(head)
    case .seriesNumber: instance.seriesNumber = Int(try plain(head))
    case .instanceNumber: instance.instanceNumber = Int(try plain(head))
    case .bitsAllocated: describesImage = true
    case Tag(0x0028, 0x7FE0): hasProvider = true
    default: break
    }
  }

  private func plain(_ head: ElementHead) throws(DICOMError) -> String {
    try source.text(head.valueOffset, head.length, sets: .standard)
  }

  private func text(_ head: ElementHead, isName: Bool = false) throws(DICOMError) -> String {
    try source.text(head.valueOffset, head.length, sets: sets, isName: isName)
  }

  /// YYYYMMDD, from that or from YYYY.MM.DD; empty when it is neither.
  static func date(_ text: String) -> String {
    let digits = text.utf8.count == 10 ? text.replacing(".", with: "") : text
    let isDate =
      digits.utf8.count == 8 && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return isDate ? digits : ""
  }

  /// HHMMSS, missing parts zero; empty when it is no time.
  static func time(_ text: String) -> String {
    var digits: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") || digits.count == 6 { break }
      if byte == UInt8(ascii: ":") { continue }
      guard (0x30...0x39).contains(byte) else { return "" }
      digits.append(byte)
    }
    guard digits.count >= 2 else { return "" }
    while digits.count < 6 { digits.append(0x30) }
    return String(decoding: digits, as: UTF8.self)
  }
}

extension HeaderCollector {
  /// The end of an element of undefined length.
  private mutating func skip(_ head: ElementHead) throws(DICOMError) -> Int {
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
