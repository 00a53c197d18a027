public import Domain
public import Foundation
public import Wire

/// An upload template as the gateway keeps it.
public struct TemplateRecord: Sendable, Equatable {
  public var template: UploadTemplate
  /// Who made it; for the scope `user` whose it is.
  public var owner: UserID
  public var facility: FacilityID
  /// From 1; grows with every change.
  public var version: Int64
  public var changedAt: Date
  /// A username.
  public var changedBy: String
  public var isDeleted: Bool

  public init(
    template: UploadTemplate, owner: UserID, facility: FacilityID, version: Int64 = 1,
    changedAt: Date, changedBy: String, isDeleted: Bool = false
  ) {
    self.template = template
    self.owner = owner
    self.facility = facility
    self.version = version
    self.changedAt = changedAt
    self.changedBy = changedBy
    self.isDeleted = isDeleted
  }

  /// True when the user may see it: one's own, and those of one's facility.
  public func isVisible(to user: User) -> Bool {
    template.scope == .user ? owner == user.id : facility == user.facility.id
  }

  /// As it travels.
  public var message: TemplateMessage {
    TemplateMessage(
      id: template.id.rawValue, scope: template.scope.rawValue, values: template.values,
      version: version, changedAt: WireDate(changedAt), changedBy: changedBy,
      isDeleted: isDeleted)
  }
}

/// A change of a template that a user asks for.
public struct TemplateRequest: Sendable, Equatable {
  /// Names the change; a second one with the same name changes nothing.
  public var editID: String
  public var template: UploadTemplate
  /// What the change began from; nil for a new template.
  public var base: TemplateValues?
  /// The version of ``base``.
  public var version: Int64
  public var changedAt: Date

  public init(
    editID: String, template: UploadTemplate, base: TemplateValues?, version: Int64,
    changedAt: Date
  ) {
    self.editID = editID
    self.template = template
    self.base = base
    self.version = version
    self.changedAt = changedAt
  }
}

/// What became of a change.
public struct TemplateResult: Sendable, Equatable {
  public var record: TemplateRecord
  /// A template with the values that lost, made when a field was changed in two places.
  public var copy: TemplateRecord?

  public init(record: TemplateRecord, copy: TemplateRecord? = nil) {
    self.record = record
    self.copy = copy
  }
}

/// Upload templates of users and facilities.
public protocol TemplateCatalogue: Sendable {
  /// A template, deleted or not.
  func template(_ id: TemplateID) async throws -> TemplateRecord?
  /// Makes the template or puts the change together with what others changed since
  /// (``Domain/TemplateMerge``); a template that was deleted meanwhile comes back. The audit event is
  /// kept with a change, not with a repetition.
  /// - Throws: ``CatalogueError/missing`` when the id is another user's or facility's, or of another
  ///   scope; ``TemplateLimit`` when there are as many as there may be.
  func apply(_ request: TemplateRequest, by user: User, audit: AuditEvent?) async throws
    -> TemplateResult
  /// Deletes the template unless it was changed after `version`; it is then answered as it is.
  /// - Throws: ``CatalogueError/missing`` when the user has no such template.
  func deleteTemplate(
    _ id: TemplateID, version: Int64, by user: User, now: Date, audit: AuditEvent?
  ) async throws -> TemplateRecord
}

/// There are as many templates as one user or facility may have.
public struct TemplateLimit: Error, Equatable {
  public static let count = 500
  public init() {}
}
