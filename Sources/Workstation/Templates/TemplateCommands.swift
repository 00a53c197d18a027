import Screen

extension UploadsPane {
  private static let picking: @Sendable (UploadsState) -> Bool = { state in
    state.wizard?.desk.picker != nil
  }

  private static let offering: @Sendable (UploadsState) -> Bool = { state in
    guard let wizard = state.wizard else { return false }
    return wizard.step == .details && wizard.editing == nil && wizard.form == nil
      && wizard.desk.picker == nil && !wizard.isOrganising
  }

  static let templateCommands: [PaneCommand<UploadsState>] = [
    PaneCommand(
      "uploads.template", "template", keys: [.character("t")],
      help: "Fills level, history, description and body part from a template.",
      isShown: offering,
      disabledReason: { state in
        state.wizard?.desk.templates.isEmpty == true
          ? "there are no templates yet; the settings make them" : nil
      }),
    PaneCommand(
      "uploads.template-undo", "undo template", keys: [.character("u")],
      help: "Takes the last template back as a whole; what was typed since stays.",
      isShown: { offering($0) && $0.wizard?.desk.canUndo == true }),
    PaneCommand(
      "uploads.template-apply", "apply", keys: [Key(.enter)],
      help: "Gives the template to the study.", isShown: picking),
    PaneCommand(
      "uploads.template-all", "to all it suits", keys: [.character("*")],
      help: "Gives the template to all chosen studies that its rule fits.", isShown: picking),
  ]
}
