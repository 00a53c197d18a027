public import Domain
public import Screen

/// The values of a patient, or of a study, while a person changes them.
public struct DetailsForm: Sendable, Equatable {
  public enum Subject: Sendable, Equatable {
    /// By ``WizardState/patientKey(of:)``: what is said holds for all of his chosen studies.
    case patient(String)
    /// A place in ``WizardState/choices``.
    case study(Int)
  }

  /// Where a value comes from.
  public enum Standing: Sendable, Equatable {
    case file
    /// The organiser set it.
    case organiser
    /// Said of the patient, and inherited.
    case patient
    case changed
    case template(String)
  }

  public struct Row: Sendable, Equatable {
    public let field: StudyField
    public var text: TextField
    /// What the files say.
    public let file: String
    /// True when it is what the organiser set for some of the files.
    public let isOrganised: Bool
    /// What is said of the patient; nil in the patient's own form.
    public let inherited: StudyOverride?
    /// What was said here before the form was opened.
    let own: StudyOverride?

    public var value: String { DataTrim.trimmed(text.text) }
    /// What holds when nothing is said here.
    public var base: String { inherited?.value ?? file }

    /// What is said here; nil when that is nothing of its own.
    public var override: StudyOverride? {
      if let own, own.value == value { return own }
      return value == base ? nil : StudyOverride(value)
    }

    public var standing: Standing {
      guard let override else {
        if inherited != nil { return .patient }
        return isOrganised ? .organiser : .file
      }
      if case .template(let name) = override.origin { return .template(name) }
      return value == file ? .file : .changed
    }
  }

  public let subject: Subject
  public private(set) var rows: [Row]
  /// Why the patient is said to be another than in the files.
  public private(set) var reason: TextField
  /// The selected row; the reason is behind the last one.
  public private(set) var index = 0
  public var problem: String?
  private let reasonBefore: String

  /// The longest reason, in characters.
  public static let reasonLimit = 500

  public init(_ subject: Subject, rows: [Row], reason: String) {
    self.subject = subject
    self.rows = rows
    self.reason = TextField(reason, limit: Self.reasonLimit)
    reasonBefore = reason
  }

  /// True when a value takes the place of one by which the files tell their patient.
  public var wantsReason: Bool {
    rows.contains { $0.field.isOfPatient && !$0.file.isEmpty && $0.value != $0.file }
  }

  public var reasonText: String { DataTrim.trimmed(reason.text) }
  public var isReasonSelected: Bool { index >= rows.count }
  public var lineCount: Int { rows.count + (wantsReason ? 1 : 0) }

  /// True when closing the form would lose something.
  public var isChanged: Bool {
    rows.contains { $0.override != $0.own } || wantsReason && reasonText != reasonBefore
  }

  /// What is said here, by field.
  public var overrides: [StudyField: StudyOverride] {
    var overrides: [StudyField: StudyOverride] = [:]
    for row in rows { overrides[row.field] = row.override }
    return overrides
  }

  public mutating func select(_ place: Int) {
    if (0..<lineCount).contains(place) { index = place }
  }

  public mutating func move(by step: Int) {
    index = min(max(0, index + step), lineCount - 1)
  }

  public mutating func handle(_ key: Key) {
    switch key.code {
    case .up, .backTab: move(by: -1)
    case .down, .tab: move(by: 1)
    default:
      edit { _ = $0.handle(key) }
    }
  }

  public mutating func paste(_ text: String) { edit { $0.insert(text) } }

  private mutating func edit(_ change: (inout TextField) -> Void) {
    problem = nil
    if isReasonSelected { change(&reason) } else { change(&rows[index].text) }
  }

  /// Takes back what was said of the selected field: it is the patient's value then, or, a second
  /// time, the file's.
  public mutating func reset() {
    guard !isReasonSelected else { return }
    let row = rows[index]
    edit { $0.set(row.value == row.base ? row.file : row.base) }
  }

  /// Writes into the fields what was in them before the program ended.
  mutating func write(_ values: [StudyField: String], reason: String) {
    for place in rows.indices {
      if let value = values[rows[place].field] { rows[place].text.set(value) }
    }
    self.reason.set(reason)
  }

  /// Looks at everything that is said here; selects the first field that cannot be kept.
  /// - Returns: false when there is one; ``problem`` says why.
  public mutating func check() -> Bool {
    for (place, row) in rows.enumerated() {
      guard row.override != nil, let objection = row.field.objection(to: row.value) else {
        continue
      }
      index = place
      problem = "\(row.field.title) \(objection)."
      return false
    }
    if wantsReason, reasonText.isEmpty {
      index = rows.count
      problem = "Say why the patient is another than in the files; the reason is kept."
      return false
    }
    problem = nil
    return true
  }
}

extension WizardState {
  /// Opens the form of the selected patient or study.
  public mutating func editDetails() {
    problem = nil
    guard let selected = selectedDetail else { return }
    let fields = StudyField.allCases.filter { !$0.isOfPatient }
    let patientFields = StudyField.allCases.filter(\.isOfPatient)
    switch selected {
    case .patient(let key):
      let studies = studies(of: key)
      form = DetailsForm(
        .patient(key),
        rows: patientFields.map { field in
          let values = studies.map { choices[$0].scanned.study[field] }
          return row(
            field, file: values.first { !$0.isEmpty } ?? "", studies: studies, inherited: nil,
            own: patientOverrides[key]?[field])
        }, reason: identityReasons[key] ?? "")
    case .study(let index):
      let key = patientKey(of: index)
      form = DetailsForm(
        .study(index),
        rows: (fields + patientFields).map { field in
          row(
            field, file: choices[index].scanned.study[field], studies: [index],
            inherited: patientOverrides[key]?[field], own: choices[index].overrides[field])
        }, reason: identityReasons[key] ?? "")
    }
  }

  private func row(
    _ field: StudyField, file: String, studies: [Int], inherited: StudyOverride?,
    own: StudyOverride?
  ) -> DetailsForm.Row {
    let isOrganised = studies.contains { index in
      choices[index].scanned.files.contains { file in
        field.identity.map { file.isRewritten($0) } ?? false
      }
    }
    return DetailsForm.Row(
      field: field, text: TextField((own ?? inherited)?.value ?? file, limit: 200), file: file,
      isOrganised: isOrganised, inherited: inherited, own: own)
  }

  /// Takes over what the form says, if it can be kept.
  public mutating func keepForm() {
    guard var form else { return }
    guard form.check() else {
      self.form = form
      return
    }
    let key: String
    switch form.subject {
    case .patient(let patient):
      key = patient
      patientOverrides[patient] = form.overrides.isEmpty ? nil : form.overrides
    case .study(let index):
      key = patientKey(of: index)
      choices[index].overrides = form.overrides
    }
    if form.wantsReason { identityReasons[key] = form.reasonText }
    self.form = nil
  }
}
