public import Domain
public import Foundation
public import Wire

/// Notifications of one user.
public protocol NotificationCatalogue: Sendable {
  /// Newest first, with the number of all that match and of all unread.
  func notifications(of user: UserID, unreadOnly: Bool, window: Window) async throws
    -> (page: ListPage<NotificationItem>, unread: Int)
  func unreadCount(of user: UserID) async throws -> Int
  /// Once read, always read.
  /// - Returns: false when the user has no such notification.
  func markRead(_ id: NotificationID, of user: UserID, now: Date) async throws -> Bool
  /// - Returns: how many were unread.
  func markAllRead(of user: UserID, now: Date) async throws -> Int
}

/// What changed, in order of commit: revisions are given inside the writing transaction, by the
/// single writer, so that no smaller one can appear later.
public protocol ChangeLog: Sendable {
  /// The newest revision.
  func revision() async throws -> Int64
  /// Changed rows that the viewer may see, after the revision, each in its present form.
  /// - Parameter facility: whose templates are shown; nil: none.
  func changes(after revision: Int64, scope: Scope, facility: FacilityID?, limit: Int)
    async throws -> ChangesAnswer
}

extension ChangeLog {
  /// As above, without templates of a facility.
  public func changes(after revision: Int64, scope: Scope, limit: Int) async throws
    -> ChangesAnswer
  {
    try await changes(after: revision, scope: scope, facility: nil, limit: limit)
  }
}

/// Counts over real rows.
public protocol StatisticsCatalogue: Sendable {
  func statistics(scope: Scope, since: Date?) async throws -> UploadStatistics
  /// Uploads by day (UTC) from `since`; days without any are left out.
  func countsByDay(scope: Scope, since: Date?) async throws -> [DashboardCounts.Bucket]
}

/// Totals of uploads that were handed over completely.
public struct UploadStatistics: Sendable, Equatable {
  public var total: Int
  public var failed: Int
  public var succeeded: Int
  public var bytes: Int64
  public var byModality: [DashboardCounts.Bucket]
  public var byServiceLevel: [DashboardCounts.Bucket]

  public init(
    total: Int = 0, failed: Int = 0, succeeded: Int = 0, bytes: Int64 = 0,
    byModality: [DashboardCounts.Bucket] = [], byServiceLevel: [DashboardCounts.Bucket] = []
  ) {
    self.total = total
    self.failed = failed
    self.succeeded = succeeded
    self.bytes = bytes
    self.byModality = byModality
    self.byServiceLevel = byServiceLevel
  }
}

/// Everything that the gateway keeps in rows.
public typealias Catalogue = AccountCatalogue & LoginCatalogue & SecondFactorCatalogue
  & AuditCatalogue & UploadCatalogue & ChunkCatalogue & DuplicateCatalogue & CustodyCatalogue
  & PieceCatalogue & KnownCatalogue & ReportCatalogue & NotificationCatalogue & ChangeLog
  & StatisticsCatalogue & TemplateCatalogue & CatalogueHealth

/// Whether the catalogue works.
public protocol CatalogueHealth: Sendable {
  /// Throws when a row cannot be read.
  func ping() async throws
  /// A full check; empty when sound, otherwise what is wrong.
  func integrityProblems() async throws -> [String]
}
