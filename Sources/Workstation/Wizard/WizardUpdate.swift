import Domain
import Screen

extension UploadsPane {
  static func startWizard(
    _ state: inout UploadsState, _ folder: String, _ context: PaneContext
  ) -> [Effect] {
    var wizard = newWizard(context)
    defer { state.wizard = wizard }
    guard !folder.isEmpty else {
      return [wizard.browser.open(state.lastFolder ?? "~"), .load(.templates)]
    }
    // A folder given with the command is read at once; the browser opens beside it.
    let roots = PathText.pasted(folder)
    wizard.browser.mark(roots)
    return [wizard.browser.open(roots.first ?? "~"), .load(.templates)] + wizard.next()
  }

  /// An empty one, with what the program knows of the person and the facility.
  static func newWizard(_ context: PaneContext) -> WizardState {
    var wizard = WizardState(defaultLevel: context.defaultServiceLevel)
    wizard.isHistoryOptional = context.frame.user?.clinicalHistoryRequired == false
    return wizard
  }

  static func updateWizard(
    _ state: inout UploadsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    guard var wizard = state.wizard else { return [] }
    defer {
      if state.wizard != nil {
        keepInSight(&wizard, context)
        state.wizard = wizard
      }
    }
    if wizard.isOrganising {
      wizard.organise(event, &context)
      return []
    }
    if wizard.form != nil {
      fill(&wizard, event, &context)
      return []
    }
    if let effects = wizard.updateTemplates(event, context) { return effects }
    switch event {
    case .command("uploads.wizard-view", _):
      if let index = wizard.selectedChoice {
        let files = wizard.choices[index].scanned.files.map(\.path)
        context.show(.viewer, then: .reveal(.images(.paths(files))))
      }
      return []
    case .command("uploads.wizard-force", _):
      if let prompt = wizard.forcePrompt() { context.prompt(prompt) }
      return []
    case .answered(let question, let text) where wizard.answerForce(question, text): return []
    case .command(let id, _): return command(&wizard, id)
    case .open: return command(&wizard, wizard.enterCommand)
    case .move(let move): return self.move(&wizard, move, context)
    case .back:
      if let effects = wizard.back() { return effects }
      guard wizard.holdsInput else {
        leave(&state, wizard)
        return []
      }
      let count = wizard.chosen.count
      context.confirm(
        Confirmation(
          id: "wizard.leave", title: "Leave without sending?",
          text: count > 0
            ? "\(count == 1 ? "One chosen study is" : "\(count) chosen studies are") not in the"
              + " queue yet, and would be forgotten here. The files stay where they are."
            : "The marked folders would be forgotten here.",
          action: "Leave"))
      return []
    case .answered("wizard.leave", _):
      let stop: [Effect] = wizard.isScanning ? [.cancelScan] : []
      leave(&state, wizard)
      return stop + wizard.review.end()
    case .input(let input): return self.input(&wizard, input, context)
    default: return []
    }
  }

  private static func leave(_ state: inout UploadsState, _ wizard: WizardState) {
    if !wizard.browser.path.isEmpty { state.lastFolder = wizard.browser.path }
    state.wizard = nil
  }

  /// The selected row stays where it can be seen.
  private static func keepInSight(_ wizard: inout WizardState, _ context: PaneContext) {
    guard wizard.step != .folders, !wizard.isOrganising else { return }
    let height = max(1, WizardLayout(context.area, wizard, context.layout).visibleRows)
    wizard.top = Scrolling.kept(
      wizard.top, selected: wizard.selection, height: height, count: wizard.rowCount)
  }

  static func command(_ wizard: inout WizardState, _ id: String) -> [Effect] {
    switch id {
    case "uploads.wizard-enter":
      if wizard.browser.selected == .readHere {
        // The line says "read this folder": it counts beside those that are marked.
        if !wizard.browser.marked.isEmpty { wizard.browser.mark([wizard.browser.path]) }
        return wizard.next()
      }
      if case .archive(let name) = wizard.browser.selected {
        wizard.browser.mark([PathText.join(wizard.browser.path, name)])
        return wizard.next()
      }
      return wizard.browser.enter().map { [$0] } ?? []
    case "uploads.wizard-mark": wizard.browser.toggleMark()
    case "uploads.wizard-path": return wizard.browser.beginTyping()
    case "uploads.wizard-read", "uploads.wizard-next", "uploads.wizard-queue": return wizard.next()
    case "uploads.wizard-go": return wizard.browser.goToTyped().map { [$0] } ?? []
    case "uploads.wizard-complete": return wizard.browser.complete()
    case "uploads.wizard-written": wizard.endEditing()
    case "uploads.wizard-choose": wizard.toggleChoice()
    case "uploads.wizard-all": wizard.toggleAll()
    case "uploads.wizard-unfold": wizard.toggleOpen()
    case "uploads.wizard-skipped": wizard.showSkipped()
    case "uploads.wizard-organise": return wizard.openOrganiser()
    case "uploads.wizard-again": return wizard.readAgain()
    case "uploads.wizard-history": wizard.editHistory()
    case "uploads.wizard-out": wizard.takeOut()
    case "uploads.wizard-level": wizard.changeLevel()
    case "uploads.wizard-level-all": wizard.levelForAll()
    case "uploads.wizard-history-all": wizard.historyForAll()
    case "uploads.wizard-edit": wizard.editDetails()
    default: break
    }
    return []
  }

