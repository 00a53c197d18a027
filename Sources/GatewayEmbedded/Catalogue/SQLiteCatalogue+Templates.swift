public import Domain
public import Foundation
import GRDB
public import Gateway

extension SQLiteCatalogue: TemplateCatalogue {
  public func template(_ id: TemplateID) async throws -> TemplateRecord? {
    try await read { try Self.template(id, $0) }
  }

  public func apply(_ request: TemplateRequest, by user: User, audit: AuditEvent?) async throws
    -> TemplateResult
  {
    try await write { database, changes in
      let wanted = request.template
      guard let found = try Self.template(wanted.id, database) else {
        try Self.checkRoom(wanted.scope, user, database)
        let record = TemplateRecord(
          template: wanted, owner: user.id, facility: user.facility.id,
          changedAt: request.changedAt, changedBy: user.username)
        try Self.save(record, &changes, database)
        try Self.note(request, database)
        try changes.append(audit, in: database)
        return TemplateResult(record: record)
      }
      guard found.isVisible(to: user), found.template.scope == wanted.scope else {
        throw CatalogueError.missing
      }
      guard try Self.isNew(request, database) else { return TemplateResult(record: found) }
      try Self.note(request, database)
      var record = found
      var lost: TemplateValues?
      if found.isDeleted {
        record.template.values = wanted.values
      } else {
        let merge = TemplateMerge(
          base: request.base ?? TemplateValues(), present: found.template.values,
          edit: wanted.values, editIsLater: request.changedAt >= found.changedAt)
        record.template.values = merge.values
        lost = merge.lost
        if lost == nil, record.template.values == found.template.values {
          return TemplateResult(record: found)
        }
      }
      record.isDeleted = false
      record.version += 1
      record.changedAt = max(found.changedAt, request.changedAt)
      record.changedBy = user.username
      try Self.save(record, &changes, database)
      try changes.append(audit, in: database)
      guard let lost else { return TemplateResult(record: record) }
      let copy = TemplateRecord(
        template: UploadTemplate(
          id: .make(at: request.changedAt), scope: wanted.scope, values: lost),
        owner: found.owner, facility: found.facility, changedAt: request.changedAt,
        changedBy: user.username)
      try Self.save(copy, &changes, database)
      return TemplateResult(record: record, copy: copy)
    }
  }

  public func deleteTemplate(
    _ id: TemplateID, version: Int64, by user: User, now: Date, audit: AuditEvent?
  ) async throws -> TemplateRecord {
    try await write { database, changes in
      guard var record = try Self.template(id, database), record.isVisible(to: user) else {
        throw CatalogueError.missing
      }
      // What somebody changed since was not meant.
      guard !record.isDeleted, record.version <= version else { return record }
      record.isDeleted = true
      record.template.values = TemplateValues()
      record.version += 1
      record.changedAt = now
      record.changedBy = user.username
      try Self.save(record, &changes, database)
      try changes.append(audit, in: database)
      return record
    }
  }

  static func template(_ id: TemplateID, _ database: Database) throws -> TemplateRecord? {
    guard
      let row = try database.row("SELECT * FROM template WHERE id = ?", [id.rawValue]),
      let scope = UploadTemplate.Scope(rawValue: row["scope"]),
      let changedAt = row.date("changed_at")
    else { return nil }
    return TemplateRecord(
      template: UploadTemplate(
        id: id, scope: scope, values: try Column.value(TemplateValues.self, row["content"])),
      owner: UserID(row["owner_id"] as String), facility: FacilityID(row["facility_id"] as String),
      version: row["version"], changedAt: changedAt, changedBy: row["changed_by"],
      isDeleted: row["is_deleted"])
  }

  private static func save(
    _ record: TemplateRecord, _ changes: inout Changes, _ database: Database
  ) throws {
    let template = record.template
    try database.run(
      """
      INSERT INTO template (id, scope, owner_id, facility_id, content, version, changed_at,
        changed_by, is_deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET content = excluded.content, version = excluded.version,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by,
        is_deleted = excluded.is_deleted
      """,
      [
        template.id.rawValue, template.scope.rawValue, record.owner.rawValue,
        record.facility.rawValue, try Column.text(template.values), record.version,
        record.changedAt.stamp, record.changedBy, record.isDeleted,
      ])
    // Whoever it concerns: one user, or the users of one facility.
    let isOwn = template.scope == .user
    try changes.record(
      .template, template.id.rawValue, owner: isOwn ? record.owner : UserID(""),
      facility: isOwn ? FacilityID("") : record.facility, in: database)
  }

  private static func checkRoom(
    _ scope: UploadTemplate.Scope, _ user: User, _ database: Database
  ) throws {
    let (column, value) =
      scope == .user
      ? ("owner_id", user.id.rawValue) : ("facility_id", user.facility.id.rawValue)
    let count =
      try Int.fetchOne(
        database,
        sql: """
          SELECT count(*) FROM template WHERE \(column) = ? AND scope = ? AND is_deleted = 0
          """, arguments: [value, scope.rawValue]) ?? 0
    guard count < TemplateLimit.count else { throw TemplateLimit() }
  }

  private static func isNew(_ request: TemplateRequest, _ database: Database) throws -> Bool {
    try database.row(
      "SELECT 1 FROM template_edit WHERE template_id = ? AND id = ?",
      [request.template.id.rawValue, request.editID]) == nil
  }

  /// Remembers the change for as long as a workstation may repeat it.
  private static func note(_ request: TemplateRequest, _ database: Database) throws {
    let now = request.changedAt.stamp
    try database.run("DELETE FROM template_edit WHERE at < ?", [now - 365 * 86_400_000_000])
    try database.run(
      "INSERT INTO template_edit (id, template_id, at) VALUES (?, ?, ?)",
      [request.editID, request.template.id.rawValue, now])
  }
}
