import Foundation

/// What came out of a rewriting.
public struct RewrittenInstance: Sendable, Equatable {
  public var byteCount: Int
  /// As the new file says when it is read again.
  public var header: ScannedInstance
}

/// Makes a new Part 10 file of an instance whose identity changes.
///
/// Every element that does not change is copied byte for byte, private ones and pixel data too, in
/// pieces of at most a megabyte; the transfer syntax stays. Group lengths are corrected. When the
/// new values do not fit the file's character set, all its text becomes UTF-8. What was replaced is
/// kept in the Original Attributes Sequence.
public enum InstanceRewriter {
  /// The source as a scan saw it: size, modification time (nanoseconds since 1970), inode.
  public struct Expected: Sendable, Equatable {
    public var byteCount: Int64
    public var modifiedAt: Int64
    public var inode: UInt64
    public init(byteCount: Int64, modifiedAt: Int64, inode: UInt64) {
      self.byteCount = byteCount
      self.modifiedAt = modifiedAt
      self.inode = inode
    }
  }

  /// Writes the new file; it has its name only once it is complete and on the disk.
  /// - Parameters:
  ///   - path: the source; only read.
  ///   - target: replaced when it exists; readable for its owner alone.
  ///   - expected: the rewriting is refused when the source is another file by now.
  ///   - context: what it meets where it goes.
  /// - Throws: ``DICOMError`` for sources that are damaged or changed meanwhile, values that cannot
  ///   be written, and a disk that takes no more.
  @discardableResult
  public static func write(
    _ path: String, to target: String, _ rewrite: InstanceRewrite,
    in context: RewriteContext = RewriteContext(), record: RewriteRecord,
    expected: Expected? = nil
  ) throws(DICOMError) -> RewrittenInstance {
    let source = try ByteSource(path: path)
    if let expected {
      guard source.size == expected.byteCount, source.modifiedAt == expected.modifiedAt,
        source.inode == expected.inode
      else { throw changed(path) }
    }
    let sink = try FileSink(path: target, mode: 0o600)
    try write(source, .path(modifiedAt: source.modifiedAt), rewrite, context, record, to: sink)
    let after = try ByteSource(path: path)
    guard after.size == source.size, after.modifiedAt == source.modifiedAt,
      after.inode == source.inode
    else { throw changed(path) }
    try sink.finish()
    let header = try ScannedInstance.read(path: target)
    try check(header, rewrite)
    return RewrittenInstance(byteCount: Int(header.byteCount), header: header)
  }

  /// Gives the new file piece by piece: for a spool, which keeps it in its own way.
  /// - Parameter receive: what it throws ends the rewriting and is thrown again.
  public static func stream(
    _ path: String, _ rewrite: InstanceRewrite,
    in context: RewriteContext = RewriteContext(), record: RewriteRecord,
    expected: Expected? = nil, to receive: ([UInt8]) throws -> Void
  ) throws {
    let source = try ByteSource(path: path)
    if let expected {
      guard source.size == expected.byteCount, source.modifiedAt == expected.modifiedAt,
        source.inode == expected.inode
      else { throw changed(path) }
    }
    try withoutActuallyEscaping(receive) { receive in
      let sink = ReceiverSink(receive)
      do {
        try write(
          source, .path(modifiedAt: source.modifiedAt), rewrite, context, record, to: sink)
        try sink.finish()
      } catch {
        throw sink.failure ?? error
      }
    }
    let after = try ByteSource(path: path)
    guard after.size == source.size, after.modifiedAt == source.modifiedAt,
      after.inode == source.inode
    else { throw changed(path) }
  }

  /// Compares a file that was made with what was meant: its header is read again.
  /// - Throws: ``DICOMError`` when it does not say what the rewriting wanted.
  public static func verify(_ path: String, _ rewrite: InstanceRewrite) throws(DICOMError) {
    try check(try ScannedInstance.read(path: path), rewrite)
  }

