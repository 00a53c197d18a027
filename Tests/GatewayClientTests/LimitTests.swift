import Domain
import Foundation
import GatewayClient
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Sync

@Suite("Priority, limits and pauses while sending", .timeLimit(.minutes(3)))
struct LimitTests {
  /// Four routine studies hold all four places on the line; as soon as one of their chunks is
  /// through, the next thing on the wire is the STAT study.
  @Test func statIsNextOnTheWireUnderLoad() async throws {
    var options = Bench.options
    options.parallelChunks = 4
    let gateway = try await FaultGateway(extensions: true)
    let desk = HoldingDesk()
    let bench = try Bench(gateway, options: options) { HoldingLink($0, desk) }
    do {
      try await bench.login()
      for number in 0..<4 {
        _ = try await bench.enqueue(
          bench.write([40 * 1024], study: "r\(number)"), name: "R\(number)", study: "1.2.\(number)")
      }
      let run = Task { try await bench.engine.syncUntilSettled() }
      let gate = bench.engine.context.gate
      // Each has a chunk on the wire and more waiting.
      try await wait { desk.held.count == 4 }
      while await gate.waiting < 4 { try await Task.sleep(for: .milliseconds(2)) }
      let first = try await bench.enqueue(
        bench.write([4 * 1024], study: "s"), name: "S", level: .stat, study: "1.2.9")
      let second = try await bench.enqueue(
        bench.write([4 * 1024], study: "t"), name: "T", level: .stat, study: "1.2.10")
      // Both STAT studies have begun, although all places were taken, and wait for a slot.
      var urgent: [String] = []
      while await gate.waiting(rank: 0) < 8 { try await Task.sleep(for: .milliseconds(2)) }
      for id in [first, second] {
        urgent.append(try #require(try await bench.store.work(id)).files[0].file.id.rawValue)
      }
      // One chunk goes through, and the next; each time STAT comes next, until it is through.
      for number in 1...8 {
        let before = desk.begun.count
        desk.release(1)
        try await wait { desk.begun.count > before }
        let next = try #require(desk.begun.last)
        #expect(urgent.contains(next), "the \(number)th place went to a routine study")
      }
      desk.release(.max)
      while try await bench.store.upload(first)?.state.isProven != true {
        try await Task.sleep(for: .milliseconds(5))
      }
      run.cancel()
      _ = await run.result
    } catch {
      desk.release(.max)
      await bench.tearDown()
      await gateway.stop()
      throw error
    }
    await bench.tearDown()
    await gateway.stop()
  }

  /// Every chunk body is paced while a limit is in force, and none when it is lifted, from the next
  /// chunk on.
  @Test(arguments: [true, false]) func aLimitIsInForceAtOnce(extensions: Bool) async throws {
    let gateway = try await FaultGateway(extensions: extensions)
    let paces = PaceRecord()
    let bench = try Bench(gateway) { PaceLink($0, paces) }
    do {
      try await bench.login()
      try await bench.store.set(.uploadLimit, value: "64M")
      let paths = try bench.write([20 * 1024])
      let id = try await bench.enqueue(paths)
      let upload = try await bench.settle(id)
      #expect(upload.state.hasArrived(extensions), "\(upload.state) \(upload.reason)")
      #expect(paces.all.count >= 20 && paces.all.allSatisfy { $0 }, "\(paces.all)")
      let before = paces.all.count
      try await bench.store.set(.uploadLimit, value: "off")
      let free = try await bench.enqueue(
        bench.write([20 * 1024], study: "b"), name: "FREE", study: "1.2.4")
      _ = try await bench.settle(free)
      #expect(paces.all.dropFirst(before).allSatisfy { !$0 })
      try bench.expectNoFalseClaim(upload, paths)
    } catch {
      await bench.tearDown()
      await gateway.stop()
      throw error
    }
    await bench.tearDown()
    await gateway.stop()
  }

  @Test func whatIsOverTheBudgetWaitsInWords() async throws {
    try await withBench(extensions: true) { bench in
      try await bench.store.set(.uploadBudget, value: "20k per day")
      let first = try await bench.enqueue(bench.write([64 * 1024], study: "a"), study: "1.2.3")
      let run = Task { try await bench.engine.syncUntilSettled() }
      var upload = try #require(try await bench.store.upload(first))
      while !upload.reason.hasPrefix(Store.budgetWords) {
        try await Task.sleep(for: .milliseconds(5))
        upload = try #require(try await bench.store.upload(first))
      }
      let words = upload.reason
      #expect(words.contains("20k per day") && words.contains("midnight"), "\(words)")
      let used = try await bench.store.traffic(ofDays: "2")
      // What was on the wire already is let through.
      #expect(used >= 20 * 1024 && used < 40 * 1024, "\(used)")
      try await bench.store.set(.uploadBudget, value: "off")
      while try await bench.store.upload(first)?.state.isProven != true {
        try await Task.sleep(for: .milliseconds(5))
      }
      run.cancel()
      _ = await run.result
    }
  }

  /// The engine's clock jumps by itself whenever it waits: the pause ends, and the study arrives.
  @Test func aPauseEndsWhileTheEngineRuns() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([5_000])
      let id = try await bench.enqueue(paths)
      let now = bench.clock.now
      let term = PauseTerm(end: now.addingTimeInterval(4 * 3_600), duration: 4 * 3_600)
      try await bench.store.command(.pause, id, term: term, at: now)
      let run = Task { try await bench.engine.syncUntilSettled() }
      while try await bench.store.upload(id)?.state.isProven != true {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(bench.clock.now >= term.end)
      run.cancel()
      _ = await run.result
      try bench.expectNoFalseClaim(try #require(try await bench.store.upload(id)), paths)
    }
  }

  /// The clock was a year ahead when an attempt was put off, and is right now.
  @Test func aWaitOfAWrongClockIsNotWaitedFor() async throws {
    try await withBench(extensions: true) { bench in
      let id = try await bench.enqueue(bench.write([5_000]))
      let begin = bench.clock.now
      try await bench.store.transition(
        id, to: .queued, reason: "Waiting to try again.",
        nextAttemptAt: begin.addingTimeInterval(365 * 86_400), at: begin)
      let run = Task { try await bench.engine.syncUntilSettled() }
      while try await bench.store.upload(id)?.state.isProven != true {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(bench.clock.now.timeIntervalSince(begin) < 86_400)
      run.cancel()
      _ = await run.result
    }
  }

  private func wait(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(2)) }
  }
}

