/// Where the data begins, found by content.
struct FileStart {
  var isPart10: Bool
  var hasMeta: Bool
  /// The first element, of the file meta information when there is any.
  var metaOffset: Int

  /// - Throws: ``DICOMError/notDICOM(file:found:)`` when neither the prefix nor a plausible first
  ///   element is there.
  static func find(_ source: ByteSource) throws(DICOMError) -> FileStart {
    if source.size == 0 { throw .notDICOM(file: source.name, found: "it is empty") }
    if source.size >= 132, try isPrefix(source, 128) {
      if source.size < 140 {
        throw .truncated(
          file: source.name, offset: 132, tag: nil, expected: 8, available: source.size - 132)
      }
      return FileStart(
        isPart10: true, hasMeta: try source.u16(132) == 0x0002, metaOffset: 132)
    }
    // Without preamble: some programs write the prefix or the meta group first.
    if source.size >= 12, try isPrefix(source, 0) {
      return FileStart(isPart10: false, hasMeta: try source.u16(4) == 0x0002, metaOffset: 4)
    }
    guard source.size >= 8 else {
      throw .notDICOM(file: source.name, found: "it has only \(source.size) bytes")
    }
    if try source.u16(0) == 0x0002, VR(rawValue: try source.u16(4, big: true)).isStandard {
      return FileStart(isPart10: false, hasMeta: true, metaOffset: 0)
    }
    guard try isBare(source) else {
      throw .notDICOM(file: source.name, found: try looks(source))
    }
    return FileStart(isPart10: false, hasMeta: false, metaOffset: 0)
  }

  private static func isPrefix(_ source: ByteSource, _ offset: Int) throws(DICOMError) -> Bool {
    try source.u32(offset, big: true) == 0x4449_434D
  }

  /// A bare data set begins with an element of group 0008 (rarely 0000, 0004, 0010) with a known
  /// tag and a length that fits.
  private static func isBare(_ source: ByteSource) throws(DICOMError) -> Bool {
    let syntax = try Self.syntax(source, at: 0, declared: nil)
    var walker = ElementWalker(
      source: source,
      encoding: Encoding(isExplicit: syntax.isExplicit, isBigEndian: syntax.isBigEndian),
      offset: 0, end: source.size)
    guard let head = try walker.next(), [0, 4, 8, 0x10].contains(head.tag.group) else {
      return false
    }
    guard head.length <= source.size - head.valueOffset, !head.isUndefined || head.vr == .sq
    else { return false }
    if syntax.isExplicit { return head.vr.isStandard }
    return DataDictionary.standard[head.tag] != nil
  }

  /// The syntax in which the data set is really written: declared, unless its first element
  /// shows something else.
  static func syntax(_ source: ByteSource, at offset: Int, declared: TransferSyntax?)
    throws(DICOMError) -> TransferSyntax
  {
    guard source.size - offset >= 8 else { return declared ?? .implicitLittleEndian }
    let isExplicit = VR(rawValue: try source.u16(offset + 4, big: true)).isPlausible
    if let declared {
      if isExplicit && !declared.isExplicit { return .explicitLittleEndian }
      if !isExplicit && declared == .explicitLittleEndian { return .implicitLittleEndian }
      if !isExplicit || !declared.isBigEndian { return declared }
      // Big endian declared, little endian written.
      let group = try source.u16(offset)
      return group < 0x0100 && group > 0 ? .explicitLittleEndian : declared
    }
    if !isExplicit { return .implicitLittleEndian }
    // A group below 0100 read in the wrong order is above it.
    let group = try source.u16(offset)
    return group >= 0x0100 ? .explicitBigEndian : .explicitLittleEndian
  }

  private static func looks(_ source: ByteSource) throws(DICOMError) -> String {
    let start = try source.bytes(0, min(16, source.size))
    let known: [([UInt8], String)] = [
      ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"), ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
      ([0x25, 0x50, 0x44, 0x46], "a PDF document"), ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive"),
      ([0x1F, 0x8B], "a gzip archive"), ([0x49, 0x49, 0x2A, 0x00], "a TIFF picture"),
      ([0x4D, 0x4D, 0x00, 0x2A], "a TIFF picture"), ([0x47, 0x49, 0x46, 0x38], "a GIF picture"),
      ([0x4D, 0x5A], "a Windows program"), ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    ]
    for (magic, name) in known where start.starts(with: magic) { return "it is \(name)" }
    let isText = start.allSatisfy { (0x20...0x7E).contains($0) || (0x09...0x0D).contains($0) }
    return isText ? "it is text" : "its first bytes are no data element"
  }
}