  private static func move(
    _ wizard: inout WizardState, _ move: ListMove, _ context: PaneContext
  ) -> [Effect] {
    // What is being written belongs to the selected row.
    guard wizard.editing == nil, wizard.browser.typing == nil else { return [] }
    let height = max(1, WizardLayout(context.area, wizard, context.layout).visibleRows)
    switch (wizard.step, move) {
    case (.folders, .left): return wizard.browser.up().map { [$0] } ?? []
    case (.folders, .right):
      guard wizard.browser.selected != .parent else { return [] }
      return wizard.browser.enter().map { [$0] } ?? []
    case (.folders, _):
      wizard.browser.move(by: distance(move, height: height))
      wizard.browser.top = Scrolling.kept(
        wizard.browser.top, selected: wizard.browser.selection, height: height,
        count: wizard.rowCount)
    case (.details, .left), (.details, .right):
      wizard.changeLevel(by: move == .right ? 1 : -1)
    case (.studies, .left), (.studies, .right):
      if !wizard.showsSkipped, let index = wizard.selectedChoice,
        wizard.choices[index].isOpen == (move == .left)
      {
        wizard.toggleOpen()
      }
    default:
      let last = max(0, wizard.rowCount - 1)
      let wanted = wizard.selection.addingReportingOverflow(distance(move, height: height))
      wizard.selection = min(last, max(0, wanted.partialValue))
    }
    return []
  }

  private static func distance(_ move: ListMove, height: Int) -> Int {
    switch move {
    case .up: -1
    case .down: 1
    case .pageUp: -max(1, height - 1)
    case .pageDown: max(1, height - 1)
    case .first: -1_000_000
    case .last: 1_000_000
    case .left, .right, .nextPart, .previousPart: 0
    }
  }

  private static func input(
    _ wizard: inout WizardState, _ input: InputEvent, _ context: PaneContext
  ) -> [Effect] {
    switch input {
    case .key(let key) where wizard.browser.typing != nil:
      switch key.code {
      case .enter: return wizard.browser.goToTyped().map { [$0] } ?? []
      case .tab: return wizard.browser.complete()
      case .right where wizard.browser.caretIsAtEnd: return wizard.browser.complete()
      default: return wizard.browser.type(key) ?? []
      }
    case .key(let key) where wizard.editing != nil:
      if key.code == .enter {
        wizard.endEditing()
      } else {
        wizard.editing?.handleAtPlaceholder(key)
      }
    case .key(Key(.backspace)) where wizard.step == .folders:
      return wizard.browser.up().map { [$0] } ?? []
    case .paste(let text): return paste(&wizard, text)
    case .mouse(let mouse) where mouse.action == .press && mouse.button == .left:
      return click(&wizard, mouse.point, context)
    default: break
    }
    return []
  }

  /// One pasted path is opened for a look, several are marked; text goes where text is written.
  private static func paste(_ wizard: inout WizardState, _ text: String) -> [Effect] {
    if wizard.editing != nil {
      wizard.editing?.pasteAtPlaceholder(text)
      return []
    }
    guard wizard.step == .folders else { return [] }
    let paths = PathText.pasted(text)
    if wizard.browser.typing != nil {
      return wizard.browser.paste(paths.first ?? "")
    }
    if paths.count > 1 {
      wizard.browser.mark(paths)
      return []
    }
    return paths.first.map { wizard.browser.beginTyping($0) } ?? []
  }

  // MARK: Answers

  static func receiveForWizard(_ state: inout UploadsState, _ message: Message) -> [Effect] {
    switch message {
    case .folder(let listing): state.wizard?.browser.receive(listing)
    case .scan(let progress):
      state.wizard?.receive(progress)
      return state.wizard?.goOn() ?? []
    case .failed(.scan, let text):
      state.wizard?.scan?.isFinished = true
      state.wizard?.problem = text
    case .review(let answer): return state.wizard?.receive(answer) ?? []
    case .organised(let organiser): state.wizard?.receive(organiser)
    case .failed(.folder, let text): state.wizard?.problem = text
    default: break
    }
    return []
  }
}
