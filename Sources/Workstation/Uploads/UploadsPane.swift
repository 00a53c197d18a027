import Domain
import Screen

/// The uploads pane: queue, one upload in full, and the wizard that fills the queue.
public enum UploadsPane: Pane {
  public static let id = PaneID.uploads

  public static let commands: [PaneCommand<UploadsState>] =
    queueCommands + wizardCommands + templateCommands + organiserCommands

  public static func traits(_ state: UploadsState) -> PaneTraits {
    if let wizard = state.wizard {
      return PaneTraits(
        capturesText: wizard.editing != nil || wizard.browser.typing != nil || wizard.form != nil
          || wizard.isOrganising && wizard.organiser?.editor != nil,
        goesBack: true, takesWheel: wizard.isOrganising)
    }
    return PaneTraits(filter: state.isOpen ? nil : state.text, goesBack: state.isOpen)
  }

  private static let queueCommands: [PaneCommand<UploadsState>] = [
    PaneCommand(
      "uploads.add", "add", keys: [.character("a")],
      help: "Chooses folders and sends the studies in them.", argument: "folder",
      isShown: { $0.wizard == nil && !$0.isOpen }),
    PaneCommand(
      "uploads.pause", "pause", keys: [.character(" ")],
      help: "Pauses the upload, or goes on with a paused one. Nothing sent is lost.",
      isShown: { $0.wizard == nil },
      disabledReason: { state in
        guard let upload = state.target else { return "no upload is selected" }
        return upload.state.isFinal ? "this upload is not under way" : nil
      }),
    PaneCommand(
      "uploads.pause-for", "pause for", keys: [.character("P")],
      help: "Pauses the upload for a time (4h) or until one (23:00); it goes on by itself.",
      isInKeyBar: false, isShown: { $0.wizard == nil },
      disabledReason: { state in
        guard let upload = state.target else { return "no upload is selected" }
        return [.queued, .sending, .paused].contains(upload.state)
          ? nil : "this upload is not under way"
      }),
    PaneCommand(
      "uploads.sooner", "sooner", keys: [.character("+")],
      help: "Sends the upload before the one above it, within its service level.",
      isInKeyBar: false, isShown: { $0.wizard == nil }, disabledReason: unmovable),
    PaneCommand(
      "uploads.later", "later", keys: [.character("-")],
      help: "Sends the upload after the one below it, within its service level.",
      isInKeyBar: false, isShown: { $0.wizard == nil }, disabledReason: unmovable),
    PaneCommand(
      "uploads.first", "send first", keys: [],
      help: "Sends the upload before all others of its service level.",
      isInKeyBar: false, isShown: { $0.wizard == nil }, disabledReason: unmovable),
    PaneCommand(
      "uploads.last", "send last", keys: [],
      help: "Sends the upload after all others of its service level.",
      isInKeyBar: false, isShown: { $0.wizard == nil }, disabledReason: unmovable),
    PaneCommand(
      "uploads.level", "level", keys: [.character("S")],
      help: "Gives the upload another service level: STAT overtakes at the next chunk.",
      isInKeyBar: false, isShown: { $0.wizard == nil },
      disabledReason: { state in
        guard let upload = state.target else { return "no upload is selected" }
        if upload.state == .stored { return "the gateway has all of it: tell whoever reads it" }
        return upload.state.isLeftToSend ? nil : "nothing of it is left to send"
      }),
    PaneCommand(
      "uploads.open", "details", keys: [Key(.enter)],
      help: "Shows all files with their proof, and what happened.",
      isShown: { $0.wizard == nil && !$0.isOpen },
      disabledReason: { $0.target == nil ? "no upload is selected" : nil }),
    PaneCommand(
      "uploads.view", "images", keys: [.character("v")],
      help: "Shows the images of the upload, from the files on this computer.",
      isShown: { $0.wizard == nil },
      disabledReason: { $0.target == nil ? "no upload is selected" : nil }),
    PaneCommand(
      "uploads.retry", "retry", keys: [.character("R")],
      help: "Tries a refused or waiting upload again, now; asks for a proof that is awaited.",
      isShown: { $0.wizard == nil },
      disabledReason: { state in
        guard let upload = state.target else { return "no upload is selected" }
        switch upload.state {
        case .failed, .held, .queued, .stored, .unproven: return nil
        case .duplicate: return "the gateway has this study: F sends it all the same"
        case .paused: return "it is paused: Space goes on"
        case .sending: return "it is under way"
        case .verified, .committed: return "it is proven to be in the PACS"
        case .cancelled: return "it was given up: a adds the folder again"
        }
      }),
    PaneCommand(
      "uploads.cancel", "cancel", keys: [.character("X")],
      help: "Gives the upload up, after a question. The files stay where they are.",
      isShown: { $0.wizard == nil },
      disabledReason: { state in
        guard let upload = state.target else { return "no upload is selected" }
        if let owner = state.otherOwner { return "\(owner) queued it: T takes it over first" }
        switch upload.state {
        case .verified, .committed, .unproven: return "it has arrived: nothing is left to give up"
        case .cancelled: return "it was given up already"
        case .queued, .sending, .stored, .paused, .held, .failed, .duplicate: return nil
        }
      }),
    PaneCommand(
      "uploads.forget", "forget", keys: [.character("D")],
      help:
        "Removes the record of an upload that ended without a proof, and copies of its files, after"
        + " a question.",
      isInKeyBar: false, isShown: { $0.wizard == nil },
      disabledReason: { state in
        guard let upload = state.target else { return "no upload is selected" }
        if upload.state.isProven { return "it is proven: its record stays, and no copy is kept" }
        if !upload.state.mayBeForgotten { return "it is under way: X gives it up first" }
        return state.otherOwner.map { "\($0) queued it" }
      }),
    PaneCommand(
      "uploads.force", "send duplicate", keys: [.character("F")],
      help: "Sends a study that the gateway has already, with a reason that is kept.",
      isShown: { $0.wizard == nil && $0.target?.state == .duplicate },
      disabledReason: { $0.otherOwner.map { "\($0) queued it: T takes it over first" } }),
    PaneCommand(
      "uploads.take", "take over", keys: [.character("T")],
      help: "Takes over what another user queued: it is sent under your login then.",
      isShown: { $0.wizard == nil && $0.otherOwner != nil },
      disabledReason: { state in
        guard let upload = state.target, let login = state.login else { return "log in first" }
        if upload.mayBeTakenOver(by: login) { return nil }
        if !upload.state.isLeftToSend { return "nothing of it is left to send" }
        if upload.gateway != login.gateway { return "it goes to \(upload.gateway)" }
        return "it is for \(upload.facility)"
      }),
    PaneCommand(
      "uploads.take-all", "take over all", keys: [],
      help: "Takes over everything that waits for other users of your facility.",
      isInKeyBar: false, isShown: { $0.wizard == nil && $0.login != nil }),
    PaneCommand(
      "uploads.show", "show", keys: [.character("f")],
      help: "Shows all uploads, those under way, those that need you, or those done.",
      isShown: { $0.wizard == nil && !$0.isOpen && !$0.counts.byState.isEmpty }),
    PaneCommand(
      "uploads.receipt", "receipt", keys: [.character("p")],
      help: "Saves a signed receipt of what is proven, as PDF and JSON, in your documents.",
      isShown: { $0.wizard == nil },
      disabledReason: { $0.target == nil ? "no upload is selected" : nil }),
  ]

