import Domain
import Screen

/// The templates in the settings: the list, and the form while one is written.
struct TemplateList: Sendable, Equatable {
  var rows: [StoredTemplate] = []
  var isOpen = false
  var selection = 0
  var top = 0
  var form: TemplateForm?
  /// What was handed to the store, until it has answered: a failure brings the form back.
  var handedOver: TemplateForm?
  /// The one that was deleted last, to bring it back.
  var deleted: StoredTemplate?
  /// Why the last key could not be followed, or what it did, in words.
  var notice: String?
  /// Who is logged in: what may be changed depends on it.
  var user: User?

  var selected: StoredTemplate? { rows.indices.contains(selection) ? rows[selection] : nil }

  /// Why the selected template cannot be changed, in words; nil when it can.
  var refusal: String? {
    guard let selected else { return "there is no template" }
    return selected.template.scope.refusal(for: user)
  }

  /// `3 of yours, 2 of the facility`.
  var summary: String {
    let own = rows.count { $0.template.scope == .user }
    guard !rows.isEmpty else { return "none yet" }
    let facility = rows.count - own
    return "\(own) of yours" + (facility > 0 ? ", \(facility) of the facility" : "")
  }

  mutating func receive(_ rows: [StoredTemplate]) {
    let id = selected?.id
    self.rows = rows
    if let place = rows.firstIndex(where: { $0.id == id }) { selection = place }
    selection = min(max(0, selection), max(0, rows.count - 1))
  }
}

/// A template while it is written.
struct TemplateForm: Sendable, Equatable {
  /// One line of the form.
  enum Line: Sendable, Equatable {
    case scope
    case field(TemplateField)
  }

  static let lines: [Line] = [.scope] + TemplateField.allCases.map(Line.field)
  static let levels: [String] = [""] + ServiceLevel.allCases.map(\.rawValue)

  /// Nil for a new one.
  let id: TemplateID?
  private(set) var scope: UploadTemplate.Scope
  private let before: TemplateValues
  private var texts: [TemplateField: TextField]
  private(set) var level: String
  var line = 1
  /// Why it cannot be kept, and where.
  var problem: TemplateError?

  init(_ template: UploadTemplate?) {
    id = template?.id
    scope = template?.scope ?? .user
    before = template?.values ?? TemplateValues()
    level = before[.serviceLevel]
    texts = [:]
    for field in TemplateField.allCases where field != .serviceLevel {
      texts[field] = TextField(before[field], limit: field.limit)
    }
  }

  var values: TemplateValues {
    var values = TemplateValues()
    for (field, text) in texts { values[field] = text.text }
    values[.serviceLevel] = level
    return values.tidied()
  }

  var isChanged: Bool { values != before.tidied() || id == nil && scope != .user }

  func text(_ field: TemplateField) -> TextField { texts[field] ?? TextField() }

  mutating func handle(_ key: Key, user: User?) {
    switch key.code {
    case .up, .backTab: line = max(0, line - 1)
    case .down, .tab: line = min(Self.lines.count - 1, line + 1)
    default:
      switch Self.lines[line] {
      case .scope: changeScope(key, user)
      case .field(.serviceLevel): changeLevel(key)
      case .field(let field):
        _ = texts[field]?.handle(key)
        if problem?.field == field { problem = nil }
      }
    }
  }

  mutating func paste(_ text: String) {
    if case .field(let field) = Self.lines[line] { texts[field]?.insert(text) }
  }

  /// Whose a template is stays as it was made.
  private mutating func changeScope(_ key: Key, _ user: User?) {
    guard id == nil, Self.step(key) != nil else { return }
    let other: UploadTemplate.Scope = scope == .user ? .facility : .user
    if other.refusal(for: user) == nil { scope = other }
  }

  private mutating func changeLevel(_ key: Key) {
    guard let step = Self.step(key) else { return }
    let place = Self.levels.firstIndex(of: level) ?? 0
    level = Self.levels[(place + step + Self.levels.count) % Self.levels.count]
    if problem?.field == .serviceLevel { problem = nil }
  }

  private static func step(_ key: Key) -> Int? {
    switch key.code {
    case .left: -1
    case .right, .character(" "): 1
    default: nil
    }
  }

  /// False, with the reason at its field, when the template cannot be kept.
  mutating func check(others: [StoredTemplate]) -> Bool {
    problem = values.errors().first
    let isTaken = others.contains {
      $0.id != id && $0.template.scope == scope
        && $0.template.name.lowercased() == values[.name].lowercased()
    }
    if problem == nil, isTaken {
      problem = TemplateError(.name, "is taken by another template; choose another name")
    }
    guard let field = problem?.field else { return true }
    line = Self.lines.firstIndex(of: .field(field)) ?? line
    return false
  }
}
