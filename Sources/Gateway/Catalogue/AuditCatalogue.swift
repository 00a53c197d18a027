public import Foundation

/// The audit log: rows are only added.
///
/// Methods of the other protocols that change something take the event that tells of it and keep it
/// in their own transaction. This one is for what changes nothing else.
public protocol AuditCatalogue: Sendable {
  /// Durable when it returns.
  func append(_ events: [AuditEvent]) async throws
  /// The rows that a query wants, oldest first.
  func auditRows(_ query: AuditQuery) async throws -> [AuditRow]
}

/// Which rows of the audit log.
public struct AuditQuery: Sendable, Equatable {
  /// Rows with a greater number.
  public var after: Int64
  public var since: Date?
  public var actor: String?
  /// The action, or its first part: `upload` means `upload.forced`, too.
  public var action: String?
  public var limit: Int

  public init(
    after: Int64 = 0, since: Date? = nil, actor: String? = nil, action: String? = nil,
    limit: Int = 1_000
  ) {
    self.after = after
    self.since = since
    self.actor = actor
    self.action = action
    self.limit = limit
  }
}
