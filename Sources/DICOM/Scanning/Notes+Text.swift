extension StudyNote {
  /// The note as a sentence. It may name patients: for the screen of whoever scans, for no log.
  public var words: String {
    switch self {
    case .noStudyUID:
      "No Study Instance UID: grouped by patient id, date and modality. Check that these "
        + "files belong together."
    case .mixedPatients(let patients):
      Self.mixture(patients) + ". Do not send before this is resolved."
    case .duplicates(let counts): Self.words(counts)
    case .warning(let text, let files): files == 1 ? "One file: \(text)" : "\(files) files: \(text)"
    }
  }

  /// How the words of a mixture begin.
  public static let mixtureStart = "Different patients in one study"

  /// The patients of ``mixedPatients(_:)``, without a full stop.
  public static func mixture(_ patients: [PatientOfStudy]) -> String {
    let names = patients.prefix(3).map { patient in
      "\(patient.name.isEmpty ? "?" : patient.name) (\(patient.id.isEmpty ? "no id" : patient.id))"
    }
    return "\(mixtureStart): \(names.joined(separator: ", "))"
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
}

extension SeriesNote {
  /// The note as a sentence.
  public func words(of series: IndexedSeries) -> String {
    let name = series.number.map { "Series \($0)" } ?? "A series"
    switch self {
    case .noSeriesUID: return "\(name): no Series Instance UID."
    case .missingNumbers(let count, let first, let last):
      let noun = count == 1 ? "one instance is" : "\(count) instances are"
      return "\(name): \(noun) missing between number \(first) and \(last)."
    case .missingSlices(let count, let from, let to):
      let noun = count == 1 ? "one slice is" : "\(count) slices are"
      return
        "\(name): \(noun) missing between the positions \(Self.tenths(from)) and \(Self.tenths(to)) mm."
    }
  }

  private static func tenths(_ value: Double) -> String {
    // Positions of nonsense files may be beyond every whole number.
    guard abs(value) < 1e9 else { return "\(value)" }
    return "\((value * 10).rounded() / 10)"
  }
}