  private static let unmovable: @Sendable (UploadsState) -> String? = { state in
    guard let upload = state.target else { return "no upload is selected" }
    return [.queued, .sending, .paused, .held].contains(upload.state)
      ? nil : "nothing of it is left to send"
  }

  private static func step(_ steps: WizardState.Step...)
    -> @Sendable (UploadsState) -> Bool
  {
    { state in
      guard let wizard = state.wizard, wizard.editing == nil, wizard.browser.typing == nil,
        wizard.form == nil, !wizard.isOrganising, wizard.desk.picker == nil
      else { return false }
      return steps.contains(wizard.step)
    }
  }

  /// The list of studies, not that of what was left out.
  private static let studyList: @Sendable (UploadsState) -> Bool = { state in
    step(.studies)(state) && state.wizard?.showsSkipped == false
  }

  /// A study of step three, not the patient above it.
  private static let detailStudy: @Sendable (UploadsState) -> Bool = { state in
    step(.details)(state) && state.wizard?.selectedChoice != nil
  }

  private static let filling: @Sendable (UploadsState) -> Bool = { $0.wizard?.form != nil }

  private static let wizardCommands: [PaneCommand<UploadsState>] = [
    PaneCommand(
      "uploads.wizard-enter", "open", keys: [Key(.enter)],
      help: "Goes into the folder, or reads it when its first line is selected.",
      isShown: step(.folders)),
    PaneCommand(
      "uploads.wizard-mark", "mark", keys: [.character(" ")],
      help: "Marks the folder: several are read together.", isShown: step(.folders)),
    PaneCommand(
      "uploads.wizard-read", "read", keys: [.character("n")],
      help: "Looks for studies in the marked folders, or in this one.", isShown: step(.folders)),
    PaneCommand(
      "uploads.wizard-path", "type a path", keys: [.character("/"), .character("e")],
      help: "Types a path; Tab completes it. A pasted path works too.", isShown: step(.folders)),
    PaneCommand(
      "uploads.wizard-go", "go there", keys: [Key(.enter)], help: "Goes to the typed folder.",
      isShown: { $0.wizard?.browser.typing != nil }),
    PaneCommand(
      "uploads.wizard-complete", "complete", keys: [Key(.tab)],
      help: "Completes the typed path as far as it is certain.",
      isShown: { $0.wizard?.browser.typing != nil }),
    PaneCommand(
      "uploads.wizard-choose", "choose", keys: [.character(" ")],
      help: "Chooses the study, or not.", isShown: studyList),
    PaneCommand(
      "uploads.wizard-next", "next", keys: [.character("n")],
      help: "Goes to the next step.", isShown: { studyList($0) || step(.details)($0) }),
    PaneCommand(
      "uploads.wizard-unfold", "series", keys: [Key(.enter)],
      help: "Shows the series and warnings of the study.", isShown: studyList),
    PaneCommand(
      "uploads.wizard-all", "all", keys: [.character("*")],
      help: "Chooses all studies that nothing speaks against, or none.", isShown: studyList),
    PaneCommand(
      "uploads.wizard-skipped", "left out", keys: [.character("x")],
      help: "Shows the files that were left out, with the reasons.", isShown: studyList),
    PaneCommand(
      "uploads.wizard-organise", "organise", keys: [.character("o")],
      help: "Sorts images into studies by hand: mixed patients, wrong studies.",
      isShown: studyList,
      disabledReason: { state in
        guard let wizard = state.wizard, !wizard.isScanning else { return "still reading" }
        if wizard.awaitsOrganiser { return "the files are being read" }
        return wizard.choices.isEmpty ? "there is no study" : nil
      }),
    PaneCommand(
      "uploads.wizard-view", "images", keys: [.character("v")],
      help: "Shows the images of the study before it is sent.", isShown: studyList,
      disabledReason: { $0.wizard?.selectedChoice == nil ? "no study is selected" : nil }),
    PaneCommand(
      "uploads.wizard-again", "read again", keys: [.character("r")],
      help: "Reads the folders again; what was chosen stays.", isInKeyBar: false,
      isShown: step(.studies)),
    PaneCommand(
      "uploads.wizard-history", "history", keys: [Key(.enter)],
      help: "Writes the clinical history of the study.", isShown: detailStudy),
    PaneCommand(
      "uploads.wizard-level", "level", keys: [.character("v")],
      help: "Changes the service level; the arrows left and right do too.",
      isShown: detailStudy),
    PaneCommand(
      "uploads.wizard-edit", "data", keys: [.character("e")],
      help: "Changes what goes out of the patient, for all his studies, or of the study.",
      isShown: step(.details)),
    PaneCommand(
      "uploads.wizard-level-all", "level to all", keys: [.character("V")],
      help: "Gives all studies this service level.", isShown: detailStudy),
    PaneCommand(
      "uploads.wizard-history-all", "history to all", keys: [.character("H")],
      help: "Gives this history to all studies that have none.", isShown: detailStudy),
    PaneCommand(
      "uploads.wizard-written", "done", keys: [Key(.enter)], help: "Ends writing the history.",
      isShown: { $0.wizard?.editing != nil }),
    PaneCommand(
      "uploads.wizard-keep", "keep", keys: [Key(.enter)],
      help: "Keeps the values; a changed identity wants a reason first.", isShown: filling),
    PaneCommand(
      "uploads.wizard-reset", "as in the file", keys: [.character("r", .control)],
      help: "Takes the field's value back: to the patient's, then to the file's.",
      isShown: filling),
    PaneCommand(
      "uploads.wizard-queue", "queue", keys: [Key(.enter)],
      help: "Puts the studies into the queue; they are sent from there.",
      isShown: step(.review),
      disabledReason: { $0.wizard?.isQueueing == true ? "being queued" : nil }),
    PaneCommand(
      "uploads.wizard-out", "leave out", keys: [.character(" ")],
      help: "Takes the study out; the list of studies brings it back.", isShown: step(.review),
      disabledReason: { $0.wizard?.selectedChoice == nil ? "no study is selected" : nil }),
    PaneCommand(
      "uploads.wizard-force", "send all", keys: [.character("F")],
      help: "Sends also images that were sent before, with a reason that is kept; again: not.",
      isShown: step(.review),
      disabledReason: { $0.wizard?.selectedChoice == nil ? "no study is selected" : nil }),
  ]
}
