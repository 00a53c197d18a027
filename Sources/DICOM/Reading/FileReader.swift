/// Reads one file: preamble, file meta information, data set.
struct FileReader {
  let source: ByteSource
  let options: ReadOptions

  func read() throws(DICOMError) -> DICOMFile { try readKeeping().file }

  /// Also gives the bytes that the locations of a deflated data set count in.
  func readKeeping() throws(DICOMError) -> (file: DICOMFile, inflated: [UInt8]?) {
    let start = try FileStart.find(source)
    var meta = DataSet()
    var offset = start.metaOffset
    var problem: DICOMError?
    if start.hasMeta {
      var parser = DataSetParser(source: source, options: options)
      let vr = VR(rawValue: try source.u16(offset + 4, big: true))
      (meta, offset) = parser.dataSet(
        from: offset, to: source.size,
        encoding: vr.isPlausible ? .explicitLittle : .implicitLittle, characterSets: .standard,
        while: { $0.group == 0x0002 })
      problem = parser.failure
    }
    let uid = meta.string(.transferSyntaxUID).flatMap { $0.isEmpty ? nil : $0 }
    let declared = uid.map { TransferSyntax(uid: $0) }
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
      name: source.name, size: source.size, isPart10: start.isPart10, meta: meta,
      dataSet: dataSet, declaredTransferSyntax: declared, transferSyntax: syntax,
      problem: problem,
      stoppedAt: stop.map {
        ($0.tag, Element.Location(offset: $0.valueOffset, length: $0.isUndefined ? -1 : $0.length))
      })
  }
}
