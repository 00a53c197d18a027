import Foundation
import Synchronization
import Testing

@testable import Sync

/// Slots under load: studies that keep several requests waiting at all times, on one virtual line.
@Suite("Slots", .timeLimit(.minutes(2)))
struct FairnessTests {
  private final class Record: Sendable {
    private let served = Mutex<[(flow: String, bytes: Int)]>([])
    func note(_ flow: String, _ bytes: Int) { served.withLock { $0.append((flow, bytes)) } }
    var order: [(flow: String, bytes: Int)] { served.withLock { $0 } }
  }

  /// Sends `total` bytes of a study in requests of `size`, `window` at a time.
  private func study(
    _ flow: String, rank: Int = 3, total: Int, size: Int, gate: SlotGate, record: Record,
    window: Int = 6
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<(total / size) {
        if number >= window { try await group.next() }
        group.addTask {
          try await gate.run(.init(rank: rank, flow: flow, cost: size)) {
            record.note(flow, size)
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// All begin at once: the first holds the only slot until everybody waits.
  /// - Parameter waiting: how many requests that are; less than all of them are not steady on a busy
  ///   machine, because a gate serves only those who wait.
  private func together(
    waiting: Int, _ work: @escaping @Sendable (SlotGate, Record) async throws -> Void
  ) async throws -> [(flow: String, bytes: Int)] {
    let gate = SlotGate(slots: 1)
    let record = Record()
    let (open, opener) = AsyncStream<Void>.makeStream()
    let holder = Task {
      try await gate.run(.init(rank: 9, flow: "holder", cost: 1)) { for await _ in open {} }
    }
    while await gate.freeSlots > 0 { await Task.yield() }
    let running = Task { try await work(gate, record) }
    while await gate.waiting < waiting { await Task.yield() }
    opener.finish()
    try await holder.value
    try await running.value
    return record.order
  }

  @Test func equalStudiesEndTogether() async throws {
    let order = try await together(waiting: 200) { gate, record in
      async let a: Void = study(
        "a", total: 100 << 20, size: 1 << 20, gate: gate, record: record, window: .max)
      async let b: Void = study(
        "b", total: 100 << 20, size: 1 << 20, gate: gate, record: record, window: .max)
      _ = try await (a, b)
    }
    let lastA = order.lastIndex { $0.flow == "a" } ?? 0
    let lastB = order.lastIndex { $0.flow == "b" } ?? 0
    #expect(abs(lastA - lastB) <= order.count / 20, "\(lastA) \(lastB) of \(order.count)")
  }

  /// By bytes: large requests of one give no larger share.
  @Test func largeRequestsGetNoMore() async throws {
    let order = try await together(waiting: 272) { gate, record in
      async let a: Void = study(
        "a", total: 64 << 20, size: 4 << 20, gate: gate, record: record, window: .max)
      async let b: Void = study(
        "b", total: 64 << 20, size: 1 << 18, gate: gate, record: record, window: .max)
      _ = try await (a, b)
    }
    // In the middle both have had about the same.
    var sums: [String: Int] = [:]
    for (flow, bytes) in order {
      sums[flow, default: 0] += bytes
      if sums.values.reduce(0, +) >= 64 << 20 { break }
    }
    let difference = abs((sums["a"] ?? 0) - (sums["b"] ?? 0))
    #expect(difference <= 12 << 20, "\(sums)")
  }

  @Test func aSmallStudyIsNotStarvedByALargeOne() async throws {
    let order = try await together(waiting: 1_044) { gate, record in
      async let a: Void = study(
        "large", total: 1 << 30, size: 1 << 20, gate: gate, record: record, window: .max)
      async let b: Void = study(
        "small", total: 20 << 20, size: 1 << 20, gate: gate, record: record, window: .max)
      _ = try await (a, b)
    }
    let end = order.lastIndex { $0.flow == "small" } ?? .max
    #expect(end < 60, "the small study's last request was the \(end)th")
  }

  /// What comes late gets its share from then on, and is not owed the past.
  @Test func aLateStudyTakesOverNothing() async throws {
    let order = try await together(waiting: 12) { gate, record in
      async let a: Void = study("early", total: 4 << 30, size: 1 << 20, gate: gate, record: record)
      async let b: Void = study("other", total: 4 << 30, size: 1 << 20, gate: gate, record: record)
      while record.order.count < 60 { await Task.yield() }
      async let c: Void = study("late", total: 10 << 20, size: 1 << 20, gate: gate, record: record)
      _ = try await (a, b, c)
    }
    let first = order.firstIndex { $0.flow == "late" } ?? 0
    let stretch = order[first...].prefix(9)
    #expect(stretch.count { $0.flow == "late" } <= 5, "\(stretch)")
    let last = order.lastIndex { $0.flow == "late" } ?? .max
    #expect(last - first < 45)
  }

  @Test func moreSlotsAreGivenAtOnce() async throws {
    let gate = SlotGate(slots: 1)
    let (open, opener) = AsyncStream<Void>.makeStream()
    let holders = (0..<4).map { number in
      Task {
        try await gate.run(.init(rank: 3, flow: "\(number)", cost: 1)) { for await _ in open {} }
      }
    }
    while await gate.waiting < 3 { await Task.yield() }
    await gate.resize(to: 4)
    #expect(await gate.waiting == 0)
    await gate.resize(to: 2)
    #expect(await gate.freeSlots == 0)
    opener.finish()
    for holder in holders { _ = await holder.result }
    #expect(await gate.freeSlots == 2)
  }
}
