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
      return ListPage(rows: try rows.map(ReportRecord.init), total: total)
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
    ).map(ReportRecord.init)
  }

  public func duePolls(now: Date, limit: Int) async throws -> [ReportRecord] {
    try await read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM report WHERE next_poll_at <= ? ORDER BY service_rank, next_poll_at
          LIMIT ?
          """, arguments: [now.stamp, limit]
      ).map(ReportRecord.init)
    }
  }

  public func schedulePoll(_ id: ReportID, at date: Date) async throws {
    try await write { database, _ in
      try database.execute(
        sql: "UPDATE report SET next_poll_at = ? WHERE id = ? AND status <> 'ready'",
        arguments: [date.stamp, id.rawValue])
    }
  }

  public func update(_ report: ReportRecord, notice: NotificationItem?) async throws -> Bool {
    try await write { database, changes in
      try database.execute(
        sql: """
          UPDATE report SET status = ?, radiologist = ?, text = ?, pdf = ?, updated_at = ?,
            signed_at = ?, sources = ?, next_poll_at = ? WHERE id = ? AND status <> 'ready'
          """,
        arguments: [
          report.status.rawValue, report.radiologist, report.text, report.pdf?.rawValue,
          report.updatedAt.stamp, report.signedAt?.stamp, try Column.text(report.sources),
          report.status == .ready ? nil : report.nextPollAt?.stamp, report.id.rawValue,
        ])
      guard database.changesCount == 1 else { return false }
      try changes.record(
        .report, report.id.rawValue, owner: report.owner, facility: report.facility, in: database)
      if let notice {
        try Self.insert(
          notice, owner: report.owner, facility: report.facility, database, &changes)
      }
      return true
    }
  }
}
