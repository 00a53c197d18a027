/// What `radrelay dicom inspect` says of one file; keys as DICOM keywords where there is one.
///
/// A readable file has all of the described keys, null for absent attributes; one that is not
/// readable has `error` instead.
public struct InspectRecord: Sendable, Equatable {
  public var path: String
  public var size: Int
  /// Lower-case hexadecimal; nil when the file cannot be opened.
  public var sha256: String?
  /// “DICM” at byte 128.
  public var part10: Bool
  /// True when a data set was read, even when something is wrong after it; see ``warning``.
  public var parseOK: Bool
  /// Elements at all levels, file meta information not counted.
  public var elementCount: Int?
  /// In the order of ``InspectField/all``; empty when the file is not readable.
  public var values: [InspectValue]
  /// PixelData, FloatPixelData or DoubleFloatPixelData.
  public var hasPixel: Bool
  /// Groups 6000 to 60FF that hold overlays, as `6000`.
  public var overlayGroups: [String]
  /// The first frame's stored values in short; nil unless they were asked for.
  public var frame0: FrameSummary?
  /// Why there is no first frame although it was asked for.
  public var frame0Error: String?
  /// Why the file is not readable.
  public var error: String?
  /// What is wrong with a file that could be read in part.
  public var warning: String?

  /// Reads a file; never fails: what is wrong stands in ``error`` or ``warning``.
  public static func read(path: String) -> InspectRecord {
    var record = InspectRecord(
      path: path, size: 0, sha256: nil, part10: false, parseOK: false, elementCount: nil,
      values: [], hasPixel: false, overlayGroups: [], error: nil, warning: nil)
    do throws(DICOMError) {
      let source = try ByteSource(path: path)
      record.size = source.size
      record.sha256 = try FileDigest.sha256(source)
      let file = try FileReader(
        source: source, options: InspectField.options, origin: .path(modifiedAt: source.modifiedAt)
      ).read()
      record.fill(from: file)
    } catch {
      record.error = error.description
    }
    return record
  }

  private mutating func fill(from file: DICOMFile) {
    part10 = file.isPart10
    let dataSet = file.dataSet
    if dataSet.elements.isEmpty, let problem = file.problem {
      error = problem.description
      return
    }
    parseOK = true
    warning = file.problem?.description
    elementCount = dataSet.elementCount
    hasPixel = file.hasPixelData
    values = InspectField.all.map { $0.value(in: file) }
    let groups = Set(dataSet.elements.map(\.tag.group).filter { $0 & 0xFF01 == 0x6000 })
    overlayGroups = groups.sorted().map { Tag.hex($0).lowercased() }
  }
}
