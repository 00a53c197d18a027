import Domain
import Foundation
import GRDB

/// A row of the table of templates.
struct TemplateRecord {
  var template: UploadTemplate
  var gateway = ""
  var owner = ""
  var facilityID = ""
  var isDeleted = false
  var changedAt: Date
  var changedBy = ""
  var version: Int64 = 0
  var editID: String?
  var base: TemplateValues?
  var problem = ""

  init(_ template: UploadTemplate, changedAt: Date) {
    self.template = template
    self.changedAt = changedAt
  }

  init(_ row: Row) throws {
    template = UploadTemplate(
      id: TemplateID(row["id"]), scope: try row.choice("scope"),
      values: try Self.values(row["content"]))
    gateway = row["gateway"]
    owner = row["owner"]
    facilityID = row["facility_id"]
    isDeleted = row["deleted"]
    changedAt = row.date("changed_at")
    changedBy = row["changed_by"]
    version = row["version"]
    editID = row["edit_id"]
    base = try (row["base"] as String?).map(Self.values)
    problem = row["problem"]
  }

  static func find(_ id: TemplateID, _ db: Database) throws -> TemplateRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM templates WHERE id = ?", arguments: [id.rawValue])
      .map(TemplateRecord.init)
  }

  /// Inserts the row, or puts it in the place of the one with its id.
  func save(_ db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO templates VALUES (\(placeholders(13)))",
      arguments: [
        template.id.rawValue, template.scope.rawValue, gateway, owner, facilityID,
        try Self.text(template.values), isDeleted, changedAt.micros, changedBy, version, editID,
        try base.map(Self.text), problem,
      ])
  }

  func remove(_ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM templates WHERE id = ?", arguments: [template.id.rawValue])
  }

  /// Keeps that the row was changed here: the first change since the gateway's last answer keeps
  /// what it began from.
  mutating func markChanged(by account: Account?, at now: Date) {
    if editID == nil { base = version > 0 ? template.values : nil }
    editID = MutationID.make(at: now).rawValue
    changedAt = now
    problem = ""
    guard let account else { return }
    changedBy = account.user.username
    // Of a facility's template: whose login tells the gateway.
    gateway = account.server
    owner = account.user.username
    facilityID = account.user.facility.id.rawValue
  }

  var stored: StoredTemplate {
    StoredTemplate(
      template: template, changedAt: changedAt, changedBy: changedBy, waits: editID != nil,
      problem: problem)
  }

  /// True when the row is the account's own, or its facility's; without a login what was made
  /// without one.
  func isVisible(to account: Account?) -> Bool {
    guard let account else { return gateway.isEmpty }
    guard gateway == account.server else { return false }
    return template.scope == .user
      ? owner == account.user.username : facilityID == account.user.facility.id.rawValue
  }

  private static func values(_ text: String) throws -> TemplateValues {
    try JSONDecoder().decode(TemplateValues.self, from: Data(text.utf8))
  }

  private static func text(_ values: TemplateValues) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(values), as: UTF8.self)
  }
}
