public import DICOM

/// Makes studies to be sent of what a scan finds, one instance after another. What belongs together
/// and in which order is the business of ``DICOM/StudyIndex``; here it gets words, and a decision
/// whether it may be sent as it is.
public struct StudyGrouping: Sendable {
  private var index = StudyIndex()
  /// Finished values, and the state of the study that they were made of.
  private var built: [String: (revision: Int, study: ScannedStudy)] = [:]
  private let medium: @Sendable (String) -> StagingReason?

  /// - Parameter medium: why a file at a path is copied before it is sent; nil when it stays where
  ///   it is.
  public init(medium: @escaping @Sendable (String) -> StagingReason? = { _ in nil }) {
    self.medium = medium
  }

  /// Adds an instance.
  /// - Returns: why it was not taken, in words; nil when it was. Of two files with one SOP Instance
  ///   UID in a study one stays; the study's warnings count the others.
  @discardableResult
  public mutating func add(_ instance: ScannedInstance) -> String? {
    guard !instance.sopInstanceUID.isEmpty else { return "no SOP Instance UID: it cannot be sent" }
    index.add(instance)
    return nil
  }

  /// The studies so far, by patient's name, then date, then identifier; files by series, then in
  /// the order of the series.
  public mutating func studies() -> [ScannedStudy] {
    index.studies().map { found in
      if let known = built[found.key], known.revision == found.revision { return known.study }
      var study = ScannedStudy(found)
      for index in study.files.indices where study.files[index].staging == nil {
        study.files[index].staging = medium(study.files[index].path)
      }
      built[found.key] = (found.revision, study)
      return study
    }
  }

  /// Number of studies so far.
  public var count: Int { index.count }
}

extension ScannedStudy {
  /// The files, the warnings in words, and whether something is in the way.
  init(_ found: IndexedStudy) {
    var warnings: [String] = []
    var objection: String?
    for note in found.notes {
      warnings.append(note.words)
      switch note {
      case .noStudyUID: objection = objection ?? "no Study Instance UID"
      case .mixedPatients(let patients): objection = StudyNote.mixture(patients)
      case .duplicates, .warning: break
      }
    }
    for series in found.series { warnings += series.notes.map { $0.words(of: series) } }
    self.init(
      study: StudySummary(found),
      files: found.series.flatMap { series in
        series.instances.map { DraftFile($0, seriesInstanceUID: series.seriesInstanceUID) }
      }, warnings: warnings, objection: objection,
      seriesDescriptions: Set(found.series.map(\.description)).subtracting([""]).sorted())
  }
}
