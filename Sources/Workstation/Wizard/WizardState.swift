public import Domain
public import Screen

/// The way from a folder to the queue, in four steps. Going back keeps everything.
public struct WizardState: Sendable, Equatable {
  public enum Step: Int, Sendable, CaseIterable {
    case folders, studies, details, review

    /// The words in the heading.
    public var title: String {
      switch self {
      case .folders: "folder"
      case .studies: "studies"
      case .details: "details"
      case .review: "review"
      }
    }
  }

  /// What the step two list shows in one row.
  public enum StudyRow: Sendable, Equatable {
    case study(Int)
    case series(study: Int, Int)
    case warning(study: Int, String)
  }

  public var step = Step.folders
  public var browser = FolderBrowser()
  /// The folders of the last scan, and how far it is; nil before the first.
  public var scannedRoots: [String] = []
  public var scan: ScanProgress?
  /// False when the last scan was stopped before its end.
  public private(set) var wasReadToTheEnd = false
  public var choices: [StudyChoice] = []
  /// True while the list of what was left out is shown.
  public var showsSkipped = false
  /// Row and first visible row of the list of the current step (step one has its own).
  public var selection = 0
  public var top = 0
  /// The clinical history being written; nil while the list has the keys.
  public var editing: TextField?
  /// What is said of patients in the place of what their files say, by ``patientKey(of:)``; it
  /// holds for all of their studies.
  public var patientOverrides: [String: [StudyField: StudyOverride]] = [:]
  /// Why patients go out as others than in the files, by ``patientKey(of:)``.
  public var identityReasons: [String: String] = [:]
  /// The values being changed; nil while the list has the keys.
  public var form: DetailsForm?
  /// Why the last key could not be followed, in words.
  public var problem: String?
  /// True from handing over until the store has answered.
  public var isQueueing = false
  /// What is known of earlier sendings, room and speed, for the last step.
  public var review = ReviewState()
  /// True when the facility does without clinical histories.
  public var isHistoryOptional = false
  public var defaultLevel: ServiceLevel
  /// Files sorted by hand; kept while the folders are the same. Shown while ``isOrganising``.
  public var organiser: OrganiserState?
  public var isOrganising = false
  /// True from asking for the organiser until every file's header was read.
  public var awaitsOrganiser = false
  /// Templates, and what was done with them.
  public var desk = TemplateDesk()
  /// Studies of this and earlier scans, by key: reading again forgets no decision.
  private(set) var remembered: [String: StudyChoice] = [:]
  /// What was decided before the program ended, by key of the study.
  var restored: [String: WizardDraft.Study] = [:]
  /// What is being gone on with; nil once everything is put back.
  var resuming: WizardDraft?

  public init(defaultLevel: ServiceLevel = .routine) { self.defaultLevel = defaultLevel }

  public var isScanning: Bool { scan.map { !$0.isFinished } ?? false }

  /// Places in ``choices`` of the studies that are chosen.
  public var chosen: [Int] { choices.indices.filter { choices[$0].isChecked } }

  /// True when leaving would lose something that a person put in.
  public var holdsInput: Bool {
    !browser.marked.isEmpty || choices.contains { $0.isChecked || !$0.history.isEmpty }
  }

  /// Studies, and below an open one its series and warnings.
  public var studyRows: [StudyRow] {
    var rows: [StudyRow] = []
    for (index, choice) in choices.enumerated() {
      rows.append(.study(index))
      guard choice.isOpen else { continue }
      rows += choice.scanned.warnings.map { .warning(study: index, $0) }
      rows += choice.series.indices.map { .series(study: index, $0) }
    }
    return rows
  }

  /// Rows of the current step's list.
  public var rowCount: Int {
    switch step {
    case .folders: browser.rows.count
    case .studies: showsSkipped ? scan?.skipped.count ?? 0 : studyRows.count
    case .details: detailRows.count
    case .review: chosen.count
    }
  }

  /// The place in ``choices`` of the selected row's study.
  public var selectedChoice: Int? {
    switch step {
    case .folders: return nil
    case .studies:
      let rows = studyRows
      guard !showsSkipped, rows.indices.contains(selection) else { return nil }
      switch rows[selection] {
      case .study(let index), .series(let index, _), .warning(let index, _): return index
      }
    case .details:
      if case .study(let index) = selectedDetail { return index }
      return nil
    case .review:
      let chosen = chosen
      return chosen.indices.contains(selection) ? chosen[selection] : nil
    }
  }

  /// Takes the studies of a scan; what was decided about one that was there before stays.
  public mutating func receive(_ progress: ScanProgress) {
    guard isScanning else { return }
    let marked = selectedChoice.map { choices[$0].key }
    for choice in choices { remembered[choice.key] = choice }
    choices = progress.studies.map { scanned in
      var choice = StudyChoice(scanned, level: defaultLevel, isComplete: progress.isFinished)
      choice.isHistoryOptional = isHistoryOptional
      guard let old = remembered[choice.key] else {
        if let saved = restored[choice.key] { choice.keepDecisions(of: saved) }
        return choice
      }
      choice.keepDecisions(of: old)
      // A study that turned out to hold several patients since is not kept chosen silently.
      if old.objection != nil || choice.objection == nil { choice.isChecked = old.isChecked }
      return choice
    }
    scan = progress
    wasReadToTheEnd = progress.isFinished
    guard step == .studies, !showsSkipped, let marked else { return }
    // The marker stays on its study while others come in before it.
    if selectedChoice.map({ choices[$0].key }) != marked {
      selection =
        studyRows.firstIndex { row in
          if case .study(let index) = row { choices[index].key == marked } else { false }
        } ?? 0
    }
  }

  /// Begins to read the chosen folders.
  public mutating func beginScan(_ roots: [String]) {
    for choice in choices { remembered[choice.key] = choice }
    choices = []
    scannedRoots = roots
    scan = ScanProgress()
    wasReadToTheEnd = false
    (organiser, isOrganising, awaitsOrganiser) = (nil, false, false)
    (editing, form) = (nil, nil)
    step = .studies
    selection = 0
    top = 0
    showsSkipped = false
  }

  /// Bytes of what is chosen that are copied before they are queued.
  public var stagedBytes: Int64 {
    chosen.reduce(0) { $0.addingReportingOverflow(choices[$1].stagedByteCount).partialValue }
  }

  /// Studies, patients, images and bytes of what is chosen.
  public var totals: (studies: Int, patients: Int, images: Int, bytes: Int64) {
    var patients: Set<String> = []
    var images = 0
    var bytes: Int64 = 0
    for index in chosen {
      let choice = choices[index]
      let study = effective(index)
      patients.insert(study.patientKey.isEmpty ? patientKey(of: index) : study.patientKey)
      images += choice.scanned.files.count
      bytes = bytes.addingReportingOverflow(choice.byteCount).partialValue
    }
    return (chosen.count, patients.count, images, bytes)
  }
}
