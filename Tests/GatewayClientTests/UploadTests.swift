import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Sync

@Suite("Uploads against a gateway that works", .timeLimit(.minutes(15)))
struct UploadTests {
  @Test func reachesCommittedWithProof() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([1, 1024, 5000, 10_240])
      let id = try await bench.enqueue(paths)
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
      #expect(upload.sentBytes == upload.byteCount)
      #expect(upload.resentBytes == 0)
      #expect(bench.gateway.receivedBytes == Int(upload.byteCount))
      let work = try #require(try await bench.store.work(id))
      #expect(work.files.allSatisfy { $0.file.sha256 != nil && $0.file.state != .waiting })
    }
  }

  @Test func endsUnprovenWithAPlainGateway() async throws {
    try await withBench(extensions: false) { bench in
      let paths = try bench.write([1, 1024, 5000, 10_240])
      let id = try await bench.enqueue(paths)
      let upload = try await bench.settle(id)
      #expect(upload.state == .unproven, "\(upload.state) \(upload.reason)")
      #expect(upload.reason.contains("STOW-SUCCESS"))
      try bench.expectNoFalseClaim(upload, paths)
      #expect(bench.gateway.receivedBytes == Int(upload.byteCount))
    }
  }

  @Test func statOvertakesAtTheNextChunk() async throws {
    var options = Bench.options
    options.parallelChunks = 1
    options.parallelUploads = 1
    try await withBench(extensions: true, options: options) { bench in
      let slow = try await bench.enqueue(bench.write([300 * 1024], study: "slow"), name: "SLOW")
      let urgentPaths = try bench.write([4 * 1024], study: "urgent")
      let (stream, arrived) = AsyncStream<Int>.makeStream()
      bench.gateway.onChunk { arrived.yield($0) }
      let run = Task { try await bench.engine.syncUntilSettled() }
      for await count in stream where count >= 3 { break }
      let urgent = try await bench.enqueue(
        urgentPaths, name: "URGENT", level: .stat, study: "1.2.4")
      let before = bench.gateway.arrivals.count
      while true {
        let states = try await [bench.store.upload(slow), bench.store.upload(urgent)].compactMap {
          $0?.state
        }
        if states.allSatisfy(\.isFinal) { break }
        try await Task.sleep(for: .milliseconds(10))
      }
      run.cancel()
      _ = await run.result
      let urgentFile = try #require(try await bench.store.work(urgent)).files[0].file.id.rawValue
      let order = bench.gateway.arrivals
      let lastUrgent = try #require(order.lastIndex(of: urgentFile))
      // Its four chunks came long before the three hundred of the other were through.
      #expect(lastUrgent < order.count - 10, "\(before) \(lastUrgent) of \(order.count)")
    }
  }

  @Test func uploadsOfAnotherGatewayWait() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([100])
      let id = try await bench.store.enqueue(
        [
          StudyDraft(
            study: StudySummary(patientName: "X"), serviceLevel: .routine, clinicalHistory: "",
            files: paths.map(Bench.draft))
        ],
        owner: UploadOwner(
          gateway: "https://elsewhere.example", username: "ann",
          facility: Facility(id: FacilityID(""), name: "")), now: bench.clock.now)[0]
      try await bench.engine.syncOnce()
      #expect(try await bench.store.upload(id)?.state == .queued)
      #expect(bench.gateway.requests("POST init") == 0)
    }
  }
}

extension SyncEngine {
  /// Sends for ever, for tests that cancel.
  func syncUntilSettled() async throws {
    let lease = try #require(try SenderLease.tryAcquire(store.home))
    defer { withExtendedLifetime(lease) {} }
    try await sender.run()
  }
}
