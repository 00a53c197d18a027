/// A file whose data set is in memory and whose pixel data stays where it is, to be read frame by
/// frame.
public struct OpenedFile: Sendable {
  /// Pixel data is only located: ``Element/Value/located`` or its fragments.
  public let file: DICOMFile
  /// Where the locations of ``file`` lead.
  public let values: ValueSource

  /// What is read at first: everything but pixel data, large lookup tables included.
  public static let options: ReadOptions = {
    var options = ReadOptions()
    options.keepsPixelData = false
    options.maximumValueBytes = 1 << 20
    return options
  }()

  /// - Throws: ``DICOMError`` when nothing can be read of it; see ``DICOMFile/problem`` for the rest.
  public init(path: String, options: ReadOptions = options) throws(DICOMError) {
    try self.init(source: ByteSource(path: path), bytes: nil, options: options)
  }

  /// - Parameter name: for error texts.
  public init(bytes: [UInt8], name: String = "data", options: ReadOptions = options)
    throws(DICOMError)
  {
    try self.init(
      source: ByteSource(bytes: bytes, name: name), bytes: bytes, options: options)
  }

  private init(source: ByteSource, bytes: [UInt8]?, options: ReadOptions) throws(DICOMError) {
    let origin = bytes.map { DICOMFile.Origin.memory($0) } ?? .path(modifiedAt: source.modifiedAt)
    let (file, inflated) = try FileReader(source: source, options: options, origin: origin)
      .readKeeping()
    self.file = file
    if let kept = inflated ?? bytes {
      values = ValueSource(bytes: kept, name: source.name)
    } else {
      values = ValueSource(file: source)
    }
  }
}
