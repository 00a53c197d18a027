/// What a scan reads of one instance: enough to list, group, sort and send it.
public struct ScannedInstance: Sendable, Equatable {
  /// Absolute path; of an instance in an archive that of the archive.
  public var path: String
  /// The name inside of the archive at ``path``; nil for a file of its own.
  public var archiveEntry: String?
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
  public var seriesDescription = ""
  public var bodyPart = ""
  public var modality = ""
  /// 0 without an image.
  public var rows = 0
  public var columns = 0
  /// Frames as the file says; 1 for an image that does not say, 0 without an image.
  public var frames = 0
  /// Image Position (Patient), and the direction of the slices by Image Orientation (Patient); nil
  /// where the file does not prove them.
  public var position: Vector3?
  public var normal: Vector3?
  /// Something a person should know before sending, in words; nil for sound files.
  public var warning: String?
  /// Another file of the same scan with the same SOP Instance UID.
  public var duplicate: Duplicate?

  /// A file that repeats the SOP Instance UID of one that was read before.
  public struct Duplicate: Sendable, Equatable {
    /// The file that was read before.
    public var path: String
    /// True when both have the same bytes; false means that one of them is not what it says. Nil
    /// when they could not be compared: what lies in archives is not.
    public var isIdentical: Bool?

    public init(path: String, isIdentical: Bool?) {
      self.path = path
      self.isIdentical = isIdentical
    }
  }

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
