/// Which changes of an upload's state are allowed. The one place that says so: the store refuses
/// every other change, whoever asks.
///
/// Custody goes forward only (queued → sending → stored → verified → committed) and may skip
/// steps, because a gateway may have gone on while this workstation was off. A proof that arrives
/// late counts in every state but the ones that a person or the PACS closed for good. Going back
/// to `queued` means that bytes are sent again.
public enum UploadTransition {
  /// True when an upload in `from` may be set to `to`. The same state again is always allowed:
  /// only the reason or the time of the next attempt changes.
  public static func allowed(from: UploadState, to: UploadState) -> Bool {
    from == to || successors(of: from).contains(to)
  }

  /// The states that may follow, without the state itself.
  public static func successors(of state: UploadState) -> Set<UploadState> {
    switch state {
    case .queued, .sending:
      Set(UploadState.allCases).subtracting([state])
    case .paused:
      [.queued, .held, .failed, .cancelled, .stored, .verified, .committed, .unproven]
    case .held:
      [.queued, .paused, .failed, .cancelled, .stored, .verified, .committed, .unproven]
    case .stored:
      // Queued: the gateway lost what it had. Cancelled: a person withdraws what the PACS lacks.
      [.queued, .verified, .committed, .held, .failed, .cancelled]
    case .unproven:
      [.queued, .stored, .verified, .committed]
    case .failed:
      [.queued, .cancelled, .stored, .verified, .committed]
    case .duplicate:
      [.queued, .cancelled]
    case .cancelled:
      [.queued]
    case .verified:
      [.committed]
    case .committed:
      []
    }
  }
}

/// What a person may ask of an upload. `retry` of one that waits for its time means: now.
public enum UploadCommand: String, Sendable, CaseIterable {
  case pause
  case resume
  case retry
  case cancel
  case force

  /// True when the command makes sense in the state; a pane shows only these.
  public func applies(to state: UploadState) -> Bool {
    switch self {
    case .pause: state == .queued || state == .sending
    case .resume: state == .paused
    case .retry: [.held, .failed, .cancelled, .unproven, .queued, .stored].contains(state)
    case .cancel: UploadTransition.allowed(from: state, to: .cancelled) && state != .cancelled
    case .force: state == .duplicate
    }
  }

  /// The state that follows.
  public func target(from state: UploadState) -> UploadState {
    switch self {
    case .pause: .paused
    case .cancel: .cancelled
    // Its bytes are there: only the proof is asked for at once.
    case .retry where state == .stored: .stored
    case .resume, .retry, .force: .queued
    }
  }

  /// True for what decides the fate of a study: for its owner, or who takes it over.
  public var isForOwnerOnly: Bool { self == .cancel || self == .force }
}
