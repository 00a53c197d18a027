/// What a scan reads of one instance: enough to list, group and send it.
public struct ScannedInstance: Sendable, Equatable {
  /// Absolute path.
  public var path: String
  public var byteCount: Int64
  /// Modification time in nanoseconds since 1970, and inode, to notice a change later.
  public var modifiedAt: Int64
  public var inode: UInt64
  /// Declared, or guessed for a bare data set.
  public var transferSyntaxUID = ""
  public var sopClassUID = ""
  /// Empty when the file has none.
  public var sopInstanceUID = ""
  public var studyInstanceUID = ""
  public var seriesInstanceUID = ""
  public var seriesNumber: Int?
  public var instanceNumber: Int?
  /// As stored: components by `^`, groups by `=`.
  public var patientName = ""
  public var patientID = ""
  /// Dates as YYYYMMDD and times as HHMMSS, or empty.
  public var patientBirthDate = ""
  public var patientSex = ""
  public var accessionNumber = ""
  public var studyDate = ""
  public var studyTime = ""
  public var studyDescription = ""
  public var bodyPart = ""
  public var modality = ""
  /// Something a person should know before sending, in words; nil for sound files.
  public var warning: String?

  public init(path: String, byteCount: Int64, modifiedAt: Int64 = 0, inode: UInt64 = 0) {
    self.path = path
    self.byteCount = byteCount
    self.modifiedAt = modifiedAt
    self.inode = inode
  }

  /// Reads the header of one file.
  /// - Throws: ``DICOMError``; truncated and damaged files are refused.
  public static func read(path: String) throws(DICOMError) -> ScannedInstance {
    try InstanceHeaderReader(source: ByteSource(path: path)).read()
  }

  /// Reads the header of a file whose bytes are in memory.
  public static func read(bytes: [UInt8], name: String = "data") throws(DICOMError)
    -> ScannedInstance
  {
    try InstanceHeaderReader(source: ByteSource(bytes: bytes, name: name)).read()
  }
}
