import Foundation

/// A token bucket that all bodies of chunks go through, slice by slice. It holds what is owed for
/// bytes that went out and lets it run off at the rate in force, so that a change of the rate is
/// felt at once, and a clock that jumps costs a slice at most.
actor Throttle {
  /// Bytes that are handed over at a time.
  static let slice = 16_384

  private let rate: @Sendable () async -> Int64?
  private let timing: Timing
  private var owed = 0.0
  private var last: Date?
  /// Those that wait, in the order in which they came.
  private var turn: Task<Void, any Error>?

  init(timing: Timing, rate: @escaping @Sendable () async -> Int64?) {
    self.timing = timing
    self.rate = rate
  }

  /// Returns when so many bytes may go out.
  func take(_ bytes: Int) async throws {
    let before = turn
    let mine = Task {
      _ = await before?.result
      try await self.wait(for: bytes)
    }
    turn = mine
    try await withTaskCancellationHandler {
      try await mine.value
    } onCancel: {
      mine.cancel()
    }
  }

  private func wait(for bytes: Int) async throws {
    while true {
      try Task.checkCancellation()
      guard let rate = await rate(), rate > 0 else {
        owed = 0
        last = nil
        return
      }
      let now = timing.now()
      if let last {
        // At most a second of rest is made up for, whatever the clock says.
        let passed = max(0, min(now.timeIntervalSince(last), 60))
        owed = max(-Double(rate) / 10, owed - Double(rate) * passed)
      }
      last = now
      guard owed > 0 else {
        owed += Double(bytes)
        return
      }
      // The rate may change meanwhile.
      try await timing.sleep(max(0.001, min(owed / Double(rate), 0.5)))
    }
  }
}
