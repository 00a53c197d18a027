public import Foundation

/// How the workstation stands with its gateway. Offline is a normal state.
public enum Connection: Sendable, Equatable {
  /// Nobody is logged in.
  case loggedOut
  case connecting
  case online(since: Date)
  /// Trying again at a known time.
  case reconnecting(nextAttemptAt: Date, reason: String)
  case offline(since: Date, reason: String)
  /// The gateway refused the login; a person must log in again. Nothing queued is lost.
  case loginExpired
}

/// What the transfer does right now, for a status line.
public struct TransferStatus: Sendable, Equatable {
  /// Bytes a second, averaged over the last few seconds; 0 when nothing moves.
  public var bytesPerSecond: Double
  /// Seconds until the queue is empty at this speed; nil when it cannot be told.
  public var secondsLeft: TimeInterval?
  /// Bytes acknowledged and bytes in all, over the unfinished uploads.
  public var sentBytes: Int64
  public var totalBytes: Int64
  /// Progress of each upload that is being sent.
  public var uploads: [UploadID: UploadProgress]
  /// True when another process (an agent, a command) holds the sending lease.
  public var byAnotherProcess: Bool
  /// Bytes a second that the timetable allows now, while something is to be sent; nil: no limit.
  public var limit: Int64?
  /// True when the byte budget of the day or month is used up.
  public var isOverBudget: Bool

  public init(
    bytesPerSecond: Double = 0, secondsLeft: TimeInterval? = nil, sentBytes: Int64 = 0,
    totalBytes: Int64 = 0, uploads: [UploadID: UploadProgress] = [:],
    byAnotherProcess: Bool = false, limit: Int64? = nil, isOverBudget: Bool = false
  ) {
    self.bytesPerSecond = bytesPerSecond
    self.secondsLeft = secondsLeft
    self.sentBytes = sentBytes
    self.totalBytes = totalBytes
    self.uploads = uploads
    self.byAnotherProcess = byAnotherProcess
    self.limit = limit
    self.isOverBudget = isOverBudget
  }
}

/// Progress of one upload.
public struct UploadProgress: Sendable, Equatable {
  public var sentBytes: Int64
  public var totalBytes: Int64
  public var bytesPerSecond: Double
  public var secondsLeft: TimeInterval?

  public init(
    sentBytes: Int64, totalBytes: Int64, bytesPerSecond: Double, secondsLeft: TimeInterval?
  ) {
    self.sentBytes = sentBytes
    self.totalBytes = totalBytes
    self.bytesPerSecond = bytesPerSecond
    self.secondsLeft = secondsLeft
  }
}
