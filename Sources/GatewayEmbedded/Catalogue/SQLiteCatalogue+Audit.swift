import Foundation
import GRDB
public import Gateway

extension SQLiteCatalogue: AuditCatalogue {
  public func append(_ events: [AuditEvent]) async throws {
    guard !events.isEmpty else { return }
    try await write { database, changes in
      for event in events { try changes.append(event, in: database) }
    }
  }

  public func auditRows(_ query: AuditQuery) async throws -> [AuditRow] {
    try await read { try AuditRow.fetch(query, $0) }
  }
}

extension Changes {
  /// Adds a row to the audit log, in the transaction of what it tells of. There is one writer at a
  /// time, in all processes, so the last row cannot move meanwhile.
  mutating func append(_ event: AuditEvent?, in database: Database) throws {
    guard let event else { return }
    let last = try database.row("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", [])
    let head = last.map { AuditHead(number: $0["number"], hash: $0["hash"]) } ?? .empty
    let row = AuditRow(event, after: head)
    try database.run(
      """
      INSERT INTO audit (number, at, actor, address, action, entity, entity_id, result, previous,
        hash, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.number, row.at, row.actor, row.address, row.action, row.entity, row.entityID,
        row.result, row.previous, row.hash, row.detail,
      ])
    auditHead = row.head
  }
}

extension AuditRow {
  static func fetch(_ query: AuditQuery, _ database: Database) throws -> [AuditRow] {
    var conditions = ["number > ?"]
    var arguments: StatementArguments = [query.after]
    if let since = query.since {
      conditions.append("at >= ?")
      arguments += [since.stamp]
    }
    if let actor = query.actor {
      conditions.append("actor = ?")
      arguments += [actor]
    }
    if let action = query.action {
      conditions.append("(action = ? OR substr(action, 1, ?) = ?)")
      arguments += [action, action.count + 1, action + "."]
    }
    arguments += [max(0, query.limit)]
    return try Row.fetchAll(
      database,
      sql: """
        SELECT * FROM audit WHERE \(conditions.joined(separator: " AND "))
        ORDER BY number LIMIT ?
        """, arguments: arguments
    ).map(AuditRow.init)
  }

  init(_ row: Row) {
    self.init(
      number: row["number"], at: row["at"], actor: row["actor"], address: row["address"],
      action: row["action"], entity: row["entity"], entityID: row["entity_id"],
      result: row["result"], previous: row["previous"], hash: row["hash"],
      // A log of before it had details may be looked at, too.
      detail: (row["detail"] as String?) ?? "")
  }
}
