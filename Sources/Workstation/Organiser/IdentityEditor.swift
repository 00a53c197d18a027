public import Domain
public import Screen

/// The values of a study while a person changes them.
public struct IdentityEditor: Sendable, Equatable {
  /// The container.
  public let study: Int
  /// What it was before.
  public let before: StudyIdentity
  public private(set) var fields: [TextField]
  public private(set) var index = 0
  public var problem: String?

  public static let order = IdentityField.allCases

  public init(study: Int, _ identity: StudyIdentity) {
    self.study = study
    before = identity
    fields = Self.order.map { TextField(identity[$0], limit: $0 == .patientName ? 194 : 64) }
  }

  public var identity: StudyIdentity {
    var identity = before
    for (field, text) in zip(Self.order, fields) {
      identity[field] = DataTrim.trimmed(text.text)
    }
    return identity
  }

  public func isChanged(_ place: Int) -> Bool {
    Self.order.indices.contains(place) && identity[Self.order[place]] != before[Self.order[place]]
  }

  /// Why the values cannot be kept; the field is selected.
  public mutating func check() -> Bool {
    let identity = identity
    for (place, field) in Self.order.enumerated() where isChanged(place) {
      if let objection = field.objection(to: identity[field]) {
        index = place
        problem = objection.prefix(1).uppercased() + objection.dropFirst() + "."
        return false
      }
    }
    problem = nil
    return true
  }

  public mutating func handle(_ key: Key) {
    switch key.code {
    case .up, .backTab: index = max(0, index - 1)
    case .down, .tab: index = min(fields.count - 1, index + 1)
    default: _ = fields[index].handle(key)
    }
  }

  public mutating func paste(_ text: String) { fields[index].insert(text) }

  public mutating func select(_ place: Int) {
    if fields.indices.contains(place) { index = place }
  }
}

/// Blanks around a typed value mean nothing.
enum DataTrim {
  static func trimmed(_ text: String) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
