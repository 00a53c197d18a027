/// Reads one file: preamble, file meta information, data set.
struct FileReader {
  let source: ByteSource
  let options: ReadOptions
  let origin: DICOMFile.Origin

  func read() throws(DICOMError) -> DICOMFile { try readKeeping().file }

  /// Also gives the bytes that the locations of a deflated data set count in.
  func readKeeping() throws(DICOMError) -> (file: DICOMFile, inflated: [UInt8]?) {
    let start = try FileStart.find(source)
    let (meta, offset, problem) = try fileMeta(start)
    let declared = Self.declared(meta)
    if let problem {
      let syntax = declared ?? .explicitLittleEndian
      return (file(start, meta, DataSet(), declared, syntax, problem, nil), nil)
    }
    if declared?.isDeflated ?? false {
      return try deflated(start, meta, declared ?? .deflated, from: offset)
    }
    let syntax = try FileStart.syntax(source, at: offset, declared: declared)
    var parser = DataSetParser(source: source, options: options)
    let (dataSet, _) = parser.dataSet(
      from: offset, to: source.size,
      encoding: Encoding(isExplicit: syntax.isExplicit, isBigEndian: syntax.isBigEndian),
      characterSets: .standard)
    if dataSet.elements.isEmpty && !start.hasMeta, let failure = parser.failure { throw failure }
    return (file(start, meta, dataSet, declared, syntax, parser.failure, parser.stoppedAt), nil)
  }

  func fileMeta(_ start: FileStart) throws(DICOMError) -> (DataSet, Int, DICOMError?) {
    guard start.hasMeta else { return (DataSet(), start.metaOffset, nil) }
    var parser = DataSetParser(source: source, options: options)
    let vr = VR(rawValue: try source.u16(start.metaOffset + 4, big: true))
    let (meta, end) = parser.dataSet(
      from: start.metaOffset, to: source.size,
      encoding: vr.isPlausible ? .explicitLittle : .implicitLittle, characterSets: .standard,
      while: { $0.group == 0x0002 })
    return (meta, end, parser.failure)
  }

  private static func declared(_ meta: DataSet) -> TransferSyntax? {
    meta.string(.transferSyntaxUID).flatMap { $0.isEmpty ? nil : TransferSyntax(uid: $0) }
  }

  /// The inflated data set of a deflated file.
  static func inflated(_ source: ByteSource, options: ReadOptions) throws(DICOMError)
    -> ByteSource
  {
    let reader = FileReader(source: source, options: options, origin: .memory([]))
    let (_, offset, _) = try reader.fileMeta(try FileStart.find(source))
    let result = try Inflater.inflate(
      source, from: offset, kept: options.maximumInflatedKept,
      limit: options.maximumInflatedBytes)
    return ByteSource(bytes: result.bytes, name: source.name, total: result.total)
  }

  private func deflated(
    _ start: FileStart, _ meta: DataSet, _ syntax: TransferSyntax, from offset: Int
  ) throws(DICOMError) -> (file: DICOMFile, inflated: [UInt8]?) {
    let result = try Inflater.inflate(
      source, from: offset, kept: options.maximumInflatedKept,
      limit: options.maximumInflatedBytes)
    let inflated = ByteSource(bytes: result.bytes, name: source.name, total: result.total)
    var parser = DataSetParser(source: inflated, options: options)
    let (dataSet, _) = parser.dataSet(
      from: 0, to: inflated.size, encoding: .explicitLittle, characterSets: .standard)
    var problem = parser.failure
    if problem == nil && !result.isComplete {
      problem = .malformed(
        file: source.name, offset: offset, tag: nil,
        problem: "its compressed data set breaks off or is damaged")
    }
    return (
      file(start, meta, dataSet, syntax, syntax, problem, parser.stoppedAt), result.bytes
    )
  }

  private func file(
    _ start: FileStart, _ meta: DataSet, _ dataSet: DataSet, _ declared: TransferSyntax?,
    _ syntax: TransferSyntax, _ problem: DICOMError?, _ stop: ElementHead?
  ) -> DICOMFile {
    DICOMFile(
      source: source, isPart10: start.isPart10, meta: meta, dataSet: dataSet, declared: declared,
      syntax: syntax, problem: problem, stop: stop, origin: origin)
  }
}
