public import Domain

/// What the wizard knows of upload templates: those that there are, the list to pick from while it is
/// open, and what was applied.
public struct TemplateDesk: Sendable, Equatable {
  /// The list over the wizard.
  public struct Picker: Sendable, Equatable {
    public var rows: [TemplateSuggestion]
    public var selection = 0
    public var top = 0
  }

  /// One study that a template was given to.
  struct Applied: Sendable, Equatable {
    var study: String
    var outcome: TemplateOutcome
  }

  public var templates: [StoredTemplate] = []
  public var picker: Picker?
  /// What the last application did, in words.
  public var notice: String?
  /// Applications that can be taken back, the last one last.
  private(set) var history: [[Applied]] = []

  public init() {}

  public var canUndo: Bool { !history.isEmpty }

  mutating func remember(_ applied: [Applied]) {
    guard !applied.isEmpty else { return }
    history.append(applied)
    if history.count > 50 { history.removeFirst() }
  }

  mutating func takeLast() -> [Applied]? { history.popLast() }

  /// The templates for a study, suggested ones first.
  public func suggestions(for choice: StudyChoice) -> [TemplateSuggestion] {
    TemplateSuggestion.ranked(
      templates.map(\.template), for: choice.scanned.study,
      series: choice.scanned.seriesDescriptions)
  }
}

extension StudyChoice {
  /// What stands with the study, each with where it came from.
  public var values: StudyValues {
    get {
      StudyValues(
        level: level, levelOrigin: levelOrigin, history: history, historyOrigin: historyOrigin,
        overrides: overrides)
    }
    set {
      level = newValue.level
      levelOrigin = newValue.levelOrigin
      history = newValue.history
      historyOrigin = newValue.historyOrigin
      overrides = newValue.overrides
    }
  }

  /// A level that a person chose.
  mutating func choose(_ level: ServiceLevel) {
    self.level = level
    levelOrigin = .typed
  }

  /// A history that a person wrote; one that is the same stays what it was.
  mutating func write(_ history: String) {
    guard history != self.history else { return }
    self.history = history
    historyOrigin = .typed
  }
}
