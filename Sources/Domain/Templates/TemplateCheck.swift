/// Why a template cannot be kept: the field, and what is wrong with it.
public struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
  public var field: TemplateField
  public var problem: String

  public init(_ field: TemplateField, _ problem: String) {
    self.field = field
    self.problem = problem
  }

  public var description: String { "\(field.rawValue): \(problem)" }
}

extension TemplateField {
  /// The most characters (Unicode scalars) of a value. The clinical history's is that of gateways.
  public var limit: Int {
    switch self {
    case .name: 80
    case .modality, .bodyPart: 16
    case .words: 200
    case .serviceLevel: 12
    case .studyDescription: 64
    case .clinicalHistory: ClinicalHistory.limit
    }
  }
}

/// The text that goes with a study for the radiologist.
public enum ClinicalHistory {
  /// The most characters that a gateway takes.
  public static let limit = 500
}

extension TemplateValues {
  /// What is wrong with the values, at most one error a field, in the order of the fields; empty
  /// when they can be kept.
  public func errors() -> [TemplateError] {
    var errors = TemplateField.allCases.compactMap { field in
      objection(to: self[field], of: field).map { TemplateError(field, $0) }
    }
    if errors.isEmpty, TemplateField.filling.allSatisfy({ self[$0].isEmpty }) {
      errors.append(
        TemplateError(
          .serviceLevel,
          "the template fills nothing: give a level, a description, a body part or a history"))
    }
    return errors
  }

  /// - Throws: the first of ``errors()``.
  public func check() throws(TemplateError) {
    if let error = errors().first { throw error }
  }

  private func objection(to value: String, of field: TemplateField) -> String? {
    if value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "has a control character or line end in it"
    }
    let length = value.unicodeScalars.count
    if length > field.limit {
      return "has \(length) characters; at most \(field.limit) are allowed"
    }
    switch field {
    case .name:
      return value.allSatisfy(\.isWhitespace) ? "is missing: the template needs a name" : nil
    case .modality:
      let isCode = value.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
      }
      return isCode ? nil : "must be a modality as DICOM writes it, such as CT, MR or US, or empty"
    case .serviceLevel:
      return value.isEmpty || serviceLevel != nil
        ? nil : "must be stat, emergency, subspecialty, routine or empty"
    case .studyDescription, .bodyPart: return field.studyField?.objection(to: value)
    case .clinicalHistory: return TemplateText(value).objection
    case .words: return nil
    }
  }
}
