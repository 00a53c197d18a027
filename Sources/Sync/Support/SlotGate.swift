import Foundation

/// A number of slots, given to the most urgent waiter first: this is how a STAT study overtakes, at
/// the next request and not at the next study. Among equally urgent studies slots go round by bytes
/// (start-time fair queueing): each gets the same share however large its requests are, and a small
/// study is through while a large one goes on.
actor SlotGate {
  /// Who wants a slot, for how much.
  struct Claim: Sendable {
    /// Smaller is sooner: the rank of the service level.
    var rank: Int
    /// The study, whose claims share one turn.
    var flow: String
    /// Bytes of the request.
    var cost: Int
  }

  private struct Waiter {
    var id: Int
    var rank: Int
    /// Virtual time at which the claim's turn comes: bytes given to its flow before it, counted
    /// from those of the others.
    var start: Double
    var continuation: CheckedContinuation<Bool, Never>
  }

  private struct Class {
    /// Start of the claim that was served last.
    var clock = 0.0
    /// End of the last claim of each flow.
    var ends: [String: Double] = [:]
  }

  private var slots: Int
  private var used = 0
  private var waiters: [Waiter] = []
  private var classes: [Int: Class] = [:]
  private var nextID = 0

  init(slots: Int) { self.slots = max(1, slots) }

  /// Runs `work` in a slot. Throws `CancellationError` when cancelled while waiting.
  func run<T: Sendable>(
    _ claim: Claim, _ work: @Sendable () async throws -> T
  ) async throws -> T {
    try await acquire(claim)
    defer { release() }
    try Task.checkCancellation()
    return try await work()
  }

  /// Changes how many run at a time; what runs goes on.
  func resize(to slots: Int) {
    self.slots = max(1, slots)
    grant()
  }

  /// Slots that are free, and tasks that wait for one.
  var freeSlots: Int { max(0, slots - used) }
  var waiting: Int { waiters.count }
  func waiting(rank: Int) -> Int { waiters.count { $0.rank == rank } }

  private func acquire(_ claim: Claim) async throws {
    try Task.checkCancellation()
    var line = classes[claim.rank] ?? Class()
    // A flow that was away is not owed what it did not ask for.
    let start = max(line.clock, line.ends[claim.flow] ?? 0)
    line.ends[claim.flow] = start + Double(max(1, claim.cost))
    if line.ends.count > 256 {
      let clock = line.clock
      line.ends = line.ends.filter { $0.value > clock }
    }
    classes[claim.rank] = line
    if used < slots {
      used += 1
      classes[claim.rank]?.clock = max(line.clock, start)
      return
    }
    nextID += 1
    let id = nextID
    let granted = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiters.append(
          Waiter(id: id, rank: claim.rank, start: start, continuation: continuation))
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
    used -= 1
    grant()
  }

  private func grant() {
    while used < slots {
      let first = waiters.indices.min { a, b in
        let (one, other) = (waiters[a], waiters[b])
        return (one.rank, one.start, one.id) < (other.rank, other.start, other.id)
      }
      guard let first else { return }
      let waiter = waiters.remove(at: first)
      let clock = classes[waiter.rank]?.clock ?? 0
      classes[waiter.rank]?.clock = max(clock, waiter.start)
      used += 1
      waiter.continuation.resume(returning: true)
    }
  }
}