  /// The bytes of the new file, of a source in memory.
  public static func bytes(
    _ bytes: [UInt8], name: String = "data", _ rewrite: InstanceRewrite,
    in context: RewriteContext = RewriteContext(), record: RewriteRecord
  ) throws(DICOMError) -> [UInt8] {
    let sink = MemorySink()
    try write(
      ByteSource(bytes: bytes, name: name), .memory(bytes), rewrite, context, record, to: sink)
    return sink.bytes
  }

  private static func changed(_ path: String) -> DICOMError {
    .unreadable(file: path, reason: "it has changed since it was read")
  }

  /// What was written must be read as what was meant.
  private static func check(_ header: ScannedInstance, _ rewrite: InstanceRewrite)
    throws(DICOMError)
  {
    let read: [(Tag, String)] = [
      (.sopInstanceUID, header.sopInstanceUID), (.studyInstanceUID, header.studyInstanceUID),
      (.seriesInstanceUID, header.seriesInstanceUID), (.patientID, header.patientID),
      (.patientName, header.patientName),
    ]
    for (tag, value) in read {
      guard let wanted = rewrite[tag], wanted != value else { continue }
      throw .unwritable(tag: tag, problem: "the new file does not read as it was meant")
    }
  }

  private static func write(
    _ source: ByteSource, _ origin: DICOMFile.Origin, _ rewrite: InstanceRewrite,
    _ context: RewriteContext, _ record: RewriteRecord, to sink: some ByteSink
  ) throws(DICOMError) {
    var options = ReadOptions()
    options.keepsPixelData = false
    options.maximumInflatedKept = options.maximumInflatedBytes
    let reader = FileReader(source: source, options: options, origin: origin)
    let (file, inflated) = try reader.readKeeping()
    if let problem = file.problem { throw problem }
    let new = try RewrittenDataSet(file, rewrite, context, record)
    let syntax = file.transferSyntax
    let encoding = Encoding(isExplicit: syntax.isExplicit, isBigEndian: syntax.isBigEndian)
    let body = inflated.map { ByteSource(bytes: $0, name: source.name) } ?? source
    var start = 0
    if inflated == nil { (_, start, _) = try reader.fileMeta(try FileStart.find(source)) }
    let plan = try RewritePlan(body, from: start, encoding, read: file.dataSet, new)

    var preamble = [UInt8](repeating: 0, count: 128)
    if file.isPart10 { preamble = try source.bytes(0, 128) }
    try sink.append(preamble + Array("DICM".utf8))
    try DataSetEncoder(sink: sink).write(try meta(file, new.dataSet, syntax))
    let values = try ValueReader(file)
    if syntax.isDeflated {
      let deflating = try DeflatingSink(sink)
      try write(plan, body, values, encoding, to: deflating)
      try deflating.finish()
    } else {
      try write(plan, body, values, encoding, to: sink)
    }
  }

  private static func write(
    _ plan: RewritePlan, _ body: ByteSource, _ values: ValueReader, _ encoding: Encoding,
    to sink: some ByteSink
  ) throws(DICOMError) {
    let encoder = DataSetEncoder(sink: sink, values: values)
    for part in plan.parts {
      switch part {
      case .element(let element): try encoder.write(element, encoding)
      case .copy(let range):
        var done = 0
        while done < range.length {
          let count = min(1 << 20, range.length - done)
          try sink.append(try body.bytes(range.offset + done, count))
          done += count
        }
      }
    }
  }

  /// That of the source, with the new identifiers and us as the writer (PS3.10 section 7.1).
  private static func meta(_ file: DICOMFile, _ dataSet: DataSet, _ syntax: TransferSyntax)
    throws(DICOMError) -> DataSet
  {
    var new = file
    new.dataSet = dataSet
    guard !file.meta.elements.isEmpty else { return try FileMeta.make(for: dataSet, syntax) }
    var meta = FileMeta.kept(new, syntax)
    if let instance = dataSet.string(.sopInstanceUID), UID.isUsable(instance) {
      meta.set(.mediaStorageSOPInstanceUID, .ui, instance)
    }
    meta.set(.implementationClassUID, .ui, DICOMWriter.implementationClassUID)
    meta.set(.implementationVersionName, .sh, DICOMWriter.implementationVersionName)
    return meta
  }
}
