public import DICOM

/// Makes studies to be sent of what a scan finds, one instance after another. What belongs together
/// and in which order is the business of ``DICOM/StudyIndex``; here it gets words, and a decision
/// whether it may be sent as it is.
public struct StudyGrouping: Sendable {
  private var index = StudyIndex()
  /// Finished values, and the state of the study that they were made of.
  private var built: [String: (revision: Int, study: ScannedStudy)] = [:]

  public init() {}

  /// Adds an instance.
  /// - Returns: why it was not taken, in words; nil when it was. Of two files with one SOP Instance
  ///   UID in a study one stays; the study's warnings count the others.
  @discardableResult
  public mutating func add(_ instance: ScannedInstance) -> String? {
    guard !instance.sopInstanceUID.isEmpty else { return "no SOP Instance UID: it cannot be sent" }
    guard instance.archiveEntry == nil else { return "in a ZIP archive: unpack it first" }
    index.add(instance)
    return nil
  }

  /// The studies so far, by patient's name, then date, then identifier; files by series, then in
  /// the order of the series.
  public mutating func studies() -> [ScannedStudy] {
    index.studies().map { found in
      if let known = built[found.key], known.revision == found.revision { return known.study }
      let study = ScannedStudy(found)
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
      warnings.append(Self.words(note))
      switch note {
      case .noStudyUID: objection = objection ?? "no Study Instance UID"
      case .mixedPatients(let patients): objection = Self.mixture(patients)
      case .duplicates, .warning: break
      }
    }
    for series in found.series { warnings += series.notes.map { Self.words($0, in: series) } }
    self.init(
      study: StudySummary(found),
      files: found.series.flatMap { series in
        series.instances.map { DraftFile($0, seriesInstanceUID: series.seriesInstanceUID) }
      }, warnings: warnings, objection: objection)
  }

  private static func words(_ note: StudyNote) -> String {
    switch note {
    case .noStudyUID:
      "No Study Instance UID: grouped by patient id, date and modality. Check that these "
        + "files belong together."
    case .mixedPatients(let patients):
      mixture(patients) + ". Do not send before this is resolved."
    case .duplicates(let counts): words(counts)
    case .warning(let text, let files): files == 1 ? "One file: \(text)" : "\(files) files: \(text)"
    }
  }

  private static func mixture(_ patients: [PatientOfStudy]) -> String {
    let names = patients.prefix(3).map { patient in
      "\(patient.name.isEmpty ? "?" : patient.name) (\(patient.id.isEmpty ? "no id" : patient.id))"
    }
    return "Different patients in one study: \(names.joined(separator: ", "))"
      + (patients.count > 3 ? " …" : "")
  }

  private static func words(_ counts: DuplicateCounts) -> String {
    let start =
      counts.total == 1
      ? "One file repeats a SOP Instance UID"
      : "\(counts.total) files repeat a SOP Instance UID"
    if counts.different > 0 {
      return start + ", \(counts.different == counts.total ? "" : "\(counts.different) of them ")"
        + "with other bytes: check which is the right one. The first path in order is used."
    }
    return start + (counts.unknown == 0 ? " with the same bytes" : "")
      + ": the first path in order is used."
  }

  private static func words(_ note: SeriesNote, in series: IndexedSeries) -> String {
    let name = series.number.map { "Series \($0)" } ?? "A series"
    switch note {
    case .noSeriesUID: return "\(name): no Series Instance UID."
    case .missingNumbers(let count, let first, let last):
      let noun = count == 1 ? "one instance is" : "\(count) instances are"
      return "\(name): \(noun) missing between number \(first) and \(last)."
    case .missingSlices(let count, let from, let to):
      let noun = count == 1 ? "one slice is" : "\(count) slices are"
      return "\(name): \(noun) missing between the positions \(tenths(from)) and \(tenths(to)) mm."
    }
  }

  private static func tenths(_ value: Double) -> String {
    // Positions of nonsense files may be beyond every whole number.
    guard abs(value) < 1e9 else { return "\(value)" }
    return "\((value * 10).rounded() / 10)"
  }
}
