import Foundation
import Store
import Synchronization

/// The time without a connection, one for all uploads: a thousand queued studies need not each find
/// out that the gateway is away, and all of them go on when one of them has heard it again.
final class Outage: Sendable {
  private struct State {
    var began: Date?
    var until: Date?
  }
  private let state = Mutex(State())
  private let backoff: Backoff

  init(_ backoff: Backoff) { self.backoff = backoff }

  /// Nothing is tried before this time; nil when nothing is known against trying.
  var pausedUntil: Date? { state.withLock { $0.until } }

  /// A request found no gateway. Requests that fail at about the same moment are one failure.
  /// - Parameter random: 0 ..< 1.
  /// - Returns: when to try again.
  func failed(at now: Date, random: Double) -> Date {
    state.withLock { state in
      if let until = state.until, until > now { return until }
      let began = state.began ?? now
      let seconds = backoff.delay(
        outage: now.timeIntervalSince(began), random: random)
      let until = now.addingTimeInterval(seconds)
      state = State(began: began, until: until)
      return until
    }
  }

  /// The gateway was heard.
  /// - Returns: what uploads were told to wait for, if there was an outage.
  func end() -> Date? {
    state.withLock { state in
      defer { state = State() }
      return state.until
    }
  }
}

extension SendContext {
  /// Call it when the gateway has answered: what waited for the network goes on now.
  func heard() async throws {
    guard let until = outage.end() else { return }
    try await store.endWaits(until: until)
  }
}
