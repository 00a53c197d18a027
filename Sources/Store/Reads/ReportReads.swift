public import Domain
public import Foundation
import GRDB

extension Store {
  /// A window of the reports, the newest change first, without their texts; and all reports of the
  /// store counted.
  /// - Parameter now: what is due before is overdue.
  public func reports(
    _ filter: ReportFilter, _ window: Window, now: Date = Date()
  ) async throws -> (page: ListPage<Report>, counts: ReportCounts) {
    try await read { db in
      let counts = try Self.reportCounts(db, now: now)
      let byStatus = counts.byStatus
      let order = ["updated_at", "key"].map { ListWindow.Column(name: $0, descending: true) }
      let keys: [Int64]
      let total: Int
      if let expression = TextIndex.expression(filter.text) {
        let status = filter.status.map { [(column: "status", value: $0.rawValue)] } ?? []
        (keys, total) = try TextSearch(
          index: .reports, expression: expression, order: order, equal: status
        ).keys(db, window)
      } else {
        var list = ListWindow(table: "reports", order: order)
        if let status = filter.status {
          list.conditions = ["status = ?"]
          list.arguments = [status.rawValue]
          total = byStatus[status] ?? 0
        } else {
          total = byStatus.values.reduce(0, +)
        }
        keys = try list.keys(db, window, total: total)
      }
      let rows = try ListWindow.rows(
        db, keys: keys, columns: Report.columns, table: "reports"
      ) { try Report(fields: &$0) }
      return (ListPage(rows: rows, total: total), counts)
    }
  }

  /// Reports that are late and not signed.
  static func overdueReports(_ db: Database, now: Date) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT count(*) FROM reports WHERE status <> 'ready' AND due_at < ?",
      arguments: [now.micros]) ?? 0
  }

  private static func reportCounts(_ db: Database, now: Date) throws -> ReportCounts {
    var counts = ReportCounts(
      unread: try ListWindow.count(db, "reports.unread", "new"),
      overdue: try overdueReports(db, now: now), asOf: now)
    for (value, number) in try ListWindow.counts(db, "reports.status") {
      if let status = ReportStatus(rawValue: value) { counts.byStatus[status] = number }
    }
    return counts
  }

  /// One report with its text.
  public func report(_ id: ReportID) async throws -> Report? {
    try await read { db in
      try Row.fetchOne(
        db, sql: "SELECT \(Report.columnList), text, versions FROM reports WHERE id = ?",
        arguments: [id.rawValue]
      ).map { try Report(row: $0) }
    }
  }

  /// The reports of an upload, also under the names of its earlier sessions; newest change first.
  public func reports(of id: UploadID) async throws -> [Report] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Report.columnList), text, versions FROM reports WHERE remote_upload_id IN (
            SELECT r.remote_id FROM upload_remotes r JOIN uploads u ON u.key = r.upload
            WHERE u.id = ?) ORDER BY updated_at DESC
          """, arguments: [id.rawValue]
      ).map { try Report(row: $0) }
    }
  }
}
