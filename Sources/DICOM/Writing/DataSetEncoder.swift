/// Writes data sets (DICOM PS3.5 section 7), in little endian order unless the encoding says big.
/// Lengths are computed before anything is written, so that large values go through in pieces.
struct DataSetEncoder<Sink: ByteSink> {
  let sink: Sink
  var lengths = WriteOptions.Lengths.asRead
  /// Where values that are not in memory come from.
  var values: ValueReader?

  private static var undefined: UInt32 { 0xFFFF_FFFF }
  /// Bytes of a value that are held at once.
  private static var piece: Int { 1 << 20 }

  func write(_ set: DataSet, _ encoding: Encoding = .explicitLittle) throws(DICOMError) {
    for element in set.elements {
      if element.tag.element == 0 && element.bytes?.count == 4 {
        try writeGroupLength(element, of: set, encoding)
      } else {
        try write(element, encoding)
      }
    }
  }

  /// A group length (retired, PS3.5 section 7.2) is computed anew: the group may have changed.
  private func writeGroupLength(_ element: Element, of set: DataSet, _ encoding: Encoding)
    throws(DICOMError)
  {
    var length = 0
    for other in set.elements
    where other.tag.group == element.tag.group && other.tag != element.tag {
      length += try self.length(other, encoding)
    }
    var fresh = element
    fresh.value = .bytes(Self.bytes(try Self.word(length, element.tag)))
    try write(fresh, encoding)
  }

  func write(_ element: Element, _ encoding: Encoding) throws(DICOMError) {
    switch element.value {
    case .bytes(let bytes):
      try head(element, try Self.word(bytes.count + bytes.count & 1, element.tag), encoding)
      try sink.append(Self.ordered(bytes, element, encoding))
      if bytes.count & 1 == 1 { try sink.append([Self.padding(element)]) }
    case .located:
      let length = element.location?.length ?? 0
      guard let values else {
        throw .unwritable(tag: element.tag, problem: "its value is not in memory")
      }
      try head(element, try Self.word(length + length & 1, element.tag), encoding)
      try copy(element, length, values, encoding)
      if length & 1 == 1 { try sink.append([Self.padding(element)]) }
    case .fragments:
      guard let values, let length = element.location?.length else {
        throw .unwritable(tag: element.tag, problem: "its value is not in memory")
      }
      try head(element, Self.undefined, encoding)
      try copy(element, length, values, .explicitLittle)
    case .items(let items):
      try write(items, of: element, encoding)
    }
  }

  private func copy(
    _ element: Element, _ length: Int, _ values: ValueReader, _ encoding: Encoding
  ) throws(DICOMError) {
    var start = 0
    while start < length {
      let count = min(Self.piece, length - start)
      try sink.append(
        Self.ordered(try values.bytes(element, at: start, count), element, encoding))
      start += count
    }
  }

  private func write(_ items: [DataSet], of element: Element, _ encoding: Encoding)
    throws(DICOMError)
  {
    let inner = self.inner(element, encoding)
    let isOpen = self.isOpen(element.form.contains(.undefinedLength))
    try head(
      element,
      isOpen ? Self.undefined : try Self.word(try length(of: items, inner), element.tag), encoding)
    for item in items {
      let isOpen = self.isOpen(item.isOpen)
      try delimiter(
        .item, isOpen ? Self.undefined : try Self.word(try length(item, inner), element.tag),
        inner)
      try write(item, inner)
      if isOpen { try delimiter(.itemDelimiter, 0, inner) }
    }
    if isOpen { try delimiter(.sequenceDelimiter, 0, inner) }
  }

  private func isOpen(_ asRead: Bool) -> Bool {
    switch lengths {
    case .asRead: asRead
    case .defined: false
    case .undefined: true
    }
  }

  /// The items of a sequence that stands as UN are in implicit VR (PS3.5 section 6.2.2).
  private func inner(_ element: Element, _ encoding: Encoding) -> Encoding {
    encoding.isExplicit && vr(element) == .un ? .implicitLittle : encoding
  }

  // MARK: Lengths

