import Foundation

/// A bounded number of slots, given to the most urgent waiter first. This is how a STAT study
/// overtakes: it waits for one chunk at most, not for a study.
actor SlotGate {
  /// Smaller is sooner: service level rank, then age.
  struct Urgency: Comparable, Sendable {
    var rank: Int
    var createdAt: Date
    static func < (a: Self, b: Self) -> Bool { (a.rank, a.createdAt) < (b.rank, b.createdAt) }
  }

  private var free: Int
  private var waiters:
    [(id: Int, urgency: Urgency, continuation: CheckedContinuation<Bool, Never>)] = []
  private var nextID = 0

  init(slots: Int) { free = max(1, slots) }

  /// Runs `work` in a slot. Throws `CancellationError` when cancelled while waiting.
  func run<T: Sendable>(
    _ urgency: Urgency, _ work: @Sendable () async throws -> T
  ) async throws -> T {
    try await acquire(urgency)
    defer { release() }
    try Task.checkCancellation()
    return try await work()
  }

  /// Slots that are free, and tasks that wait for one.
  var freeSlots: Int { free }
  var waiting: Int { waiters.count }

  private func acquire(_ urgency: Urgency) async throws {
    try Task.checkCancellation()
    if free > 0 {
      free -= 1
      return
    }
    nextID += 1
    let id = nextID
    let granted = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiters.append((id, urgency, continuation))
        // Cancelled between the check above and here: the handler found nothing to remove.
        if Task.isCancelled { drop(id) }
      }
    } onCancel: {
      Task { await self.drop(id) }
    }
    if !granted { throw CancellationError() }
  }

  private func drop(_ id: Int) {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
    waiters.remove(at: index).continuation.resume(returning: false)
  }

  private func release() {
    let first = waiters.indices.min { a, b in
      (waiters[a].urgency, waiters[a].id) < (waiters[b].urgency, waiters[b].id)
    }
    guard let first else {
      free += 1
      return
    }
    waiters.remove(at: first).continuation.resume(returning: true)
  }
}
