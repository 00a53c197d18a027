public import Domain
public import Foundation
import GRDB

/// A change of a template that the gateway does not have.
public struct TemplateChange: Sendable, Equatable {
  /// Names the change: a repeated delivery is recognised by it.
  public var editID: String
  public var template: UploadTemplate
  /// What the change began from; nil for a template that the gateway does not know.
  public var base: TemplateValues?
  /// The gateway's version of ``base``; 0 where there is none.
  public var version: Int64
  public var isDeletion: Bool
  public var changedAt: Date
}

/// A template as the gateway has it.
public struct RemoteTemplate: Sendable, Equatable {
  public var template: UploadTemplate
  public var version: Int64
  public var changedAt: Date
  public var changedBy: String
  public var isDeleted: Bool

  public init(
    template: UploadTemplate, version: Int64, changedAt: Date, changedBy: String, isDeleted: Bool
  ) {
    self.template = template
    self.version = version
    self.changedAt = changedAt
    self.changedBy = changedBy
    self.isDeleted = isDeleted
  }
}

extension Store {
  /// Changes of this login's templates that the gateway is to learn of, the oldest first; not those
  /// that it has refused.
  public func templateChanges(of owner: UploadOwner) async throws -> [TemplateChange] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM templates WHERE edit_id IS NOT NULL AND gateway = ? AND owner = ?
            AND (scope = 'user' OR facility_id = ?) AND problem = '' ORDER BY changed_at, id
          """,
        arguments: [owner.gateway, owner.username, owner.facility.id.rawValue]
      ).map(TemplateRecord.init).compactMap { record in
        record.editID.map {
          TemplateChange(
            editID: $0, template: record.template, base: record.base, version: record.version,
            isDeletion: record.isDeleted, changedAt: record.changedAt)
        }
      }
    }
  }

  /// The gateway has answered for a change. What was changed here since stays, and is told next.
  /// - Parameters:
  ///   - answer: the template as the gateway has it now.
  ///   - others: templates that the answer brought besides, such as one with values that lost.
  public func templateAnswered(
    _ change: TemplateChange, _ answer: RemoteTemplate, others: [RemoteTemplate],
    of owner: UploadOwner
  ) async throws {
    try await write { db, touched in
      if var record = try TemplateRecord.find(change.template.id, db) {
        if record.editID == change.editID {
          try Self.replace(record, by: answer, db)
        } else if record.editID != nil {
          record.template.values = TemplateMerge.rebased(
            record.template.values, sent: change.template.values, answer: answer.template.values)
          record.base = answer.template.values
          record.version = answer.version
          try record.save(db)
        }
      }
      for other in others { try Self.take(other, of: owner, db) }
      touched.insert(.templates)
    }
  }

  /// The gateway will not take a change: it stays here, with the reason.
  public func templateRefused(_ change: TemplateChange, why: String) async throws {
    try await write { db, touched in
      try db.execute(
        sql: "UPDATE templates SET problem = ? WHERE id = ? AND edit_id = ?",
        arguments: [why, change.template.id.rawValue, change.editID])
      if db.changesCount > 0 { touched.insert(.templates) }
    }
  }

  /// A template of the gateway, unless it was changed here meanwhile: then the gateway puts both
  /// together when it gets the change. Older versions change nothing.
  static func take(_ remote: RemoteTemplate, of owner: UploadOwner, _ db: Database) throws {
    if let record = try TemplateRecord.find(remote.template.id, db) {
      guard record.gateway == owner.gateway, record.editID == nil,
        record.version <= remote.version
      else { return }
      return try replace(record, by: remote, db)
    }
    guard !remote.isDeleted else { return }
    var record = TemplateRecord(remote.template, changedAt: remote.changedAt)
    record.gateway = owner.gateway
    record.owner = owner.username
    record.facilityID = owner.facility.id.rawValue
    try replace(record, by: remote, db)
  }

  private static func replace(
    _ record: TemplateRecord, by remote: RemoteTemplate, _ db: Database
  ) throws {
    guard !remote.isDeleted else { return try record.remove(db) }
    var record = record
    record.template.values = remote.template.values
    record.isDeleted = false
    record.version = remote.version
    record.changedAt = remote.changedAt
    record.changedBy = remote.changedBy
    record.editID = nil
    record.base = nil
    record.problem = ""
    try record.save(db)
  }
}
