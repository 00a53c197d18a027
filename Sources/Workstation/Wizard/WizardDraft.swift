public import Domain
import Screen

/// What a person put into the wizard, to go on with after the program ended in the middle of it.
/// What the files say is not in it: they are read again.
public struct WizardDraft: Sendable, Codable, Equatable {
  /// What was decided on a study.
  public struct Study: Sendable, Codable, Equatable {
    /// As ``StudyChoice/key``.
    public var key: String
    public var name: String
    /// False for one of an earlier reading, which is not in the list now.
    public var isListed: Bool
    public var isChosen: Bool
    public var fileCount: Int
    public var byteCount: Int64
    public var level: ServiceLevel
    public var levelOrigin: ValueOrigin
    public var history: String
    public var historyOrigin: ValueOrigin
    public var overrides: [StudyField: StudyOverride]
  }

  public struct Patient: Sendable, Codable, Equatable {
    public var key: String
    public var overrides: [StudyField: StudyOverride]
    public var reason: String?
  }

  /// What was being typed.
  public enum Writing: Sendable, Codable, Equatable {
    case history(study: String, text: String)
    case patient(String, values: [StudyField: String], reason: String)
    case study(String, values: [StudyField: String], reason: String)
  }

  /// ``WizardState/Step`` by its number.
  public var step: Int
  /// The folder shown, the marked ones, those that were read.
  public var folder: String
  public var marked: [String]
  public var roots: [String]
  public var studies: [Study]
  public var patients: [Patient]
  public var writing: Writing?
  public var organiser: OrganiserRecord?

  /// Studies that were chosen.
  public var chosenCount: Int { studies.count { $0.isListed && $0.isChosen } }

  /// Takes its time with many files that were organised: not for the interface's thread.
  public init(_ wizard: WizardState) {
    step = wizard.step.rawValue
    folder = wizard.browser.path
    marked = wizard.browser.marked
    roots = wizard.scannedRoots
    var studies = wizard.choices.map { Study($0, isListed: true) }
    var known = Set(studies.map(\.key))
    for (key, choice) in wizard.remembered.sorted(by: { $0.key < $1.key })
    where known.insert(key).inserted {
      studies.append(Study(choice, isListed: false))
    }
    for (key, study) in wizard.restored.sorted(by: { $0.key < $1.key })
    where known.insert(key).inserted {
      // While it is still being read for, it is what it was.
      var study = study
      study.isListed = study.isListed && wizard.resuming != nil
      studies.append(study)
    }
    self.studies = studies
    let keys = Set(wizard.patientOverrides.keys).union(wizard.identityReasons.keys)
    patients = keys.sorted().map { key in
      Patient(
        key: key, overrides: wizard.patientOverrides[key] ?? [:],
        reason: wizard.identityReasons[key])
    }
    writing = wizard.writing
    organiser = wizard.organiser?.model.record
    // What is not put back yet is still to be put back.
    guard let resuming = wizard.resuming else { return }
    (step, writing) = (resuming.step, resuming.writing)
    if folder.isEmpty { folder = resuming.folder }
    organiser = organiser ?? resuming.organiser
  }
}

extension WizardDraft.Study {
  init(_ choice: StudyChoice, isListed: Bool) {
    self.init(
      key: choice.key, name: choice.scanned.study.patientName, isListed: isListed,
      isChosen: choice.isChecked, fileCount: choice.scanned.files.count,
      byteCount: choice.byteCount, level: choice.level, levelOrigin: choice.levelOrigin,
      history: choice.history, historyOrigin: choice.historyOrigin, overrides: choice.overrides)
  }
}

extension StudyChoice {
  /// Takes over what was decided before the program ended.
  mutating func keepDecisions(of study: WizardDraft.Study) {
    (level, levelOrigin) = (study.level, study.levelOrigin)
    (history, historyOrigin) = (study.history, study.historyOrigin)
    overrides = study.overrides
    // What turned out to hold several patients since is not chosen silently.
    if objection == nil || !study.isChosen { isChecked = study.isChosen }
  }
}

extension WizardState {
  /// What is being typed now.
  var writing: WizardDraft.Writing? {
    if let editing, let index = selectedChoice {
      return .history(study: choices[index].key, text: editing.text)
    }
    guard let form, form.isChanged else { return nil }
    let values = Dictionary(
      form.rows.map { ($0.field, $0.text.text) }, uniquingKeysWith: { first, _ in first })
    switch form.subject {
    case .patient(let key): return .patient(key, values: values, reason: form.reason.text)
    case .study(let index):
      guard choices.indices.contains(index) else { return nil }
      return .study(choices[index].key, values: values, reason: form.reason.text)
    }
  }
}
