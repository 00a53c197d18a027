import Domain
import Screen

extension UploadsPane {
  /// What happens while the values of a patient or a study are changed.
  static func fill(
    _ wizard: inout WizardState, _ event: PaneEvent, _ context: inout PaneContext
  ) {
    switch event {
    case .command("uploads.wizard-keep", _), .open: wizard.keepForm()
    case .command("uploads.wizard-reset", _): wizard.form?.reset()
    case .back:
      guard wizard.form?.isChanged == true else {
        wizard.form = nil
        return
      }
      context.confirm(
        Confirmation(
          id: "wizard.form", title: "Leave without the changes?",
          text: "What was written here would be forgotten. Enter keeps it instead.",
          action: "Leave"))
    case .answered("wizard.form", _): wizard.form = nil
    case .move(.up): wizard.form?.move(by: -1)
    case .move(.down): wizard.form?.move(by: 1)
    case .input(.key(let key)):
      switch key {
      case Key(.enter): wizard.keepForm()
      case .character("r", .control): wizard.form?.reset()
      default: wizard.form?.handle(key)
      }
    case .input(.paste(let text)): wizard.form?.paste(text)
    case .input(.mouse(let mouse)) where mouse.action == .press && mouse.button == .left:
      guard let form = wizard.form else { return }
      let place = WizardLayout(context.area, wizard, context.layout)
      guard place.list.contains(mouse.point) else { return }
      wizard.form?.select(place.firstFormLine(form) + mouse.point.y - place.list.y)
    default: break
    }
  }
}
