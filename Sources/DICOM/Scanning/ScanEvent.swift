/// What a scan found since the last event. Events come in batches, so that a hundred thousand
/// files do not mean a hundred thousand wake-ups.
public struct ScanEvent: Sendable {
  /// Readable instances.
  public var instances: [ScannedInstance] = []
  /// Files and folders left out for a reason that a person should see.
  public var skipped: [ScanSkip] = []
  /// Totals so far.
  public var counts = ScanCounts()
  /// True for the last event of a scan.
  public var isFinished = false

  public init() {}
}

/// A file or folder that a scan left out.
public struct ScanSkip: Sendable, Equatable {
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
  public var files = 0
  /// Readable instances.
  public var dicomFiles = 0
  /// Ordinary files that are no DICOM; they are only counted.
  public var otherFiles = 0
  /// Files and folders left out with a reason.
  public var skipped = 0
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

  public init() {}
}
