import Foundation

/// A template beside a study: whether its rule is met, and why.
public struct TemplateSuggestion: Sendable, Equatable {
  public var template: UploadTemplate
  /// Why it is suggested, in words; nil when its rule is not met, or it has none.
  public var reason: String?
  /// Greater for a closer match.
  public var score: Int

  /// All templates for a study: those that are suggested first, the closest match before others;
  /// one's own before the facility's; then by name.
  /// - Parameter series: descriptions of the study's series.
  public static func ranked(
    _ templates: [UploadTemplate], for study: StudySummary, series: [String]
  ) -> [TemplateSuggestion] {
    templates.map { TemplateSuggestion($0, for: study, series: series) }.sorted { a, b in
      if a.score != b.score { return a.score > b.score }
      if a.template.scope != b.template.scope { return a.template.scope == .user }
      if a.template.name != b.template.name { return a.template.name < b.template.name }
      return a.template.id < b.template.id
    }
  }

  public init(_ template: UploadTemplate, for study: StudySummary, series: [String]) {
    self.template = template
    score = 0
    let modality = template.values[.modality]
    let words = template.values[.words].split(whereSeparator: \.isWhitespace).map(String.init)
    guard !modality.isEmpty || !words.isEmpty else { return }
    let own = study.modality.split { "/\\, ".contains($0) }
    guard modality.isEmpty || own.contains(where: { $0 == modality }) else { return }
    let text = Self.folded(
      ([study.studyDescription, study.bodyPart] + series).joined(separator: "\n"))
    guard words.allSatisfy({ text.contains(Self.folded($0)) }) else { return }
    // A word says more of a study than its modality.
    score = words.count * 2 + (modality.isEmpty ? 0 : 1)
    reason =
      (modality.isEmpty ? [] : [modality]).joined()
      + (modality.isEmpty || words.isEmpty ? "" : ", ")
      + (words.isEmpty ? "" : "“\(words.joined(separator: " "))”")
  }

  /// True when the template may be given to the study together with others: its rule is met, or it
  /// has none.
  public var suits: Bool {
    reason != nil
      || template.values[.modality].isEmpty
        && template.values[.words].allSatisfy(\.isWhitespace)
  }

  private static func folded(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }
}
