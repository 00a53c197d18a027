import Foundation
import Synchronization

/// Keeps a dead archive from costing anything: after some failures in a row nothing is tried until
/// a pause is over; then one attempt decides.
final class CircuitBreaker: Sendable {
  private struct State {
    var failures = 0
    var openUntil: Date?
  }
  private let state = Mutex(State())
  private let threshold: Int
  private let firstPause: TimeInterval
  private let maximumPause: TimeInterval

  init(threshold: Int = 3, firstPause: TimeInterval, maximumPause: TimeInterval) {
    self.threshold = threshold
    self.firstPause = firstPause
    self.maximumPause = maximumPause
  }

  /// The moment before which nothing is to be tried; nil when it may be.
  func pause(now: Date) -> Date? {
    state.withLock { state in
      guard let until = state.openUntil, until > now else { return nil }
      return until
    }
  }

  func succeeded() { state.withLock { $0 = State() } }

  func failed(now: Date) {
    state.withLock { state in
      state.failures += 1
      guard state.failures >= threshold else { return }
      let doublings = min(10, state.failures - threshold)
      let pause = min(maximumPause, firstPause * pow(2, Double(doublings)))
      state.openUntil = now.addingTimeInterval(pause)
    }
  }

  /// True when the last attempt reached the archive.
  var isClosed: Bool { state.withLock { $0.failures == 0 } }
}
