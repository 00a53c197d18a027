public import Domain
public import Foundation
import GRDB

extension Store {
  /// The templates of the login and of its facility, by name; without a login those that were made
  /// without one.
  public func templates() async throws -> [StoredTemplate] {
    try await read { db in
      let account = try Self.account(db)
      return try Row.fetchAll(db, sql: "SELECT * FROM templates WHERE deleted = 0")
        .map(TemplateRecord.init)
        .filter { $0.isVisible(to: account) }
        .map(\.stored)
        .sorted { a, b in
          (a.template.name.lowercased(), a.template.scope.rawValue, a.id)
            < (b.template.name.lowercased(), b.template.scope.rawValue, b.id)
        }
    }
  }

  /// Keeps a template, new or changed, and that the gateway is to learn of it.
  /// - Throws: `TemplateError` when a value cannot be kept; ``StoreError/invalid(_:)`` when it is not
  ///   this login's to change.
  public func save(_ template: UploadTemplate, at now: Date) async throws {
    let template = UploadTemplate(
      id: template.id, scope: template.scope, values: template.values.tidied())
    try template.values.check()
    try await write { db, touched in
      let account = try Self.account(db)
      let found = try Self.mayChange(template, account, db)
      if let found, found.template == template, !found.isDeleted { return }
      var record = found ?? TemplateRecord(template, changedAt: now)
      record.markChanged(by: account, at: now)
      record.template = template
      record.isDeleted = false
      try record.save(db)
      touched.insert(.templates)
    }
  }

  /// Deletes a template here; at the gateway as soon as it can be told.
  public func deleteTemplate(_ id: TemplateID, at now: Date) async throws {
    try await write { db, touched in
      guard let found = try TemplateRecord.find(id, db), !found.isDeleted else { return }
      let account = try Self.account(db)
      guard var record = try Self.mayChange(found.template, account, db) else { return }
      touched.insert(.templates)
      guard !record.gateway.isEmpty else { return try record.remove(db) }
      // A grave until the gateway has answered: what was never told may be there all the same.
      record.markChanged(by: account, at: now)
      record.isDeleted = true
      try record.save(db)
    }
  }

  /// The row of a template that is to be changed; nil when there is none.
  private static func mayChange(
    _ template: UploadTemplate, _ account: Account?, _ db: Database
  ) throws -> TemplateRecord? {
    if let refusal = template.scope.refusal(for: account?.user) {
      throw StoreError.invalid("The template cannot be changed: \(refusal).")
    }
    guard let found = try TemplateRecord.find(template.id, db) else { return nil }
    guard found.isVisible(to: account), found.template.scope == template.scope else {
      throw StoreError.invalid("The template belongs to another login.")
    }
    return found
  }

  /// Templates that were made before anybody was logged in are now this user's, and what the gateway
  /// refused to another login is tried again.
  static func claimTemplates(_ account: Account, _ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE templates SET gateway = ?, owner = ?, facility_id = ?, changed_by = ?
        WHERE gateway = ''
        """,
      arguments: [
        account.server, account.user.username, account.user.facility.id.rawValue,
        account.user.username,
      ])
    try db.execute(
      sql: "UPDATE templates SET problem = '' WHERE problem <> '' AND gateway = ?",
      arguments: [account.server])
  }
}
