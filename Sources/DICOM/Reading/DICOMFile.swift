/// A DICOM file as read: file meta information and data set (DICOM PS3.10 section 7), or a bare
/// data set.
public struct DICOMFile: Sendable {
  /// The path, or the name given for bytes in memory.
  public let name: String
  /// Bytes of the file.
  public let size: Int
  /// True when “DICM” stands at byte 128.
  public let isPart10: Bool
  /// Group 0002; empty for a bare data set.
  public var meta: DataSet
  public var dataSet: DataSet
  /// As the file says; nil when it does not.
  public let declaredTransferSyntax: TransferSyntax?
  /// As it was read: declared, or guessed.
  public let transferSyntax: TransferSyntax
  /// What ended the reading early; everything before it is in ``dataSet``. Nil for sound files.
  public let problem: DICOMError?
  /// The pixel data element at which reading stopped: its tag and where its value lies, when
  /// ``ReadOptions/stopsBeforePixelData`` was asked for.
  public let stoppedAt: (tag: Tag, location: Element.Location)?
  /// Where values that were only located can be read.
  let origin: Origin
  /// SOP Class and Instance UID of the data set as it was read: file meta information that said
  /// something else stays as it is until they change.
  private(set) var readIdentity: [String?] = []

  enum Origin: Sendable {
    /// A file, and when it was changed last (nanoseconds since 1970).
    case path(modifiedAt: Int64)
    case memory([UInt8])
  }

  init(
    source: ByteSource, isPart10: Bool, meta: DataSet, dataSet: DataSet,
    declared: TransferSyntax?, syntax: TransferSyntax, problem: DICOMError?, stop: ElementHead?,
    origin: Origin
  ) {
    name = source.name
    size = source.size
    self.isPart10 = isPart10
    self.meta = meta
    self.dataSet = dataSet
    declaredTransferSyntax = declared
    transferSyntax = syntax
    self.problem = problem
    stoppedAt = stop.map {
      ($0.tag, Element.Location(offset: $0.valueOffset, length: $0.isUndefined ? -1 : $0.length))
    }
    self.origin = origin
    readIdentity = [dataSet.string(.sopClassUID), dataSet.string(.sopInstanceUID)]
  }

  /// Reads a file.
  /// - Throws: ``DICOMError`` when nothing can be read of it; see ``problem`` for the rest.
  public static func read(path: String, options: ReadOptions = ReadOptions())
    throws(DICOMError) -> DICOMFile
  {
    let source = try ByteSource(path: path)
    return try FileReader(
      source: source, options: options, origin: .path(modifiedAt: source.modifiedAt)
    ).read()
  }

  /// Reads bytes in memory.
  /// - Parameter name: for error texts.
  public static func read(
    bytes: [UInt8], name: String = "data", options: ReadOptions = ReadOptions()
  ) throws(DICOMError) -> DICOMFile {
    try FileReader(
      source: ByteSource(bytes: bytes, name: name), options: options, origin: .memory(bytes)
    ).read()
  }

  /// True when there is pixel data of any kind, read or only located.
  public var hasPixelData: Bool {
    dataSet.hasPixelData || stoppedAt.map { $0.tag.isPixelData } ?? false
  }
}
