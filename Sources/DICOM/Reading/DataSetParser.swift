/// Builds a ``DataSet`` from a source. Errors do not discard what came before them: the first one
/// stays in ``failure`` and every level returns what it has.
struct DataSetParser {
  let source: ByteSource
  let options: ReadOptions
  /// The first thing that went wrong.
  private(set) var failure: DICOMError?
  /// Where a stop option ended the reading of the top level.
  private(set) var stoppedAt: ElementHead?
  private var count = 0
  private var keptBytes = 0

  init(source: ByteSource, options: ReadOptions) {
    self.source = source
    self.options = options
  }

  mutating func fail(_ error: DICOMError) {
    if failure == nil { failure = error }
  }

  mutating func charge(_ offset: Int, bytes: Int = 0) throws(DICOMError) {
    count += 1
    keptBytes += bytes
    if count > options.maximumElements {
      throw .limit(
        file: source.name, offset: offset, tag: nil,
        problem: "it has more than \(options.maximumElements) elements")
    }
    if keptBytes > options.maximumTotalBytes {
      throw .limit(
        file: source.name, offset: offset, tag: nil,
        problem: "its values take more than \(options.maximumTotalBytes >> 20) MiB")
    }
  }

  /// Reads the elements between two offsets.
  /// - Parameters:
  ///   - isOpen: the item has undefined length: an item delimiter ends it.
  ///   - while: reading ends before the first tag for which this is false.
  /// - Returns: the data set and where the next thing begins.
  mutating func dataSet(
    from start: Int, to end: Int, encoding: Encoding, characterSets: CharacterSets,
    depth: Int = 0, isOpen: Bool = false, while condition: (Tag) -> Bool = { _ in true }
  ) -> (DataSet, end: Int) {
    var walker = ElementWalker(source: source, encoding: encoding, offset: start, end: end)
    var elements: [Element] = []
    var sets = characterSets
    var isSigned = false
    var isClosed = !isOpen
    do throws(DICOMError) {
      while let head = try walker.next() {
        if head.tag.group == 0xFFFE {
          if head.tag == .itemDelimiter {
            walker.offset = head.valueOffset
            if isOpen {
              isClosed = true
              break
            }
            continue
          }
          // The end of the enclosing sequence: the item's own delimiter is missing.
          if depth > 0 {
            isClosed = true
            break
          }
          throw DICOMError.malformed(
            file: source.name, offset: head.offset, tag: head.tag,
            problem: "an item stands outside of a sequence")
        }
        guard condition(head.tag) else { break }
        // Zeros after the last element are padding of the medium.
        if head.tag.rawValue == 0 && head.length == 0 && depth == 0 && !elements.isEmpty { break }
        if depth == 0, mustStop(head) {
          stoppedAt = head
          break
        }
        let (element, next) = try self.element(
          head, walker: walker, characterSets: sets, depth: depth)
        if let element {
          if element.tag == .specificCharacterSet, let bytes = element.bytes {
            sets = CharacterSets(bytes: bytes)
          } else if element.tag == .pixelRepresentation, let bytes = element.bytes {
            isSigned = bytes.first == 1
          }
          elements.append(element)
        }
        walker.offset = next
        if failure != nil { break }
      }
    } catch {
      fail(error)
    }
    if !isClosed && failure == nil && walker.offset >= end {
      // The sequence's end serves as the item's.
      if end >= source.size {
        fail(
          .truncated(file: source.name, offset: end, tag: nil, expected: 8, available: 0))
      }
    }
    if isSigned && !encoding.isExplicit {
      for index in elements.indices where elements[index].vr == .us {
        if DataDictionary.standard.isSignAmbiguous(elements[index].tag) {
          elements[index].vr = .ss
        }
      }
    }
    return (DataSet(elements: elements, characterSets: sets), walker.offset)
  }

  private func mustStop(_ head: ElementHead) -> Bool {
    if options.stopsBeforePixelData && head.tag.isPixelData { return true }
    if let last = options.lastTag, head.tag > last, head.tag.group != 2 { return true }
    return false
  }

