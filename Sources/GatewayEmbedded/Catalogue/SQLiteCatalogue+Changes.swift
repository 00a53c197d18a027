public import Domain
public import Foundation
import GRDB
public import Gateway
public import Wire

extension SQLiteCatalogue: ChangeLog {
  public func revision() async throws -> Int64 {
    try await read { try Int64.fetchOne($0, sql: "SELECT max(revision) FROM change") ?? 0 }
  }

  public func changes(after revision: Int64, scope: Scope, facility: FacilityID?, limit: Int)
    async throws -> ChangesAnswer
  {
    try await read { database in
      let (visible, arguments) = scope.condition
      // Notifications are their owner's alone, as are one's own templates; a facility's templates are
      // its users' alone, whatever else they may see; teaching cases are everybody's.
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM change WHERE revision > ?
            AND CASE kind WHEN 'notification' THEN owner_id = ? WHEN 'case' THEN 1
              WHEN 'template' THEN
                iif(facility_id = '', owner_id = ?, facility_id = ?)
              ELSE \(visible) END
          ORDER BY revision LIMIT ?
          """,
        arguments: [
          revision, scope.viewer.rawValue, scope.viewer.rawValue, facility?.rawValue ?? "",
        ] + arguments + [limit + 1])
      let shown = rows.prefix(limit)
      let changes = try shown.compactMap { try Self.change($0, database) }
      let newest = try Int64.fetchOne(database, sql: "SELECT max(revision) FROM change") ?? 0
      let hasMore = rows.count > limit
      let next = hasMore ? shown.last.map { $0["revision"] as Int64 } ?? revision : newest
      return ChangesAnswer(changes: changes, next: max(next, revision), hasMore: hasMore)
    }
  }

  private static func change(_ row: Row, _ database: Database) throws -> Change? {
    var change = Change(revision: row["revision"])
    let id: String = row["entity_id"]
    switch Changes.Kind(rawValue: row["kind"]) {
    case .report:
      guard let report = try report("id", id, database) else { return nil }
      change.report = report.message
    case .notification:
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT * FROM notification WHERE id = ?", arguments: [id]),
        let item = notification(row)
      else { return nil }
      change.notification = item.message(user: row["owner_id"])
    case .upload:
      guard let upload = try upload(UploadID(id), database) else { return nil }
      change.upload = UploadChange(
        uploadID: id, clientUploadID: upload.clientUploadID, state: upload.state.rawValue)
    case .teachingCase:
      guard
        let text = try String.fetchOne(
          database, sql: "SELECT content FROM teaching_case WHERE id = ?", arguments: [id])
      else { return nil }
      change.teachingCase = try Column.value(TeachingCase.self, text)
    case .template:
      guard let record = try template(TemplateID(id), database) else { return nil }
      change.template = record.message
    case nil: return nil
    }
    return change
  }

  /// Publishes teaching cases, or their new form, to everybody: all or none.
  public func publish(_ cases: [TeachingCase]) async throws {
    try await write { database, changes in
      for teachingCase in cases {
        try database.execute(
          sql: """
            INSERT INTO teaching_case (id, content) VALUES (?, ?)
            ON CONFLICT (id) DO UPDATE SET content = excluded.content
            """, arguments: [teachingCase.id.rawValue, try Column.text(teachingCase)])
        try changes.record(
          .teachingCase, teachingCase.id.rawValue, owner: UserID(""), facility: FacilityID(""),
          in: database)
      }
    }
  }

  public func teachingCaseCount() async throws -> Int {
    try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM teaching_case") ?? 0 }
  }
}

extension SQLiteCatalogue: StatisticsCatalogue {
  public func statistics(scope: Scope, since: Date?) async throws -> UploadStatistics {
    try await read { database in
      let (visible, arguments) = scope.condition
      let from = " FROM upload WHERE state NOT IN ('receiving', 'cancelled') AND created_at >= ?"
      let all = StatementArguments([since?.stamp ?? 0]) + arguments
      let condition = from + " AND " + visible
      func buckets(_ column: String) throws -> [DashboardCounts.Bucket] {
        try Row.fetchAll(
          database,
          sql: "SELECT \(column) AS name, count(*) AS n\(condition) GROUP BY 1 ORDER BY 2 DESC, 1",
          arguments: all
        ).map { DashboardCounts.Bucket(name: $0["name"], count: $0["n"]) }
      }
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT count(*) AS n, coalesce(sum(state = 'failed'), 0) AS failed,
            coalesce(sum(total_bytes), 0) AS bytes\(condition)
          """, arguments: all)
      let total: Int = row?["n"] ?? 0
      let failed: Int = row?["failed"] ?? 0
      return UploadStatistics(
        total: total, failed: failed, succeeded: total - failed, bytes: row?["bytes"] ?? 0,
        byModality: try buckets("modality"), byServiceLevel: try buckets("service_level"))
    }
  }

  public func countsByDay(scope: Scope, since: Date?) async throws -> [DashboardCounts.Bucket] {
    try await read { database in
      let (visible, arguments) = scope.condition
      return try Row.fetchAll(
        database,
        sql: """
          SELECT date(created_at / 1000000, 'unixepoch') AS day, count(*) AS n FROM upload
          WHERE state NOT IN ('receiving', 'cancelled') AND created_at >= ? AND \(visible)
          GROUP BY 1 ORDER BY 1
          """, arguments: StatementArguments([since?.stamp ?? 0]) + arguments
      ).map { DashboardCounts.Bucket(name: $0["day"], count: $0["n"]) }
    }
  }
}
