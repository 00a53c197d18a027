/// Writes data sets as DICOM files: Part 10, explicit VR little endian.
public enum DICOMWriter {
  /// RadRelay's own identifier as the writer of a file (PS3.10 section 7.1).
  public static let implementationClassUID = "2.25.190344278213105206147264915383207158641"
  /// At most 16 characters.
  public static let implementationVersionName = "RADRELAY"

  /// The bytes of a file made from a data set that is in memory.
  /// - Parameter dataSet: must have SOP Class UID and SOP Instance UID; group 0002 is made here.
  /// - Throws: ``DICOMError/unwritable(tag:problem:)`` for missing identifiers, values too long for
  ///   any element, and values that were located but not read.
  public static func part10(_ dataSet: DataSet, options: WriteOptions = WriteOptions())
    throws(DICOMError) -> [UInt8]
  {
    var dataSet = dataSet
    if options.text == .utf8 { dataSet.useUTF8() }
    let sink = MemorySink()
    let meta = try FileMeta.make(for: dataSet, .explicitLittleEndian)
    try write([UInt8](repeating: 0, count: 128), meta, dataSet, options, nil, to: sink)
    return sink.bytes
  }

  /// The elements of a data set in explicit VR little endian, without preamble and file meta
  /// information.
  public static func encode(_ dataSet: DataSet, options: WriteOptions = WriteOptions())
    throws(DICOMError) -> [UInt8]
  {
    let sink = MemorySink()
    try DataSetEncoder(sink: sink, lengths: options.lengths).write(dataSet)
    return sink.bytes
  }

  /// The bytes of a file that was read, changed or not.
  ///
  /// What was in explicit VR little endian and is written as read comes out byte for byte.
  /// Implicit VR, big endian and deflated data sets become explicit VR little endian; compressed
  /// pixel data stays as it is. Values that were only located are read from the file again.
  /// - Throws: ``DICOMError`` for a file with a ``DICOMFile/problem`` or one that was not read to
  ///   its end, for missing identifiers, and when the file is gone or has changed.
  public static func bytes(_ file: DICOMFile, options: WriteOptions = WriteOptions())
    throws(DICOMError) -> [UInt8]
  {
    let sink = MemorySink()
    try copy(file, options, to: sink)
    return sink.bytes
  }

  /// Writes a file that was read, changed or not, to the disk; see ``bytes(_:options:)``. Large
  /// values are not held in memory.
  /// - Parameter path: replaced when it exists, and only once the new file is complete; it may be
  ///   the one that was read.
  public static func write(
    _ file: DICOMFile, to path: String, options: WriteOptions = WriteOptions()
  ) throws(DICOMError) {
    let sink = try FileSink(path: path)
    try copy(file, options, to: sink)
    try sink.finish()
  }

  private static func copy(_ file: DICOMFile, _ options: WriteOptions, to sink: some ByteSink)
    throws(DICOMError)
  {
    if let problem = file.problem { throw problem }
    if let stop = file.stoppedAt {
      throw .unwritable(
        tag: stop.tag, problem: "the file was read only up to it: read it to its end first")
    }
    let values = try ValueReader(file)
    var dataSet = file.dataSet
    if options.text == .utf8 {
      try load(&dataSet, from: values)
      dataSet.useUTF8()
    }
    let syntax = file.transferSyntax.whenRewritten
    let keepsMeta = options.keepsFileMeta && !file.meta.elements.isEmpty
    let meta =
      keepsMeta
      ? FileMeta.kept(file, syntax) : try FileMeta.make(for: dataSet, syntax)
    var preamble = [UInt8](repeating: 0, count: 128)
    if keepsMeta && file.isPart10 && !file.transferSyntax.isDeflated {
      preamble = try values.source.bytes(0, 128)
    }
    try write(preamble, meta, dataSet, options, values, to: sink)
  }

  private static func write(
    _ preamble: [UInt8], _ meta: DataSet, _ dataSet: DataSet, _ options: WriteOptions,
    _ values: ValueReader?, to sink: some ByteSink
  ) throws(DICOMError) {
    try sink.append(preamble + Array("DICM".utf8))
    try DataSetEncoder(sink: sink, lengths: .asRead, values: values).write(meta)
    let body = DataSet(
      elements: dataSet.elements.filter { $0.tag.group != 0x0000 && $0.tag.group != 0x0002 },
      characterSets: dataSet.characterSets)
    try DataSetEncoder(sink: sink, lengths: options.lengths, values: values).write(body)
  }

  /// Reads text that was only located: it cannot be converted otherwise.
  static func load(_ set: inout DataSet, from values: ValueReader) throws(DICOMError) {
    for var element in set.elements {
      switch element.value {
      case .located where element.vr.usesCharacterSet:
        element.value = .bytes(
          try values.bytes(element, at: 0, element.location?.length ?? 0))
      case .items(var items):
        for index in items.indices { try load(&items[index], from: values) }
        element.value = .items(items)
      default: continue
      }
      set[element.tag] = element
    }
  }
}

extension TransferSyntax {
  /// What a data set of this syntax becomes when it is written in explicit VR little endian.
  var whenRewritten: TransferSyntax {
    switch uid {
    case Self.implicitLittleEndian.uid, Self.explicitBigEndian.uid, Self.deflated.uid:
      .explicitLittleEndian
    // JPIP references, deflated: the same without deflation (PS3.5 annexes A.6 and A.7).
    case "1.2.840.10008.1.2.4.95": TransferSyntax(uid: "1.2.840.10008.1.2.4.94")
    case "1.2.840.10008.1.2.4.205": TransferSyntax(uid: "1.2.840.10008.1.2.4.204")
    default: self
    }
  }
}
