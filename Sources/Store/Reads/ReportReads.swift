public import Domain
import GRDB

extension Store {
  /// A window of the reports, the newest change first, without their texts; and all reports of the
  /// store by status.
  public func reports(
    _ filter: ReportFilter, _ window: Window
  ) async throws -> (page: ListPage<Report>, byStatus: [ReportStatus: Int]) {
    try await read { db in
      var byStatus: [ReportStatus: Int] = [:]
      for (value, number) in try ListWindow.counts(db, "reports.status") {
        if let status = ReportStatus(rawValue: value) { byStatus[status] = number }
      }
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
      return (ListPage(rows: rows, total: total), byStatus)
    }
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
