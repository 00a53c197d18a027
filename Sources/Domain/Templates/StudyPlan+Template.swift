extension StudyPlan.Study {
  /// Gives a template to a study of a plan; what was given otherwise counts as typed.
  /// - Parameters:
  ///   - found: what the files say.
  ///   - isLevelTyped: false when the service level is the program's own.
  public mutating func take(
    _ template: UploadTemplate, of found: StudySummary, isLevelTyped: Bool
  ) -> TemplateOutcome {
    let outcome = template.applied(
      to: StudyValues(
        level: serviceLevel, levelOrigin: isLevelTyped ? .typed : .initial,
        history: clinicalHistory, historyOrigin: clinicalHistory.isEmpty ? .initial : .typed,
        overrides: overrides.mapValues { StudyOverride($0) }), of: found)
    serviceLevel = outcome.after.level
    clinicalHistory = outcome.after.history
    overrides = outcome.after.overrides.mapValues(\.value)
    return outcome
  }
}
