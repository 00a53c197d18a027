public import Domain

/// An upload template as it travels (extension `templates`): in changes and in answers.
public struct TemplateMessage: Codable, Sendable, Equatable {
  public var id: String
  /// `user`: the caller's own; `facility`: of the caller's facility.
  public var scope: String
  /// Values by field; fields that are not known are skipped.
  public var values: TemplateValues
  /// Grows with every change of the template.
  public var version: Int64
  public var changedAt: WireDate
  /// The user who changed it last.
  public var changedBy: String
  public var isDeleted: Bool

  public init(
    id: String, scope: String, values: TemplateValues, version: Int64, changedAt: WireDate,
    changedBy: String, isDeleted: Bool
  ) {
    self.id = id
    self.scope = scope
    self.values = values
    self.version = version
    self.changedAt = changedAt
    self.changedBy = changedBy
    self.isDeleted = isDeleted
  }

  private enum CodingKeys: String, CodingKey {
    case id, scope, values, version
    case changedAt = "changed_at"
    case changedBy = "changed_by"
    case isDeleted = "deleted"
  }

  /// The template; nil for a scope that is not known.
  public var template: UploadTemplate? {
    UploadTemplate.Scope(rawValue: scope).map {
      UploadTemplate(id: TemplateID(id), scope: $0, values: values)
    }
  }
}

/// Body of `PUT /templates/{id}`: a template that was made or changed. The id in the path is made by
/// the client; a repetition with the same ``editID`` changes nothing.
public struct TemplateEdit: Codable, Sendable, Equatable {
  public var editID: String
  public var scope: String
  /// What the change began from; absent for a template that the client made.
  public var base: TemplateValues?
  /// The version of ``base``; 0 without one.
  public var version: Int64
  public var values: TemplateValues
  /// When the person changed it, by the client's clock: of two changes of one field the later wins.
  public var changedAt: WireDate

  public init(
    editID: String, scope: String, base: TemplateValues?, version: Int64, values: TemplateValues,
    changedAt: WireDate
  ) {
    self.editID = editID
    self.scope = scope
    self.base = base
    self.version = version
    self.values = values
    self.changedAt = changedAt
  }

  private enum CodingKeys: String, CodingKey {
    case editID = "edit_id"
    case scope, base, version, values
    case changedAt = "changed_at"
  }
}

/// Answer of `PUT` and `DELETE /templates/{id}`.
public struct TemplateAnswer: Codable, Sendable, Equatable {
  /// As it is now; not deleted by a `DELETE` when somebody changed it after the version that was to be
  /// deleted.
  public var template: TemplateMessage
  /// Holds what lost, when a field was changed in two places.
  public var copy: TemplateMessage?

  public init(template: TemplateMessage, copy: TemplateMessage? = nil) {
    self.template = template
    self.copy = copy
  }
}
