import Domain
import Foundation
import Synchronization

/// Derives how the workstation stands with its gateway from what the loops experience.
final class ConnectionKeeper: Sendable {
  private struct State {
    var onlineSince: Date?
    var offlineSince: Date?
    var failures = 0
  }
  private let state = Mutex(State())
  private let hub: EventHub

  init(_ hub: EventHub) { self.hub = hub }

  func connecting() {
    if state.withLock({ $0.onlineSince == nil && $0.offlineSince == nil }) {
      hub.send(.connection(.connecting))
    }
  }

  func reached(at now: Date) {
    let since = state.withLock { state in
      let since = state.onlineSince ?? now
      state = State(onlineSince: since)
      return since
    }
    hub.send(.connection(.online(since: since)))
  }

  /// - Parameter nextAttemptAt: nil when it is not known.
  func failed(_ reason: String, nextAttemptAt: Date?, at now: Date) {
    let (since, failures) = state.withLock { state in
      let since = state.offlineSince ?? now
      state = State(offlineSince: since, failures: state.failures + 1)
      return (since, state.failures)
    }
    if failures < 3, let nextAttemptAt {
      hub.send(.connection(.reconnecting(nextAttemptAt: nextAttemptAt, reason: reason)))
    } else {
      hub.send(.connection(.offline(since: since, reason: reason)))
    }
  }

  func refused(_ error: SyncError) {
    state.withLock { $0 = State() }
    hub.send(.connection(error == .loginExpired ? .loginExpired : .loggedOut))
  }
}
