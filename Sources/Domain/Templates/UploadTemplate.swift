public import Foundation

/// What a person fills in again and again when studies are sent: a service level, a description, a
/// body part, the words of a clinical history. It never says who the patient is: there is no field
/// for that.
public struct UploadTemplate: Sendable, Codable, Equatable, Identifiable {
  /// Whose it is.
  public enum Scope: String, Sendable, Codable, CaseIterable {
    case user, facility
  }

  public var id: TemplateID
  public var scope: Scope
  public var values: TemplateValues

  public init(id: TemplateID, scope: Scope, values: TemplateValues) {
    self.id = id
    self.scope = scope
    self.values = values
  }

  public var name: String { values[.name] }
}

/// Names an upload template; made by whoever makes it.
public typealias TemplateID = Identifier<UploadTemplate>

/// The parts of a template, in the order in which they are asked for.
public enum TemplateField: String, Sendable, Codable, CaseIterable {
  case name
  /// Together the match rule: it is suggested for studies of this modality whose descriptions have
  /// all of the words.
  case modality = "match_modality"
  case words = "match_words"
  case serviceLevel = "service_level"
  case studyDescription = "study_description"
  case bodyPart = "body_part"
  case clinicalHistory = "clinical_history"

  /// The words beside the value.
  public var title: String {
    switch self {
    case .name: "Name"
    case .modality: "For modality"
    case .words: "For words"
    case .serviceLevel: "Level"
    case .studyDescription: "Description"
    case .bodyPart: "Body part"
    case .clinicalHistory: "History"
    }
  }

  /// The field of a study that it fills; nil for what is no attribute of a study.
  public var studyField: StudyField? {
    switch self {
    case .studyDescription: .studyDescription
    case .bodyPart: .bodyPart
    case .name, .modality, .words, .serviceLevel, .clinicalHistory: nil
    }
  }

  /// Those that fill something of a study.
  public static let filling: [TemplateField] = [
    .serviceLevel, .studyDescription, .bodyPart, .clinicalHistory,
  ]
}

/// The values of a template by field; an empty one is the same as none.
public struct TemplateValues: Sendable, Equatable {
  private var texts: [TemplateField: String] = [:]

  public init(_ values: [TemplateField: String] = [:]) {
    for (field, value) in values { self[field] = value }
  }

  public subscript(field: TemplateField) -> String {
    get { texts[field] ?? "" }
    set { texts[field] = newValue.isEmpty ? nil : newValue }
  }

  /// Nil leaves the level as it is.
  public var serviceLevel: ServiceLevel? { ServiceLevel(rawValue: self[.serviceLevel]) }

  /// Blanks around values are gone, the modality is in capitals, as DICOM writes it.
  public func tidied() -> TemplateValues {
    var tidy = TemplateValues()
    for (field, value) in texts {
      tidy[field] = value.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    tidy[.modality] = tidy[.modality].uppercased()
    return tidy
  }
}

extension TemplateValues: Codable {
  /// Fields of a later version are left out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    for (key, value) in try container.decode([String: String].self) {
      if let field = TemplateField(rawValue: key) { self[field] = value }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      Dictionary(uniqueKeysWithValues: texts.map { ($0.key.rawValue, $0.value) }))
  }
}

/// A template as a workstation keeps it.
public struct StoredTemplate: Sendable, Equatable, Identifiable {
  public var template: UploadTemplate
  public var changedAt: Date
  /// The user who changed it last; empty while nobody was logged in.
  public var changedBy: String
  /// True while a change made here is not at the gateway.
  public var waits: Bool
  /// Why the gateway did not take the change, in words; empty when nothing is wrong.
  public var problem: String

  public var id: TemplateID { template.id }

  public init(
    template: UploadTemplate, changedAt: Date, changedBy: String = "", waits: Bool = false,
    problem: String = ""
  ) {
    self.template = template
    self.changedAt = changedAt
    self.changedBy = changedBy
    self.waits = waits
    self.problem = problem
  }
}

extension UploadTemplate.Scope {
  /// The word on the screen.
  public var title: String { self == .user ? "mine" : "facility" }

  /// Why a person may not change templates of this scope, in words; nil when he may.
  public func refusal(for user: User?) -> String? {
    guard self == .facility else { return nil }
    guard let user else { return "templates of a facility need a login" }
    return user.role.rights.contains(.manageTemplates)
      ? nil : "only an administrator of \(user.facility.name) changes it"
  }
}
