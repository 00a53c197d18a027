public import Domain
public import Foundation
import GRDB

/// Rows that came from a gateway, and the place to go on from.
public struct RemoteChanges: Sendable, Equatable {
  public var reports: [Report]
  public var notifications: [NotificationItem]
  public var cases: [TeachingCase]
  /// Templates, and whose login they were sent to.
  public var templates: [RemoteTemplate] = []
  public var owner = UploadOwner.nobody
  /// The name of a cursor and its new value; kept in the same transaction as the rows.
  public var cursor: Cursor?

  public struct Cursor: Sendable, Equatable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    reports: [Report] = [], notifications: [NotificationItem] = [], cases: [TeachingCase] = [],
    cursor: Cursor? = nil
  ) {
    self.reports = reports
    self.notifications = notifications
    self.cases = cases
    self.cursor = cursor
  }
}

extension Store {
  /// Inserts or updates rows of a gateway and moves the cursor, in one transaction. Rows may come
  /// twice or late: the newer version stays, what was read stays read.
  public func apply(_ changes: RemoteChanges, at now: Date) async throws {
    try await write { db, touched in
      for report in changes.reports {
        try report.upsert(db)
        try Self.fillStudies(ofReportsFor: report.remoteUploadID, db)
      }
      for notification in changes.notifications { try notification.upsert(db) }
      for teachingCase in changes.cases { try teachingCase.upsert(db) }
      for template in changes.templates { try Self.take(template, of: changes.owner, db) }
      if !changes.reports.isEmpty { touched.insert(.reports) }
      if !changes.notifications.isEmpty { touched.insert(.notifications) }
      if !changes.cases.isEmpty { touched.insert(.cases) }
      if !changes.templates.isEmpty { touched.insert(.templates) }
      if let cursor = changes.cursor {
        try Self.setCursor(cursor.name, cursor.value, at: now, db)
      }
    }
  }

  static func setCursor(_ name: String, _ value: String, at now: Date, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO cursors VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET \(excluded(["value", "at"]))
        """, arguments: [name, value, now.micros])
  }

  /// The value of a cursor; nil before the first page.
  public func cursor(_ name: String) async throws -> String? {
    try await read { db in
      try String.fetchOne(db, sql: "SELECT value FROM cursors WHERE name = ?", arguments: [name])
    }
  }

  /// Forgets a cursor, so that everything is asked for again.
  /// - Parameter value: only while it has this one; nil: whatever it has.
  public func forgetCursor(_ name: String, holding value: String? = nil) async throws {
    try await write { db, _ in
      try db.execute(
        sql: "DELETE FROM cursors WHERE name = :name AND (:value IS NULL OR value = :value)",
        arguments: ["name": name, "value": value])
    }
  }

  /// Keeps when everything was last up to date with the gateway.
  public func recordSync(at now: Date) async throws {
    try await write { db, touched in
      try db.execute(
        sql: """
          INSERT INTO cursors VALUES ('synced', '', ?)
          ON CONFLICT DO UPDATE SET \(excluded(["at"]))
          """, arguments: [now.micros])
      touched.insert(.account)
    }
  }

  /// Keeps that this user opened the report here; the first time stays.
  public func markReportViewed(_ id: ReportID, at now: Date) async throws {
    try await write { db, touched in
      try db.execute(
        sql: "UPDATE reports SET viewed_at = ? WHERE id = ? AND viewed_at IS NULL",
        arguments: [now.micros, id.rawValue])
      if db.changesCount > 0 { touched.insert(.reports) }
    }
  }
}
