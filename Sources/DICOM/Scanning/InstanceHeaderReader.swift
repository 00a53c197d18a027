/// Reads the header of an instance with as little work as possible: heads of elements are walked,
/// only the values of a ``ScannedInstance`` are read, pixel data is only measured.
struct InstanceHeaderReader {
  let source: ByteSource
  var memory = HeaderMemory()

  func read() throws(DICOMError) -> ScannedInstance {
    var instance = ScannedInstance(
      path: source.name, byteCount: Int64(source.size), modifiedAt: source.modifiedAt,
      inode: source.inode)
    try fill(&instance)
    return instance
  }

  func fill(_ instance: inout ScannedInstance) throws(DICOMError) {
    let start = try FileStart.find(source)
    var offset = start.metaOffset
    var declared: TransferSyntax?
    if start.hasMeta { declared = try meta(&instance, &offset) }
    if declared?.isDeflated ?? false {
      try deflated(&instance, from: offset)
      return
    }
    let syntax = try FileStart.syntax(source, at: offset, declared: declared)
    instance.transferSyntaxUID = (declared ?? syntax).uid
    if !start.hasMeta { instance.warning = "It is a bare data set without file meta information." }
    var header = HeaderCollector(
      source: source,
      encoding: Encoding(isExplicit: syntax.isExplicit, isBigEndian: syntax.isBigEndian),
      memory: memory)
    try header.collect(from: offset, into: &instance)
    if !start.hasMeta && !start.isPart10 && instance.sopClassUID.isEmpty
      && instance.studyInstanceUID.isEmpty
    {
      throw .notDICOM(file: source.name, found: "it names neither a SOP class nor a study")
    }
  }

  private func meta(_ instance: inout ScannedInstance, _ offset: inout Int)
    throws(DICOMError) -> TransferSyntax?
  {
    var syntax: TransferSyntax?
    let vr = VR(rawValue: try source.u16(offset + 4, big: true))
    var walker = ElementWalker(
      source: source, encoding: vr.isPlausible ? .explicitLittle : .implicitLittle,
      offset: offset, end: source.size, looksUpVR: false)
    while let head = try walker.next(), head.tag.group == 0x0002 {
      if head.length > walker.end - head.valueOffset { throw walker.cut(head) }
      if head.tag == .transferSyntaxUID {
        let uid = try source.plainText(
          head.valueOffset, min(head.length, 64), known: memory.previous.transferSyntaxUID)
        if !uid.isEmpty { syntax = TransferSyntax(uid: uid) }
      } else if head.tag == .mediaStorageSOPClassUID {
        // The data set of a DICOMDIR does not say what it is.
        let uid = try source.plainText(
          head.valueOffset, min(head.length, 64), known: memory.previous.sopClassUID)
        if uid == MediaDirectory.sopClassUID { instance.sopClassUID = uid }
      }
      walker.offset = head.valueOffset + head.length
      offset = walker.offset
      // What follows a deflated file's meta information is no element.
      if source.size - offset < 8 { break }
      if try source.u16(offset) != 0x0002 { break }
    }
    return syntax
  }

  private func deflated(_ instance: inout ScannedInstance, from offset: Int)
    throws(DICOMError)
  {
    instance.transferSyntaxUID = TransferSyntax.deflated.uid
    let options = ReadOptions.header
    let result = try Inflater.inflate(
      source, from: offset, kept: options.maximumInflatedKept,
      limit: options.maximumInflatedBytes)
    guard result.isComplete else {
      throw .truncated(
        file: source.name, offset: source.size, tag: nil, expected: 1, available: 0)
    }
    let inflated = ByteSource(bytes: result.bytes, name: source.name, total: result.total)
    var header = HeaderCollector(
      source: inflated, encoding: .explicitLittle, memory: memory)
    try header.collect(from: 0, into: &instance)
  }
}
