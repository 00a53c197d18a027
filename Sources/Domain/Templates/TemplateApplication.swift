/// What stands with a study before it is sent, each with where it came from.
public struct StudyValues: Sendable, Equatable {
  public var level: ServiceLevel
  public var levelOrigin: ValueOrigin
  public var history: String
  public var historyOrigin: ValueOrigin
  /// What goes out in the place of what the files say.
  public var overrides: [StudyField: StudyOverride]

  public init(
    level: ServiceLevel, levelOrigin: ValueOrigin = .initial, history: String = "",
    historyOrigin: ValueOrigin = .initial, overrides: [StudyField: StudyOverride] = [:]
  ) {
    self.level = level
    self.levelOrigin = levelOrigin
    self.history = history
    self.historyOrigin = historyOrigin
    self.overrides = overrides
  }

  /// Value and origin of what a field of a template fills; an origin of nil: the files' word stands.
  fileprivate func state(of field: TemplateField) -> (value: String, origin: ValueOrigin?) {
    switch field {
    case .serviceLevel: return (level.rawValue, levelOrigin)
    case .clinicalHistory: return (history, historyOrigin)
    default:
      let override = field.studyField.flatMap { overrides[$0] }
      return (override?.value ?? "", override?.origin)
    }
  }

  /// Makes what a field of a template fills what it is in other values.
  public mutating func restore(_ field: TemplateField, from other: StudyValues) {
    switch field {
    case .serviceLevel: (level, levelOrigin) = (other.level, other.levelOrigin)
    case .clinicalHistory: (history, historyOrigin) = (other.history, other.historyOrigin)
    default: if let place = field.studyField { overrides[place] = other.overrides[place] }
    }
  }
}

/// What came of giving a template to a study.
public struct TemplateOutcome: Sendable, Equatable {
  /// Why a field was left as it was.
  public enum Reason: Sendable, Equatable {
    /// A person typed or chose what stands there.
    case typed
    /// The text would be longer than a gateway takes; so many characters.
    case tooLong(Int)
  }

  public struct Kept: Sendable, Equatable {
    public var field: TemplateField
    public var reason: Reason

    public init(_ field: TemplateField, _ reason: Reason) {
      self.field = field
      self.reason = reason
    }
  }

  /// The template's name.
  public var name: String
  public var before: StudyValues
  public var after: StudyValues
  public var filled: [TemplateField] = []
  public var kept: [Kept] = []

  /// What is there once the template is taken back: each field that it filled is what it was before,
  /// unless a person changed it since.
  public func undone(in now: StudyValues) -> StudyValues {
    var values = now
    for field in filled where now.state(of: field) == after.state(of: field) {
      values.restore(field, from: before)
    }
    return values
  }
}

extension UploadTemplate {
  /// Gives the template to a study.
  ///
  /// | what is there            | becomes                                   |
  /// | ------------------------ | ----------------------------------------- |
  /// | the program's beginning  | the template's, marked                    |
  /// | what the files say       | the template's, marked; never the patient |
  /// | another template's       | this one's, marked                        |
  /// | what a person typed      | stays, and is named                       |
  /// - Parameter study: what the files say.
  public func applied(to present: StudyValues, of study: StudySummary) -> TemplateOutcome {
    var outcome = TemplateOutcome(name: name, before: present, after: present)
    for field in TemplateField.filling where !values[field].isEmpty {
      let (value, origin) = present.state(of: field)
      // Nothing but blanks was not typed to be kept.
      if origin == .typed, field == .serviceLevel || !value.allSatisfy(\.isWhitespace) {
        outcome.kept.append(.init(field, .typed))
        continue
      }
      fill(field, of: study, &outcome)
    }
    return outcome
  }

  private func fill(
    _ field: TemplateField, of study: StudySummary, _ outcome: inout TemplateOutcome
  ) {
    let origin = ValueOrigin.template(name)
    switch field {
    case .serviceLevel:
      guard let level = values.serviceLevel else { return }
      (outcome.after.level, outcome.after.levelOrigin) = (level, origin)
    case .clinicalHistory:
      let told = study.overridden(by: outcome.after.overrides.mapValues(\.value))
      let text = TemplateText(values[field]).expanded(for: told)
      let length = text.unicodeScalars.count
      guard length <= ClinicalHistory.limit else {
        outcome.kept.append(.init(field, .tooLong(length)))
        return
      }
      (outcome.after.history, outcome.after.historyOrigin) = (text, origin)
    default:
      guard let place = field.studyField else { return }
      let isOfFiles = values[field] == study[place]
      if isOfFiles, outcome.before.overrides[place] == nil { return }
      outcome.after.overrides[place] =
        isOfFiles ? nil : StudyOverride(values[field], origin: origin)
    }
    outcome.filled.append(field)
  }
}

extension TemplateOutcome {
  /// What happened, in one line: `Brain CT filled level, history. Typed, left: description.`
  public var words: String {
    func names(_ fields: [TemplateField]) -> String {
      fields.map { $0.title.lowercased() }.joined(separator: ", ")
    }
    var words = "\(name) " + (filled.isEmpty ? "fills nothing here." : "filled \(names(filled)).")
    let typed = kept.filter { $0.reason == .typed }.map(\.field)
    if !typed.isEmpty { words += " Typed, left: \(names(typed))." }
    for kept in kept {
      guard case .tooLong(let count) = kept.reason else { continue }
      words +=
        " Too long, left: \(names([kept.field])), \(count) of \(ClinicalHistory.limit)"
        + " characters."
    }
    return words
  }
}
