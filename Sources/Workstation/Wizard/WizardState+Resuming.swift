import Domain
import Screen

/// Going on with what was begun before the program ended: the folders are read again, and every
/// decision is put back on the studies that are still there.
extension WizardState {
  /// - Returns: the work that it begins with.
  mutating func resume(_ draft: WizardDraft) -> [Effect] {
    browser.mark(draft.marked)
    restored = Dictionary(
      draft.studies.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for patient in draft.patients {
      patientOverrides[patient.key] = patient.overrides.isEmpty ? nil : patient.overrides
      identityReasons[patient.key] = patient.reason
    }
    let folder = browser.open(draft.folder.isEmpty ? draft.roots.first ?? "~" : draft.folder)
    guard draft.step > Step.folders.rawValue, !draft.roots.isEmpty else { return [folder] }
    resuming = draft
    beginScan(draft.roots)
    return [folder, .scan(roots: draft.roots)]
  }

  /// The folders were read to their end.
  mutating func goOn() -> [Effect] {
    guard let draft = resuming, scan?.isFinished == true, !awaitsOrganiser else { return [] }
    if draft.organiser != nil, !choices.isEmpty {
      for index in choices.indices { choices[index].container = index }
      awaitsOrganiser = true
      problem = "Reading what every image says of its patient."
      return [.organise(choices.map(\.scanned))]
    }
    putBack(draft, organised: true)
    return []
  }

  /// Every file's header is there: what was organised is done again.
  mutating func goOn(_ organiser: Organiser, _ record: OrganiserRecord, of draft: WizardDraft) {
    var organiser = organiser
    let isSame = organiser.replay(record)
    self.organiser = OrganiserState(organiser)
    if isSame { take(organiser) }
    putBack(draft, organised: isSame)
  }

  private mutating func putBack(_ draft: WizardDraft, organised: Bool) {
    resuming = nil
    var words = changes(since: draft)
    if !organised {
      words.append("the files changed: what was organised was not put back")
    }
    let wanted = Step(rawValue: draft.step) ?? .studies
    // Not further: what was sent meanwhile is asked for on the way into the review.
    if wanted != .studies, !chosen.isEmpty { show(.details) }
    if let writing = draft.writing, let lost = putBack(writing) { words.append(lost) }
    problem = words.isEmpty ? nil : "Not as it was left: " + words.joined(separator: "; ") + "."
  }

  /// What is gone or changed, in words.
  private func changes(since draft: WizardDraft) -> [String] {
    let now = Dictionary(choices.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let before = draft.studies.filter { $0.isListed && $0.isChosen }
    func words(_ studies: [WizardDraft.Study], _ one: String, _ several: String) -> String? {
      guard let first = studies.first else { return nil }
      let name = PersonName.display(first.name)
      return studies.count == 1
        ? "a study of \(name) \(one)" : "\(studies.count) studies \(several) (of \(name) first)"
    }
    return [
      words(before.filter { now[$0.key] == nil }, "is gone", "are gone"),
      words(
        before.filter { study in
          now[study.key].map {
            $0.scanned.files.count != study.fileCount || $0.byteCount != study.byteCount
          } ?? false
        }, "has other files", "have other files"),
    ].compactMap { $0 }
  }

  /// What was being typed is in its field again.
  /// - Returns: what became of it, in words, where its study is not there.
  private mutating func putBack(_ writing: WizardDraft.Writing) -> String? {
    func row(_ study: String) -> Int? {
      detailRows.firstIndex { row in
        if case .study(let index) = row { choices[index].key == study } else { false }
      }
    }
    switch writing {
    case .history(let study, let text):
      restored[study]?.history = text
      guard step == .details, let row = row(study) else {
        return "the history that was being written has no study to go to"
      }
      selection = row
      editing = TextField(text, limit: StudyChoice.historyLimit)
    case .patient(let key, let values, let reason):
      guard step == .details, let row = detailRows.firstIndex(of: .patient(key)) else { return nil }
      selection = row
      editDetails()
      form?.write(values, reason: reason)
    case .study(let study, let values, let reason):
      guard step == .details, let row = row(study) else { return nil }
      selection = row
      editDetails()
      form?.write(values, reason: reason)
    }
    return nil
  }
}
