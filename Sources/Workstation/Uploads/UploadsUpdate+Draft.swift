import Domain
public import Foundation
import Screen

/// A wizard that was not brought to its end, as the store has it.
public struct UnfinishedSelection: Sendable, Equatable {
  public var draft: WizardDraft
  /// When it was kept last.
  public var at: Date

  public init(_ draft: WizardDraft, at: Date) {
    self.draft = draft
    self.at = at
  }
}

extension UploadsPane {
  /// Seconds from a change of the wizard until it is kept: what is typed at the moment of a crash
  /// is lost from then on.
  static let draftDelay = 2.0

  /// Keeps what the wizard holds: at once when its step changes, else some time after a change; and
  /// forgets it when the wizard was brought to its end or left on purpose.
  static func keepDraft(
    _ state: inout UploadsState, stepBefore: WizardState.Step?, _ event: PaneEvent
  ) -> [Effect] {
    guard let wizard = state.wizard else {
      guard state.hasDraft else { return [] }
      state.hasDraft = false
      return [.forgetDraft]
    }
    guard wizard.holdsInput || wizard.resuming != nil || state.hasDraft else { return [] }
    if event == .message(.timer(.draftDue)) || wizard.step != stepBefore {
      state.hasDraft = true
      return [.keepDraft(wizard)]
    }
    switch event {
    case .message(.scan), .message(.organised): break
    case .message, .appeared, .rested: return []
    default: break
    }
    guard !state.awaitsDraftTimer else { return [] }
    state.awaitsDraftTimer = true
    return [.after(seconds: draftDelay, .draftDue)]
  }

  /// Asks whether to go on with what was not finished.
  /// - Parameter folder: what the wizard is to begin with otherwise.
  static func offer(
    _ unfinished: UnfinishedSelection, _ folder: String, _ context: inout PaneContext
  ) {
    let words = words(unfinished, time: context.time(unfinished.at))
    context.confirm(
      Confirmation(
        id: "uploads.unfinished:\(folder)", title: "Go on with the unfinished selection?",
        text: "\(words). Going on reads the folders again and puts everything back that was"
          + " chosen and written. Beginning anew forgets it; the files stay where they are.",
        action: "Go on", alternative: "begin anew"))
  }

  /// `An unfinished selection of 12 studies from 14:02`.
  static func words(_ unfinished: UnfinishedSelection, time: String) -> String {
    let count = unfinished.draft.chosenCount
    let what = count == 1 ? "1 study" : "\(count) studies"
    return count == 0
      ? "An unfinished selection from \(time)"
      : "An unfinished selection of \(what) from \(time)"
  }

  static func resume(_ state: inout UploadsState, _ context: PaneContext) -> [Effect] {
    guard let unfinished = state.unfinished else { return [] }
    state.unfinished = nil
    var wizard = newWizard(context)
    let effects = wizard.resume(unfinished.draft) + [.load(.templates)]
    state.wizard = wizard
    state.isOpen = false
    state.hasDraft = true
    return effects
  }

  static func beginAnew(
    _ state: inout UploadsState, _ folder: String, _ context: PaneContext
  ) -> [Effect] {
    state.unfinished = nil
    state.hasDraft = false
    return [.forgetDraft] + startWizard(&state, folder, context)
  }
}

extension PaneContext {
  /// `09:12` today, `20 Nov` otherwise.
  func time(_ date: Date) -> String { Format.time(date, now: now, calendar: calendar) }
}

extension AppState {
  /// The wizard that is open with something in it; nil when there is none.
  public var unfinishedWizard: WizardState? {
    guard let wizard = uploads.wizard, !wizard.isQueueing, wizard.holdsInput || uploads.hasDraft
    else { return nil }
    return wizard
  }
}
