public import Domain

/// The cases pane: the teaching library, and one case that is uncovered step by step.
public struct CasesState: Sendable, Equatable {
  /// What of an open case is covered at first.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    case findings, diagnosis, teachingPoints

    /// The word in the line of what is still covered.
    public var title: String {
      switch self {
      case .findings: "findings"
      case .diagnosis: "diagnosis"
      case .teachingPoints: "teaching points"
      }
    }
  }

  public var list = ListWindow<TeachingCase>()
  public var text = ""
  /// Nil shows all.
  public var modality: String?
  public var bodyPart: String?
  public var facets = CaseFacets()
  /// The case whose preview is shown; follows the selection when it rests.
  public var focus: CaseID?
  /// The case in focus in full, as far as it is read.
  public var detail: TeachingCase?
  /// True while one case has the whole pane.
  public var isOpen = false
  public var revealed: Set<Part> = []
  /// First line of the open case's text.
  public var scroll = 0
  /// Why the list could not be read, in words.
  public var problem: String?

  public init() {}

  public var filter: CaseFilter {
    CaseFilter(text: text, modality: modality, bodyPart: bodyPart)
  }

  /// True when the case in focus is here in full.
  var isLoaded: Bool { focus != nil && detail?.id == focus }

  /// The case in focus, as new as there is.
  public var focused: TeachingCase? {
    guard let focus else { return nil }
    return isLoaded ? detail : list.rows.first { $0.id == focus }
  }
}
