/// Puts scanned instances together: study → series → instance.
///
/// Instances belong together by Study Instance UID; without one, by patient id, study date and
/// modality. The order in which a scan finds them does not matter.
///
///     var index = StudyIndex()
///     for await event in Scanner.scan(roots: ["/media/cd"]) {
///       for instance in event.instances { index.add(instance) }
///     }
///     for study in index.studies() { print(study.studyDescription, study.instanceCount) }
public struct StudyIndex: Sendable {
  private var drafts: [String: StudyDraft] = [:]

  public init() {}

  /// Number of studies so far.
  public var count: Int { drafts.count }

  /// Adds an instance. Those without SOP Instance UID, which no scan gives, are left out.
  public mutating func add(_ instance: ScannedInstance) {
    guard !instance.sopInstanceUID.isEmpty else { return }
    let key = Self.key(instance)
    // Taken out while it changes, so that nothing is copied.
    var draft = drafts.removeValue(forKey: key) ?? StudyDraft(instance, key: key)
    draft.add(instance)
    drafts[key] = draft
  }

  /// The studies so far, by patient's name, then date, then identifier. Only those that changed
  /// since the last call cost anything.
  public mutating func studies() -> [IndexedStudy] {
    for key in drafts.keys where drafts[key]?.built == nil { drafts[key]?.build() }
    return drafts.values.compactMap(\.built).sorted { a, b in
      let left = (a.patientName.lowercased(), a.studyDate, a.key)
      let right = (b.patientName.lowercased(), b.studyDate, b.key)
      return left < right
    }
  }

  private static func key(_ instance: ScannedInstance) -> String {
    let uid = instance.studyInstanceUID
    guard uid.isEmpty else { return uid }
    return "\u{1}\(instance.patientID)\u{1}\(instance.studyDate)\u{1}\(instance.modality)"
  }
}

/// A study that is still growing.
struct StudyDraft: Sendable {
  private var study: IndexedStudy
  private var series: [SeriesDraft] = []
  private var seriesByUID: [String: Int] = [:]
  /// Where an instance stands: series and place.
  private var places: [String: (series: Int, place: Int)] = [:]
  private var patients: [PatientOfStudy] = []
  private var lastPatient: (id: String, name: String)?
  private var duplicates = DuplicateCounts()
  private var warnings: [String: Int] = [:]
  /// The finished value; nil after a change.
  private(set) var built: IndexedStudy?

  init(_ instance: ScannedInstance, key: String) {
    study = IndexedStudy(
      key: key, studyInstanceUID: instance.studyInstanceUID, patientName: "", patientID: "",
      patientBirthDate: "", patientSex: "", accessionNumber: "", studyDate: "", studyTime: "",
      studyDescription: "", bodyPart: "", modality: "", series: [], notes: [], revision: 0)
  }

  mutating func add(_ instance: ScannedInstance) {
    built = nil
    study.revision += 1
    notePatient(instance)
    if let known = places[instance.sopInstanceUID] {
      noteDuplicate(instance, of: known)
      return
    }
    if let warning = instance.warning { warnings[warning, default: 0] += 1 }
    complete(from: instance)
    let number = seriesNumber(of: instance)
    places[instance.sopInstanceUID] = (number, series[number].add(instance))
  }

  private mutating func seriesNumber(of instance: ScannedInstance) -> Int {
    if let number = seriesByUID[instance.seriesInstanceUID] { return number }
    seriesByUID[instance.seriesInstanceUID] = series.count
    series.append(SeriesDraft(instance))
    return series.count - 1
  }

  private mutating func notePatient(_ instance: ScannedInstance) {
    if let last = lastPatient, last == (instance.patientID, instance.patientName) { return }
    lastPatient = (instance.patientID, instance.patientName)
    let patient = PatientOfStudy(
      id: instance.patientID, name: Self.comparable(instance.patientName))
    if patients.count < 10, !patients.contains(patient) { patients.append(patient) }
  }

  /// Names that differ only in padding, case or separators are one patient's.
  static func comparable(_ name: String) -> String {
    let alphabetic = name.split(separator: "=", omittingEmptySubsequences: false).first ?? ""
    return alphabetic.split { $0 == "^" || $0 == " " }.joined(separator: " ").uppercased()
  }

  /// The path that comes first stays, so that two scans of the same files agree.
  private mutating func noteDuplicate(
    _ instance: ScannedInstance, of known: (series: Int, place: Int)
  ) {
    switch instance.duplicate?.isIdentical {
    case true?: duplicates.identical += 1
    case false?: duplicates.different += 1
    case nil: duplicates.unknown += 1
    }
    var left = instance.shownPath
    let kept = series[known.series].instances[known.place]
    if series[known.series].uid == instance.seriesInstanceUID, left < kept.shownPath {
      series[known.series].replace(known.place, by: instance)
      left = kept.shownPath
    }
    if duplicates.paths.count < 100 { duplicates.paths.append(left) }
  }

  /// Fills what earlier instances left empty. An image's modality wins over that of documents and
  /// presentation states, which only accompany it.
  private mutating func complete(from instance: ScannedInstance) {
    func fill(_ field: inout String, _ value: String) { if field.isEmpty { field = value } }
    fill(&study.patientName, instance.patientName)
    fill(&study.patientID, instance.patientID)
    fill(&study.patientBirthDate, instance.patientBirthDate)
    fill(&study.patientSex, instance.patientSex)
    fill(&study.accessionNumber, instance.accessionNumber)
    fill(&study.studyDate, instance.studyDate)
    fill(&study.studyTime, instance.studyTime)
    fill(&study.studyDescription, instance.studyDescription)
    fill(&study.bodyPart, instance.bodyPart)
    if study.modality == instance.modality { return }
    if study.modality.isEmpty
      || Self.accompanying.contains(study.modality)
        && !Self.accompanying.contains(instance.modality)
    {
      study.modality = instance.modality
    }
  }

  private static let accompanying: Set<String> = ["", "SR", "PR", "KO", "DOC", "SEG", "REG", "OT"]

  mutating func build() {
    // Places change when instances are sorted.
    for number in series.indices where series[number].sort() {
      for (place, instance) in series[number].instances.enumerated() {
        places[instance.sopInstanceUID] = (number, place)
      }
    }
    var result = study
    result.series = series.map { $0.built() }.sorted { a, b in
      let left = (a.number ?? .max, a.seriesInstanceUID)
      return left < (b.number ?? .max, b.seriesInstanceUID)
    }
    if study.studyInstanceUID.isEmpty { result.notes.append(.noStudyUID) }
    if patients.count > 1 { result.notes.append(.mixedPatients(patients)) }
    if duplicates.total > 0 {
      var duplicates = duplicates
      duplicates.paths.sort()
      result.notes.append(.duplicates(duplicates))
    }
    for (warning, files) in warnings.sorted(by: { $0.key < $1.key }) {
      result.notes.append(.warning(warning, files: files))
    }
    built = result
  }
}

extension IndexedInstance {
  /// ``path``; of an instance in an archive with `!` and its name there.
  public var shownPath: String { archiveEntry.map { path + "!" + $0 } ?? path }
}
