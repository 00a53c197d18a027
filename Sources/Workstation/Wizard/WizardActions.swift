import Domain
import Screen

/// What a person can do in the wizard; each answers with the effects that it needs.
extension WizardState {
  /// Goes on to the next step, or says what is missing.
  public mutating func next() -> [Effect] {
    problem = nil
    switch step {
    case .folders: return readFolders()
    case .studies:
      guard !isScanning else {
        problem = "Still reading the folders. Wait for the end, or go back with Esc."
        return []
      }
      guard !chosen.isEmpty else {
        problem = choices.isEmpty ? "Nothing to send here." : "Nothing is chosen. Space chooses."
        return []
      }
      show(.details)
    case .details:
      guard !hasMissingPart() else { return [] }
      return beginReview()
    case .review: return queue()
    }
    return []
  }

  /// Goes back one step; nil when there is no earlier one, and the wizard is to be left.
  public mutating func back() -> [Effect]? {
    problem = nil
    if editing != nil {
      // What was written stays: Esc goes back, it does not throw away.
      endEditing()
      return []
    }
    switch step {
    case .folders:
      guard browser.typing != nil else { return nil }
      browser.stopTyping()
    case .studies:
      if showsSkipped {
        showSkipped()
        return []
      }
      let wasScanning = isScanning
      if wasScanning { scan?.isFinished = true }
      show(.folders)
      return wasScanning ? [.cancelScan] : []
    case .details: show(.studies)
    case .review:
      guard !isQueueing else { return [] }
      show(.details)
      return review.end()
    }
    return []
  }

  mutating func show(_ step: Step) {
    self.step = step
    // The first row of the details is a patient; most have only their study's level and history.
    selection = step == .details && !chosen.isEmpty ? 1 : 0
    top = 0
  }

  private mutating func readFolders() -> [Effect] {
    let roots = browser.roots
    guard !roots.isEmpty else {
      problem =
        browser.pending == nil
        ? "No folder is chosen yet." : "The folder is still being opened. Wait for its list."
      return []
    }
    // The same folders again: what was read is still good, and shown at once.
    if roots == scannedRoots, !choices.isEmpty, let scan, scan.isFinished, wasReadToTheEnd {
      show(.studies)
      return []
    }
    resuming = nil
    beginScan(roots)
    return [.scan(roots: roots)]
  }

  /// Reads the folders again.
  public mutating func readAgain() -> [Effect] {
    guard !scannedRoots.isEmpty else { return [] }
    let stop: [Effect] = isScanning ? [.cancelScan] : []
    let roots = scannedRoots
    beginScan(roots)
    return stop + [.scan(roots: roots)]
  }

  // MARK: Studies

  /// Chooses the selected study, or not.
  public mutating func toggleChoice() {
    problem = nil
    guard let index = selectedChoice else { return }
    if let objection = choices[index].objection, !choices[index].isChecked {
      // Mixed patients go out resolved, or with a reason that is kept; never by one key.
      problem = "\(objection). The organiser (o) resolves it, or takes a reason."
      return
    }
    choices[index].isChecked.toggle()
  }

  /// Chooses everything that nothing speaks against; when that is so already, nothing.
  public mutating func toggleAll() {
    problem = nil
    let good = choices.indices.filter { choices[$0].objection == nil }
    let checks = good.contains { !choices[$0].isChecked }
    for index in good { choices[index].isChecked = checks }
    if !checks { for index in choices.indices { choices[index].isChecked = false } }
  }

  /// Shows or hides series and warnings of the selected study.
  public mutating func toggleOpen() {
    guard let index = selectedChoice else { return }
    choices[index].isOpen.toggle()
    selection =
      studyRows.firstIndex(of: .study(index)) ?? min(selection, max(0, studyRows.count - 1))
  }

  public mutating func showSkipped() {
    showsSkipped.toggle()
    selection = 0
    top = 0
  }

  // MARK: Level and history

  /// The next service level for the selected study: routine, emergency, STAT, subspecialty.
  public mutating func changeLevel(by step: Int = 1) {
    problem = nil
    guard let index = selectedChoice else {
      problem = "The level is a study's: select one."
      return
    }
    let order: [ServiceLevel] = [.routine, .emergency, .stat, .subspecialty]
    let place = order.firstIndex(of: choices[index].level) ?? 0
    choices[index].choose(order[((place + step) % order.count + order.count) % order.count])
  }

  /// Gives all chosen studies the selected one's level.
  public mutating func levelForAll() {
    guard let index = selectedChoice else { return }
    for other in chosen where choices[other].level != choices[index].level {
      choices[other].choose(choices[index].level)
    }
    problem = nil
  }

  public mutating func editHistory() {
    guard let index = selectedChoice else { return }
    problem = nil
    editing = TextField(choices[index].history, limit: StudyChoice.historyLimit)
    editing?.goToPlaceholder()
  }

  public mutating func endEditing() {
    guard let field = editing, let index = selectedChoice else { return }
    choices[index].write(field.text)
    editing = nil
  }

  /// Gives all chosen studies the selected one's history; says so when that replaces another.
  public mutating func historyForAll() {
    guard let index = selectedChoice else { return }
    let history = choices[index].history
    guard !history.isEmpty else {
      problem = "Write this study's history first, then give it to all."
      return
    }
    let replaced = chosen.filter { !choices[$0].history.isEmpty && choices[$0].history != history }
    guard replaced.isEmpty else {
      // Texts of other patients are not overwritten with one key.
      problem =
        "\(replaced.count == 1 ? "One study has" : "\(replaced.count) studies have")"
        + " another history: it stays. Given to the empty ones."
      giveHistory(of: index)
      return
    }
    giveHistory(of: index)
    problem = nil
  }

  private mutating func giveHistory(of index: Int) {
    for other in chosen where choices[other].history.isEmpty {
      choices[other].history = choices[index].history
      choices[other].historyOrigin = choices[index].historyOrigin
    }
  }

  /// Selects the first study that cannot be queued, and says why.
  private mutating func hasMissingPart() -> Bool {
    let row = detailRows.firstIndex { row in
      if case .study(let index) = row { problem(of: index) != nil } else { false }
    }
    guard let row, case .study(let index) = detailRows[row] else { return false }
    selection = row
    let name = PersonName.display(effective(index).patientName)
    problem = "\(name): \(problem(of: index) ?? "")."
    return true
  }

  // MARK: Queue

  private mutating func queue() -> [Effect] {
    guard !isQueueing, !chosen.isEmpty else { return [] }
    if chosen.contains(where: { problem(of: $0) != nil }) {
      show(.details)
      _ = hasMissingPart()
      return []
    }
    // What was in the way may be gone by the next Enter.
    guard let drafts = handover() else { return [.estimate] }
    isQueueing = true
    return review.end() + [.perform(.enqueue(drafts))]
  }
}
