import Foundation
import Synchronization

/// Something to wait for: a signal that is kept until somebody takes it. Many signals before a
/// wait count as one.
final class Wakeup: Sendable {
  private struct State {
    var isSet = false
    var nextID = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }
  private let state = Mutex(State())

  func signal() {
    let woken = state.withLock { state in
      let waiters = Array(state.waiters.values)
      state.waiters = [:]
      if waiters.isEmpty { state.isSet = true }
      return waiters
    }
    for waiter in woken { waiter.resume() }
  }

  /// Returns at the next signal, at once if one is pending, or when the task is cancelled.
  func wait() async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready = state.withLock { state in
          if state.isSet || Task.isCancelled {
            state.isSet = false
            return true
          }
          state.waiters[id] = continuation
          return false
        }
        if ready { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }

  /// Returns at the next signal or after the seconds, whichever comes first.
  func wait(atMost seconds: TimeInterval, timing: Timing) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask { try await timing.sleep(seconds) }
      _ = try await group.next()
      group.cancelAll()
    }
    try Task.checkCancellation()
  }
}