  private func length(_ set: DataSet, _ encoding: Encoding) throws(DICOMError) -> Int {
    var sum = 0
    for element in set.elements { sum += try length(element, encoding) }
    return sum
  }

  private func length(of items: [DataSet], _ encoding: Encoding) throws(DICOMError) -> Int {
    var sum = 0
    for item in items {
      sum += 8 + (isOpen(item.isOpen) ? 8 : 0) + (try length(item, encoding))
    }
    return sum
  }

  /// Bytes of an element with its head.
  func length(_ element: Element, _ encoding: Encoding) throws(DICOMError) -> Int {
    var value = 0
    var ending = 0
    switch element.value {
    case .bytes(let bytes): value = bytes.count + bytes.count & 1
    case .located: value = (element.location?.length ?? 0) + (element.location?.length ?? 0) & 1
    case .fragments: value = element.location?.length ?? 0
    case .items(let items):
      value = try length(of: items, inner(element, encoding))
      ending = isOpen(element.form.contains(.undefinedLength)) ? 8 : 0
    }
    let isLong = encoding.isExplicit && hasLongLength(element, value)
    return (isLong ? 12 : 8) + value + ending
  }

  // MARK: Heads

  /// The representation that is written: UN where the file had it.
  private func vr(_ element: Element) -> VR {
    element.form.contains(.unknownVR) || !element.vr.isPlausible ? .un : element.vr
  }

  private func hasLongLength(_ element: Element, _ length: Int) -> Bool {
    let vr = vr(element)
    if vr.hasLongLength || length > 0xFFFF { return true }
    return !vr.isStandard && !element.form.contains(.shortLength)
  }

  private func head(_ element: Element, _ length: UInt32, _ encoding: Encoding)
    throws(DICOMError)
  {
    let tag = element.tag
    let big = encoding.isBigEndian
    var bytes = Self.bytes(tag.group, big) + Self.bytes(tag.element, big)
    guard encoding.isExplicit else {
      try sink.append(bytes + Self.bytes(length, big))
      return
    }
    var vr = vr(element)
    // What is too long for a length of 16 bits is written as UN (PS3.5 section 6.2.2).
    if !vr.hasLongLength && vr.isStandard && length > 0xFFFF { vr = .un }
    bytes += Self.bytes(vr.rawValue.byteSwapped)
    if length > 0xFFFF || hasLongLength(element, Int(length)) {
      bytes += [0, 0] + Self.bytes(length, big)
    } else {
      bytes += Self.bytes(UInt16(truncatingIfNeeded: length), big)
    }
    try sink.append(bytes)
  }

  private func delimiter(_ tag: Tag, _ length: UInt32, _ encoding: Encoding) throws(DICOMError) {
    let big = encoding.isBigEndian
    try sink.append(
      Self.bytes(tag.group, big) + Self.bytes(tag.element, big) + Self.bytes(length, big))
  }

  /// A value, which is little endian in memory, in the order of the encoding.
  private static func ordered(_ bytes: [UInt8], _ element: Element, _ encoding: Encoding) -> [UInt8]
  {
    guard encoding.isBigEndian, element.vr.unitSize > 1 else { return bytes }
    var bytes = bytes
    DataSetParser.swap(&bytes, unit: element.vr.unitSize)
    return bytes
  }

  /// Text is padded with a blank, identifiers and numbers with zero (PS3.5 section 6.2).
  private static func padding(_ element: Element) -> UInt8 {
    let isBlank = element.vr.isText && element.vr != .ui
    return isBlank && !element.form.contains(.unknownVR) ? UInt8(ascii: " ") : 0
  }

  private static func word(_ length: Int, _ tag: Tag) throws(DICOMError) -> UInt32 {
    guard let word = UInt32(exactly: length), word < undefined else {
      throw .unwritable(tag: tag, problem: "\(length) bytes are too long for any element")
    }
    return word
  }

  private static func bytes(_ word: some FixedWidthInteger, _ big: Bool = false) -> [UInt8] {
    withUnsafeBytes(of: big ? word.bigEndian : word.littleEndian) { Array($0) }
  }
}
