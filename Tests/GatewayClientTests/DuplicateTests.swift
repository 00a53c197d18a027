import Domain
import Foundation
import GatewayClient
import Store
import TestSupport
import Testing

@testable import Sync

@Suite("Duplicates and resuming", .timeLimit(.minutes(15)))
struct DuplicateTests {
  @Test(arguments: [true, false])
  func aStrangersStudyWaitsForAPerson(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      bench.gateway.rememberStranger(name: "DOE^JANE", date: "20260101", modality: "CT")
      let paths = try bench.write([700])
      let id = try await bench.enqueue(paths)
      let upload = try await bench.settle(id)
      #expect(upload.state == .duplicate)
      #expect(bench.gateway.requests("PUT chunk") == 0)
      try await bench.store.command(
        .force, id, reason: "lost on the other side", at: bench.clock.now)
      let sent = try await bench.settle(id)
      #expect(sent.state.hasArrived(extensions), "\(sent.reason)")
      try bench.expectNoFalseClaim(sent, paths)
    }
  }

  /// RelayPACS compares name, date and modality: two CTs of one day are not the same study.
  @Test func anotherStudyOfOursIsNoDuplicate() async throws {
    try await withBench(extensions: false) { bench in
      let first = try bench.write([700], study: "one")
      let second = try bench.write([800], study: "two")
      let a = try await bench.enqueue(first, study: "1.2.3")
      #expect(try await bench.settle(a).state == .unproven)
      let b = try await bench.enqueue(second, study: "1.2.4")
      #expect(try await bench.settle(b).state == .unproven)
      // The same study again is one.
      let c = try await bench.enqueue(first, study: "1.2.3")
      #expect(try await bench.settle(c).state == .duplicate)
    }
  }

  /// After a failure the study is this workstation's own duplicate: retry sends it.
  @Test(arguments: [Fault.pacsDown, .partialReceipt, .completeFails])
  func retryAfterAPlainFailureSendsEverything(fault: Fault) async throws {
    try await withBench(extensions: false) { bench in
      let paths = try bench.write([700, 3000])
      let id = try await bench.enqueue(paths)
      bench.gateway.arm(fault)
      let failed = try await bench.settle(id)
      #expect(failed.state == .failed)
      try await bench.store.command(.retry, id, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state == .unproven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  @Test func retryAfterARefusalWithProofOpensANewSession() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([700, 3000])
      let id = try await bench.enqueue(paths)
      bench.gateway.arm(.partialReceipt)
      let failed = try await bench.settle(id)
      #expect(failed.state == .failed && failed.reason.contains("1 of 2"))
      let work = try #require(try await bench.store.work(id))
      #expect(work.files.contains { $0.file.state == .failed && $0.file.reason.contains("A700H") })
      try await bench.store.command(.retry, id, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  /// The engine dies at every chunk in turn; another one goes on. Nothing is lost, and at most the
  /// chunks that were on their way are sent again.
  @Test(arguments: [true, false])
  func goesOnWhereItDied(extensions: Bool) async throws {
    let gateway = try await FaultGateway(extensions: extensions)
    let first = try Bench(gateway)
    try await first.login()
    let paths = try first.write([700, 12 * 1024, 9000, 5000])
    let id = try await first.enqueue(paths)
    var deaths = 0
    for _ in 0..<40 {
      let bench = try Bench(gateway, folder: first.folder)
      let before = gateway.arrivals.count
      let (stream, arrived) = AsyncStream<Int>.makeStream()
      gateway.onChunk { arrived.yield($0) }
      let run = Task { try await bench.engine.waitUntilSettled([id]) }
      let watch = Task {
        for await count in stream where count >= before + 3 { run.cancel() }
      }
      let result = await run.result
      arrived.finish()
      await watch.value
      await bench.transport.shutdown()
      try bench.store.close()
      if case .success = result { break }
      deaths += 1
    }
    gateway.onChunk(nil)
    let upload = try #require(try await first.store.upload(id))
    #expect(
      upload.state.hasArrived(extensions), "\(upload.state) \(upload.reason)")
    #expect(deaths >= 3)
    try first.expectNoFalseClaim(upload, paths)
    let again = gateway.receivedBytes - Int(upload.byteCount)
    #expect(again <= (deaths + 1) * 4 * 1024, "\(again) after \(deaths)")
    await first.tearDown()
    await gateway.stop()
  }

  @Test func pauseAndCancelStopAtOnce() async throws {
    var options = Bench.options
    options.parallelChunks = 1
    try await withBench(extensions: true, options: options) { bench in
      let paths = try bench.write([200 * 1024])
      let id = try await bench.enqueue(paths)
      let (stream, arrived) = AsyncStream<Int>.makeStream()
      bench.gateway.onChunk { arrived.yield($0) }
      let waiting = Task { try await bench.engine.waitUntilSettled([id]) }
      for await count in stream where count >= 5 { break }
      try await bench.store.command(.pause, id, at: bench.clock.now)
      #expect(try await waiting.value.first?.state == .paused)
      let sent = bench.gateway.arrivals.count
      #expect(sent < 150)
      try await bench.store.command(.resume, id, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      #expect(bench.gateway.arrivals.count <= 202)
      try bench.expectNoFalseClaim(upload, paths)
    }
  }
}
