public import Domain
public import Foundation

/// What the archive's side found out about one file.
public struct InstanceProgress: Sendable, Equatable {
  public var file: Int
  public var state: InstanceState
  public var reason: String
  /// True when the archive took it in this attempt; false forgets an earlier acceptance.
  public var isSent: Bool

  public init(file: Int, state: InstanceState, reason: String = "", isSent: Bool) {
    self.file = file
    self.state = state
    self.reason = reason
    self.isSent = isSent
  }
}

/// Custody from the moment all bytes are here. Every method is one durable transaction, with the
/// change rows and notifications that it causes.
public protocol CustodyCatalogue: Sendable {
  /// Closes the session: files with their evidence, state, report and change rows in one go.
  /// - Parameter report: nil when nothing of the study could be kept.
  /// - Throws: ``CatalogueError/missing`` when it is not receiving any more.
  func seal(
    _ upload: UploadRecord, files: [FileRecord], report: ReportRecord?, audit: AuditEvent?
  ) async throws
  /// Uploads to be forwarded whose next attempt is due, most urgent service level first.
  func due(now: Date, limit: Int) async throws -> [UploadID]
  /// The earliest next attempt that lies after the moment.
  func nextAttempt(after now: Date) async throws -> Date?
  /// Keeps what one batch showed.
  func record(
    _ progress: [InstanceProgress], of upload: UploadID, now: Date, audit: AuditEvent?
  ) async throws
  /// Sets the state of the whole after an attempt. The owner is told when it is proven for the
  /// first time, and when it ends without that.
  /// - Parameter nextAttemptAt: nil at the end. A verified upload may have one: the archive is
  ///   still to give its bytes back.
  /// - Parameter audit: kept when the state is another one than before.
  func conclude(
    _ upload: UploadID, state: CustodyState, reason: String, nextAttemptAt: Date?, now: Date,
    audit: AuditEvent?
  ) async throws
  /// Blobs of uploads that were proven before the date and wait for nothing, and forgets their
  /// keys.
  func releasable(provenBefore: Date, limit: Int) async throws -> [BlobKey]
  /// Uploads not yet proven to be in the archive.
  func queueDepth() async throws -> Int
}
