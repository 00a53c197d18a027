import NIOPosix
import Synchronization

/// Does one costly thing for all who want it: those who come while it is being done share the next
/// time. What each of them did before it joined is covered.
final class GroupFlush: Sendable {
  private struct State {
    var waiting: [CheckedContinuation<Void, any Error>] = []
    var isRunning = false
  }
  private let state = Mutex(State())
  private let work: @Sendable () throws -> Void

  init(_ work: @escaping @Sendable () throws -> Void) { self.work = work }

  /// Threads for calls that wait for the disk; as many flushes go on at the same time.
  private static let threads: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 8)
    pool.start()
    return pool
  }()

  /// Returns when the work was begun and done after this call.
  func join() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let begins = state.withLock { state in
        state.waiting.append(continuation)
        defer { state.isRunning = true }
        return !state.isRunning
      }
      if begins { Self.threads.submit { _ in self.run() } }
    }
  }

  private func run() {
    while true {
      let group = state.withLock { state in
        if state.waiting.isEmpty { state.isRunning = false }
        defer { state.waiting = [] }
        return state.waiting
      }
      guard !group.isEmpty else { return }
      let result = Result { try work() }
      for waiting in group { waiting.resume(with: result) }
    }
  }
}