  private mutating func element(
    _ head: ElementHead, walker: ElementWalker, characterSets: CharacterSets, depth: Int
  ) throws(DICOMError) -> (Element?, next: Int) {
    try charge(head.offset)
    var vr = head.vr
    var encoding = walker.encoding
    var form: Element.Form = head.isUndefined ? .undefinedLength : []
    if vr == .un && encoding.isExplicit { form.insert(.unknownVR) }
    if encoding.isExplicit && !vr.isStandard && head.valueOffset - head.offset == 8 {
      form.insert(.shortLength)
    }
    let known = vr == .un ? DataDictionary.standard.vr(of: head.tag) : vr
    if head.isUndefined && head.tag.isPixelData {
      if vr == .un { vr = .ob }
    } else if vr == .un && encoding.isExplicit && (head.isUndefined || known == .sq) {
      // UN of undefined length is a sequence in implicit VR; so is a known sequence that
      // passed through a system which did not know it (PS3.5 section 6.2.2).
      vr = .sq
      encoding = .implicitLittle
    } else if head.isUndefined && (vr == .un || !(vr == .ob || vr == .ow || head.tag.isPixelData)) {
      vr = .sq
    } else if vr == .un {
      vr = known
    }
    if head.isUndefined && vr != .sq {
      return try fragments(head, vr: vr, walker: walker)
    }
    let available = max(0, walker.end - head.valueOffset)
    let isCut = head.length > available
    let length = min(head.length, available)
    let location = Element.Location(offset: head.valueOffset, length: length)
    if vr == .sq {
      let (items, next) = self.items(
        head, to: head.isUndefined ? walker.end : head.valueOffset + length,
        encoding: encoding, characterSets: characterSets, depth: depth + 1)
      if isCut { fail(walker.cut(head)) }
      let whole = Element.Location(offset: head.valueOffset, length: next - head.valueOffset)
      var element = Element(tag: head.tag, vr: .sq, value: .items(items), location: whole)
      element.form = form
      return (element, next)
    }
    let next = head.valueOffset + length
    if isCut { fail(walker.cut(head)) }
    // A value that is cut off is not kept: half a name is a wrong name.
    var element = Element(tag: head.tag, vr: vr, value: .located, location: location)
    element.form = form
    let isKept = options.keepsPixelData || depth > 0 || !head.tag.isPixelData
    if isCut || length > options.maximumValueBytes || !isKept { return (element, next) }
    try charge(head.offset, bytes: length)
    var bytes = try source.bytes(head.valueOffset, length)
    if encoding.isBigEndian && vr.unitSize > 1 { Self.swap(&bytes, unit: vr.unitSize) }
    element.value = .bytes(bytes)
    return (element, next)
  }

  private mutating func items(
    _ head: ElementHead, to end: Int, encoding: Encoding, characterSets: CharacterSets, depth: Int
  ) -> ([DataSet], end: Int) {
    var items: [DataSet] = []
    var offset = head.valueOffset
    guard depth <= options.maximumDepth else {
      fail(
        .limit(
          file: source.name, offset: head.offset, tag: head.tag,
          problem: "its sequences are nested deeper than \(options.maximumDepth) levels"))
      return ([], offset)
    }
    let big = encoding.isBigEndian
    do throws(DICOMError) {
      while offset < end {
        guard end - offset >= 8 else {
          throw DICOMError.truncated(
            file: source.name, offset: offset, tag: head.tag, expected: 8, available: end - offset)
        }
        let tag = Tag(try source.u16(offset, big: big), try source.u16(offset + 2, big: big))
        let length = try source.u32(offset + 4, big: big)
        if tag == .sequenceDelimiter { return (items, head.isUndefined ? offset + 8 : end) }
        guard tag == .item else {
          throw DICOMError.malformed(
            file: source.name, offset: offset, tag: head.tag,
            problem: "expected an item of the sequence, found \(tag)")
        }
        try charge(offset)
        let begin = offset + 8
        let isOpen = length == 0xFFFF_FFFF
        let isCut = !isOpen && Int(length) > end - begin
        let limit = isOpen || isCut ? end : begin + Int(length)
        let (read, next) = dataSet(
          from: begin, to: limit, encoding: try encoding.ofItem(source, at: begin, to: limit),
          characterSets: characterSets, depth: depth, isOpen: isOpen)
        var item = read
        item.isOpen = isOpen
        item.itemOffset = offset
        items.append(item)
        if isCut {
          fail(
            .truncated(
              file: source.name, offset: begin, tag: head.tag, expected: Int(length),
              available: end - begin))
        }
        if failure != nil { return (items, next) }
        offset = isOpen ? next : limit
      }
      if head.isUndefined && end >= source.size {
        throw DICOMError.truncated(
          file: source.name, offset: end, tag: head.tag, expected: 8, available: 0)
      }
    } catch {
      fail(error)
    }
    return (items, offset)
  }

  static func swap(_ bytes: inout [UInt8], unit: Int) {
    var index = 0
    while index + unit <= bytes.count {
      bytes[index..<index + unit].reverse()
      index += unit
    }
  }
}
