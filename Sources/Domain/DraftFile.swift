public import DICOM

/// A DICOM file found by a scan and not yet queued.
public struct DraftFile: Sendable, Codable, Equatable {
  /// Absolute path; of an instance in an archive that of the archive.
  public var path: String
  /// The name inside of the archive at ``path``; nil for a file of its own. Such an instance is
  /// staged before it is queued.
  public var archiveEntry: String?
  public var byteCount: Int64
  /// Modification time, nanoseconds since 1970, and inode, to notice a change later.
  public var modifiedAt: Int64
  public var inode: UInt64
  public var sopInstanceUID: String
  public var sopClassUID: String
  public var seriesInstanceUID: String
  public var transferSyntaxUID: String
  public var instanceNumber: Int?
  /// SHA-256 in lower-case hexadecimal, when it is known already.
  public var sha256: String?
  /// Where a person can find what was copied into the spool; nil for a file that is sent from where
  /// it lies.
  public var origin: String?
  /// What of it is otherwise when it goes out; nil when it goes out as it is. The identifiers above
  /// are those of the file at ``path``.
  public var rewrite: InstanceRewrite?
  /// Why it is copied before it is queued; nil for a file that is sent from where it lies.
  public var staging: StagingReason?

  public init(
    path: String, archiveEntry: String? = nil, byteCount: Int64, modifiedAt: Int64, inode: UInt64,
    sopInstanceUID: String, sopClassUID: String, seriesInstanceUID: String,
    transferSyntaxUID: String, instanceNumber: Int? = nil, sha256: String? = nil,
    origin: String? = nil, staging: StagingReason? = nil
  ) {
    self.path = path
    self.archiveEntry = archiveEntry
    self.byteCount = byteCount
    self.modifiedAt = modifiedAt
    self.inode = inode
    self.sopInstanceUID = sopInstanceUID
    self.sopClassUID = sopClassUID
    self.seriesInstanceUID = seriesInstanceUID
    self.transferSyntaxUID = transferSyntaxUID
    self.instanceNumber = instanceNumber
    self.sha256 = sha256
    self.origin = origin
    self.staging = staging
  }
}

/// A study put together by a scan: what it is, its files, and what a person should know of it.
public struct ScannedStudy: Sendable, Codable, Equatable {
  public var study: StudySummary
  public var files: [DraftFile]
  /// Sentences: mixed patients, missing identifiers, duplicates, gaps.
  public var warnings: [String]
  /// Why it must not be sent before a person has decided: several patients in one study, or no
  /// Study Instance UID. Nil when nothing is in the way.
  public var objection: String?
  /// What the series are called, each name once.
  public var seriesDescriptions: [String]

  public init(
    study: StudySummary, files: [DraftFile], warnings: [String] = [], objection: String? = nil,
    seriesDescriptions: [String] = []
  ) {
    self.study = study
    self.files = files
    self.warnings = warnings
    self.objection = objection
    self.seriesDescriptions = seriesDescriptions
  }

  public var byteCount: Int64 { files.reduce(0) { $0 + $1.byteCount } }
}

/// How far a scan is.
public struct ScanProgress: Sendable, Equatable {
  public var folders: Int
  public var files: Int
  public var dicomFiles: Int
  public var bytes: Int64
  /// Files and folders left out, each with the reason in words; at most the first hundred.
  public var skipped: [Skipped]
  public var skippedCount: Int
  public var isFinished: Bool
  /// The studies so far; complete only when the scan is finished.
  public var studies: [ScannedStudy]

  public struct Skipped: Sendable, Codable, Equatable {
    public var path: String
    public var reason: String
    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  public init(
    folders: Int = 0, files: Int = 0, dicomFiles: Int = 0, bytes: Int64 = 0,
    skipped: [Skipped] = [], skippedCount: Int = 0, isFinished: Bool = false,
    studies: [ScannedStudy] = []
  ) {
    self.folders = folders
    self.files = files
    self.dicomFiles = dicomFiles
    self.bytes = bytes
    self.skipped = skipped
    self.skippedCount = skippedCount
    self.isFinished = isFinished
    self.studies = studies
  }
}
