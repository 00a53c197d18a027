import Domain
import Screen

extension UploadsPane {
  private static func organiser(_ state: UploadsState) -> OrganiserState? {
    guard let wizard = state.wizard, wizard.isOrganising else { return nil }
    return wizard.organiser
  }

  /// The lists have the keys.
  private static let organising: @Sendable (UploadsState) -> Bool = { state in
    organiser(state).map { $0.editor == nil && $0.aim == nil } ?? false
  }

  private static let aiming: @Sendable (UploadsState) -> Bool = { state in
    organiser(state)?.aim != nil
  }

  private static let typing: @Sendable (UploadsState) -> Bool = { state in
    organiser(state)?.editor != nil
  }

  static let organiserCommands: [PaneCommand<UploadsState>] = [
    PaneCommand(
      "uploads.organise-mark", "mark", keys: [.character(" ")],
      help: "Marks the image, or the whole series; marked images are moved together.",
      isShown: organising),
    PaneCommand(
      "uploads.organise-move", "move to", keys: [.character("m")],
      help: "Moves the marked images, or the selected one, into another study.",
      isShown: organising),
    PaneCommand(
      "uploads.organise-split", "split", keys: [.character("s")],
      help: "Splits the study: marked images, else by patient, else by series.",
      isShown: organising),
    PaneCommand(
      "uploads.organise-new", "new study", keys: [.character("n")],
      help: "Makes a study of the marked images; it takes its data from the first one.",
      isShown: organising),
    PaneCommand(
      "uploads.organise-undo", "undo", keys: [.character("u")],
      help: "Takes back the last change.", isShown: organising,
      disabledReason: {
        organiser($0)?.model.undoWords == nil ? "nothing was changed" : nil
      }),
    PaneCommand(
      "uploads.organise-done", "done", keys: [Key(.enter)],
      help: "Goes back to the wizard with the studies as they are here.", isShown: organising),
    PaneCommand(
      "uploads.organise-range", "range", keys: [.character("v")],
      help: "Begins to mark a range of images; the second time it ends there.",
      isShown: organising),
    PaneCommand(
      "uploads.organise-edit", "data", keys: [.character("e")],
      help: "Changes patient and study data that the images say when they are sent.",
      isShown: organising),
    PaneCommand(
      "uploads.organise-merge", "merge", keys: [.character("M")],
      help: "Merges the whole study into another one.", isShown: organising),
    PaneCommand(
      "uploads.organise-reason", "reason", keys: [.character("R")],
      help: "Lets mixed patients go out as one study, with a reason that is kept.",
      isShown: organising,
      disabledReason: { state in
        guard let organiser = organiser(state), organiser.flags.indices.contains(organiser.study)
        else { return "no study is selected" }
        return organiser.flags[organiser.study].mixture.isMixed
          ? nil : "its images are of one patient"
      }),
    PaneCommand(
      "uploads.organise-redo", "redo", keys: [.character("r", .control)],
      help: "Does again what was taken back.", isInKeyBar: false, isShown: organising,
      disabledReason: {
        organiser($0)?.model.redoWords == nil ? "nothing was taken back" : nil
      }),
    PaneCommand(
      "uploads.organise-here", "here", keys: [Key(.enter)],
      help: "Moves or merges into the selected study.", isShown: aiming),
    PaneCommand(
      "uploads.organise-keep", "keep", keys: [Key(.enter)],
      help: "Keeps the study's data as they are written.", isShown: typing),
  ]
}
