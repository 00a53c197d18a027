import Domain
import Screen

extension UploadsPane {
  /// A click selects; on the box of a study it chooses; on what is selected already it does what
  /// Enter does.
  static func click(
    _ wizard: inout WizardState, _ point: Point, _ context: PaneContext
  ) -> [Effect] {
    guard wizard.editing == nil, wizard.browser.typing == nil else { return [] }
    let place = WizardLayout(context.area, wizard, context.layout)
    guard place.list.contains(point) else { return [] }
    let line = (point.y - place.list.y) / place.rowHeight
    if wizard.step == .folders {
      let row = wizard.browser.top + line
      guard row < wizard.rowCount else { return [] }
      if row == wizard.browser.selection { return command(&wizard, wizard.enterCommand) }
      wizard.browser.selection = row
      return []
    }
    let row = wizard.top + line
    guard row < wizard.rowCount else { return [] }
    let wasSelected = row == wizard.selection
    wizard.selection = row
    if wizard.step == .studies, !wizard.showsSkipped, case .study = wizard.studyRows[row],
      place.checkBoxes.contains(point.x)
    {
      return command(&wizard, "uploads.wizard-choose")
    }
    // Queueing wants a key, or a click on its name at the bottom.
    guard wasSelected, wizard.step != .review, !wizard.showsSkipped else { return [] }
    return command(&wizard, wizard.enterCommand)
  }
}

extension WizardState {
  /// What Enter does in the step, on the selected row.
  var enterCommand: String {
    switch step {
    case .folders: "uploads.wizard-enter"
    case .studies: "uploads.wizard-unfold"
    case .details:
      selectedChoice == nil ? "uploads.wizard-edit" : "uploads.wizard-history"
    case .review: "uploads.wizard-queue"
    }
  }
}

extension WizardLayout {
  /// The columns of the boxes in the list of studies.
  var checkBoxes: Range<Int> { list.x + 2..<list.x + 5 }
}
