public import Domain
public import Foundation
import GRDB
public import Gateway

extension SQLiteCatalogue: ReportCatalogue {
  public func reports(scope: Scope, status: ReportStatus?, window: Window) async throws
    -> ListPage<ReportRecord>
  {
    try await read { database in
      var (condition, arguments) = scope.condition
      if let status {
        condition += " AND status = ?"
        arguments += [status.rawValue]
      }
      let total =
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM report WHERE \(condition)", arguments: arguments)
        ?? 0
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM report WHERE \(condition) ORDER BY created_at DESC, id DESC
          LIMIT ? OFFSET ?
          """, arguments: arguments + [window.limit, window.offset])
      let reports = try rows.map { try Self.report($0, database, versionsFrom: 2) }
      return ListPage(rows: reports, total: total)
    }
  }

  public func report(_ id: ReportID) async throws -> ReportRecord? {
    try await read { try Self.report("id", id.rawValue, $0) }
  }

  public func report(ofUpload upload: UploadID) async throws -> ReportRecord? {
    try await read { try Self.report("upload_id", upload.rawValue, $0) }
  }

  static func report(_ column: String, _ value: String, _ database: Database) throws
    -> ReportRecord?
  {
    try Row.fetchOne(
      database, sql: "SELECT * FROM report WHERE \(column) = ?", arguments: [value]
    ).map { try Self.report($0, database, versionsFrom: 1) }
  }

  /// - Parameter least: how many versions a report must have for them to be read.
  private static func report(_ row: Row, _ database: Database, versionsFrom least: Int) throws
    -> ReportRecord
  {
    var report = try ReportRecord(row)
    guard report.version >= least else { return report }
    report.versions = try Row.fetchAll(
      database, sql: "SELECT * FROM report_version WHERE report_id = ? ORDER BY number",
      arguments: [report.id.rawValue]
    ).map(ReportVersionRecord.init)
    return report
  }

  public func duePolls(now: Date, limit: Int) async throws -> [ReportRecord] {
    try await read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM report WHERE next_poll_at <= ?
          ORDER BY status = 'ready', service_rank, next_poll_at LIMIT ?
          """, arguments: [now.stamp, limit]
      ).map { try Self.report($0, database, versionsFrom: 1) }
    }
  }

  public func schedulePoll(_ id: ReportID, at date: Date?) async throws {
    try await write { database, _ in
      try database.execute(
        sql: "UPDATE report SET next_poll_at = ? WHERE id = ?",
        arguments: [date?.stamp, id.rawValue])
    }
  }

  public func schedulePolls(ofStudy study: String, at date: Date) async throws -> Bool {
    let known = try await read { database in
      try Bool.fetchOne(
        database, sql: "SELECT EXISTS (SELECT 1 FROM report WHERE study_uid = ?)",
        arguments: [study]) ?? false
    }
    guard known else { return false }
    try await write { database, _ in
      try database.execute(
        sql: """
          UPDATE report SET next_poll_at = min(coalesce(next_poll_at, ?), ?) WHERE study_uid = ?
          """, arguments: [date.stamp, date.stamp, study])
    }
    return true
  }

  public func update(_ report: ReportRecord, notice: NotificationItem?) async throws -> Bool {
    try await write { database, changes in
      try database.execute(
        sql: """
          UPDATE report SET status = ?, radiologist = ?, updated_at = ?, sources = ?
          WHERE id = ? AND status <> 'ready'
          """,
        arguments: [
          report.status.rawValue, report.radiologist, report.updatedAt.stamp,
          try Column.text(report.sources), report.id.rawValue,
        ])
      guard database.changesCount == 1 else { return false }
      try Self.tell(report, notice, database, &changes)
      return true
    }
  }

  public func addVersions(_ report: ReportRecord, notice: NotificationItem) async throws -> Bool {
    try await write { database, changes in
      let present = try Int.fetchOne(
        database, sql: "SELECT version FROM report WHERE id = ?", arguments: [report.id.rawValue])
      let added = report.versions.filter { $0.number > present ?? .max }
      // Somebody who read the report before another version came would number it twice.
      guard let present, !added.isEmpty,
        added.map(\.number) == Array(present + 1...present + added.count),
        report.versions.count == present + added.count, report.version == present + added.count
      else { return false }
      for version in added { try version.insert(database, report: report.id) }
      try database.execute(
        sql: """
          UPDATE report SET status = 'ready', radiologist = ?, text = ?, pdf = ?, updated_at = ?,
            signed_at = ?, sources = ?, version = ? WHERE id = ?
          """,
        arguments: [
          report.radiologist, report.text, report.pdf?.rawValue, report.updatedAt.stamp,
          report.signedAt?.stamp, try Column.text(report.sources), report.version,
          report.id.rawValue,
        ])
      try Self.tell(report, notice, database, &changes)
      return true
    }
  }

  private static func tell(
    _ report: ReportRecord, _ notice: NotificationItem?, _ database: Database,
    _ changes: inout Changes
  ) throws {
    try changes.record(
      .report, report.id.rawValue, owner: report.owner, facility: report.facility, in: database)
    if let notice {
      try Self.insert(
        notice, owner: report.owner, facility: report.facility, database, &changes)
    }
  }
}