/// Requests with chunks that stand at the door of the gateway until the test lets them in.
final class HoldingDesk: Sendable {
  private struct State {
    var begun: [String] = []
    var held: [(id: Int, continuation: CheckedContinuation<Void, Never>)] = []
    var credit = 0
    var next = 0
  }
  private let state = Mutex(State())

  /// File ids in the order in which their chunks came.
  var begun: [String] { state.withLock { $0.begun } }
  var held: [Int] { state.withLock { $0.held.map(\.id) } }

  func arrive(_ file: String) async {
    await withCheckedContinuation { continuation in
      let passes = state.withLock { state in
        state.begun.append(file)
        if state.credit > 0 {
          if state.credit < .max { state.credit -= 1 }
          return true
        }
        state.next += 1
        state.held.append((state.next, continuation))
        return false
      }
      if passes { continuation.resume() }
    }
  }

  /// Lets the first so many of those that wait go on; `.max` all, for good.
  func release(_ count: Int) {
    let released = state.withLock { state in
      if count == .max { state.credit = .max }
      let first = state.held.prefix(count)
      state.held.removeFirst(first.count)
      return first.map(\.continuation)
    }
    for continuation in released { continuation.resume() }
  }
}

/// A link whose chunks wait at the desk.
final class HoldingLink: ForwardingLink, @unchecked Sendable {
  // Immutable after init: the class is not final only for its base.
  private let desk: HoldingDesk

  init(_ link: any GatewayLink, _ desk: HoldingDesk) {
    self.desk = desk
    super.init(link)
  }

  override func put(_ chunk: OutgoingChunk, uploadToken: String, terms: SendTerms) async throws
    -> ChunkReceipt
  {
    await desk.arrive(chunk.fileID)
    return try await super.put(chunk, uploadToken: uploadToken, terms: terms)
  }
}

/// Whether chunks went out at a pace.
final class PaceRecord: Sendable {
  private let paces = Mutex<[Bool]>([])
  var all: [Bool] { paces.withLock { $0 } }
  func note(_ isPaced: Bool) { paces.withLock { $0.append(isPaced) } }
}

final class PaceLink: ForwardingLink, @unchecked Sendable {
  // Immutable, as its base.
  private let record: PaceRecord

  init(_ link: any GatewayLink, _ record: PaceRecord) {
    self.record = record
    super.init(link)
  }

  override func put(_ chunk: OutgoingChunk, uploadToken: String, terms: SendTerms) async throws
    -> ChunkReceipt
  {
    record.note(terms.pace != nil)
    return try await super.put(chunk, uploadToken: uploadToken, terms: terms)
  }
}
