import Domain

/// From the list of studies into the organiser, and back with what came out of it.
extension WizardState {
  /// Opens the organiser; the first time every file's header has to be read.
  mutating func openOrganiser() -> [Effect] {
    problem = nil
    guard step == .studies, !isScanning, !choices.isEmpty, !awaitsOrganiser else { return [] }
    if organiser != nil {
      organiser?.open()
      isOrganising = true
      return []
    }
    for index in choices.indices { choices[index].container = index }
    awaitsOrganiser = true
    problem = "Reading what every image says of its patient."
    return [.organise(choices.map(\.scanned))]
  }

  /// Takes the files; not when the person went elsewhere meanwhile.
  mutating func receive(_ organiser: Organiser) {
    guard awaitsOrganiser else { return }
    awaitsOrganiser = false
    problem = nil
    guard step == .studies, !isScanning else { return }
    if let draft = resuming, let record = draft.organiser {
      goOn(organiser, record, of: draft)
      return
    }
    self.organiser = OrganiserState(organiser)
    isOrganising = true
  }

  mutating func organise(_ event: PaneEvent, _ context: inout PaneContext) {
    guard var organiser else {
      isOrganising = false
      return
    }
    self.organiser = nil
    let end = OrganiserUpdate.update(&organiser, event, &context)
    self.organiser = organiser
    switch end {
    case .stays: break
    case .left: isOrganising = false
    case .done:
      isOrganising = false
      take(organiser.model)
    }
  }

  /// The studies as they were put together; level and history of those that were there stay.
  mutating func take(_ organiser: Organiser) {
    let before = choices
    choices = organiser.result().map { study in
      let old = before.first { $0.container == study.id }
      var choice = StudyChoice(study.scanned, level: defaultLevel)
      choice.isHistoryOptional = isHistoryOptional
      choice.container = study.id
      (choice.record, choice.reasons) = (study.record, study.reasons)
      if resuming != nil, let saved = restored[choice.key] {
        choice.keepDecisions(of: saved)
        return choice
      }
      guard let old else { return choice }
      choice.keepDecisions(of: old)
      // What was in the way and is resolved is chosen; what a person left out stays out.
      if old.objection == nil, choice.objection == nil { choice.isChecked = old.isChecked }
      return choice
    }
    selection = 0
    top = 0
    problem = nil
  }
}
