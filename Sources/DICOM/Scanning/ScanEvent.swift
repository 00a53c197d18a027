/// What a scan found since the last event. Events come in batches, so that a hundred thousand
/// files do not mean a hundred thousand wake-ups.
public struct ScanEvent: Sendable {
  /// Readable instances.
  public var instances: [ScannedInstance] = []
  /// Files and folders left out for a reason that a person should see.
  public var skipped: [ScanSkip] = []
  /// Totals so far.
  public var counts = ScanCounts()
  /// Time since the scan began.
  public var elapsed = Duration.zero
  /// True for the last event of a scan.
  public var isFinished = false

  public init() {}

  /// Files looked at per second so far.
  public var filesPerSecond: Double { perSecond(Double(counts.files)) }

  /// Bytes of readable instances found per second so far. They are found, not read: of an image
  /// only the header is read.
  public var bytesPerSecond: Double { perSecond(Double(counts.bytes)) }

  private func perSecond(_ amount: Double) -> Double {
    let (seconds, attoseconds) = elapsed.components
    let time = Double(seconds) + Double(attoseconds) * 1e-18
    return time > 0 ? amount / time : 0
  }
}

/// A file or folder that a scan left out.
public struct ScanSkip: Sendable, Equatable {
  /// Of an entry of an archive: the archive's path, `!`, and the entry's name.
  public var path: String
  /// In words, without the path.
  public var reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// Totals of a scan.
public struct ScanCounts: Sendable, Equatable {
  public var folders = 0
  /// Files, and entries of archives.
  public var files = 0
  /// Readable instances.
  public var dicomFiles = 0
  /// Ordinary files that are no DICOM; they are only counted.
  public var otherFiles = 0
  /// Files and folders left out with a reason.
  public var skipped = 0
  /// ZIP archives that were looked into.
  public var archives = 0
  /// Bytes of the readable instances.
  public var bytes: Int64 = 0

  public init() {}

  static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.folders += b.folders
    sum.files += b.files
    sum.dicomFiles += b.dicomFiles
    sum.otherFiles += b.otherFiles
    sum.skipped += b.skipped
    sum.archives += b.archives
    sum.bytes += b.bytes
    return sum
  }
}

/// How to scan.
public struct ScanOptions: Sendable {
  /// Threads that read at the same time.
  public var workers = 2
  /// Events that may wait for their reader before the threads pause.
  public var maximumWaitingEvents = 64
  /// What to do with ZIP archives.
  public var archives = Archives.look
  /// Bounds for archives.
  public var archiveLimits = ZipLimits()

  /// What to do with a ZIP archive.
  public enum Archives: Sendable, Equatable {
    /// Name it as skipped.
    case skip
    /// Give its instances where they are, see ``ScannedInstance/archiveEntry``.
    case look
    /// Copy its instances into a folder of this one, and give the copies. They are named by
    /// number, so that no name in the archive can lead anywhere else.
    case unpack(into: String)
  }

  public init() {}
}
