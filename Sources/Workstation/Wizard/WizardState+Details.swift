public import Domain

/// Patients and studies with what a person says otherwise than their files: said of a patient it
/// holds for all of his studies, said of a study it wins.
extension WizardState {
  /// What step three shows in one row.
  public enum DetailRow: Sendable, Equatable {
    /// A patient, by ``patientKey(of:)``.
    case patient(String)
    /// A place in ``choices``.
    case study(Int)
  }

  /// Tells the patients of the choices apart. Studies that name nobody are each a patient's of
  /// their own: nothing says that they belong together.
  public func patientKey(of index: Int) -> String {
    let key = choices[index].scanned.study.patientKey
    return key.isEmpty ? "\u{1F}" + choices[index].key : key
  }

  /// The chosen studies of each patient, patients in the order of their first study.
  public var detailRows: [DetailRow] {
    var order: [String] = []
    var studies: [String: [Int]] = [:]
    for index in chosen {
      let key = patientKey(of: index)
      if studies[key] == nil { order.append(key) }
      studies[key, default: []].append(index)
    }
    return order.flatMap { key in
      [.patient(key)] + (studies[key] ?? []).map { DetailRow.study($0) }
    }
  }

  /// The selected row of step three.
  public var selectedDetail: DetailRow? {
    let rows = detailRows
    return step == .details && rows.indices.contains(selection) ? rows[selection] : nil
  }

  /// The chosen studies of a patient.
  public func studies(of patient: String) -> [Int] {
    chosen.filter { patientKey(of: $0) == patient }
  }

  /// Everything that is said of a study in the place of what its files say.
  public func overrides(of index: Int) -> [StudyField: StudyOverride] {
    (patientOverrides[patientKey(of: index)] ?? [:]).merging(choices[index].overrides) { $1 }
  }

  /// A study as it goes out: what is shown of it wherever it is about to be sent.
  public func effective(_ index: Int) -> StudySummary {
    choices[index].scanned.study.overridden(by: overrides(of: index).mapValues(\.value))
  }

  /// What is handed to the store.
  public func draft(of index: Int) -> StudyDraft {
    var draft = choices[index].draft
    draft.change(
      overrides(of: index).mapValues(\.value), reason: identityReasons[patientKey(of: index)])
    return draft
  }

  /// What keeps a study from being queued, in words; nil when it is complete.
  public func problem(of index: Int) -> String? {
    if let problem = choices[index].problem { return problem + ". Enter writes it" }
    let values = overrides(of: index).mapValues(\.value)
    if choices[index].scanned.study.identifiesAnother(than: values),
      identityReasons[patientKey(of: index)] == nil
    {
      return "the changed identity needs a reason. e writes it"
    }
    return nil
  }
}
