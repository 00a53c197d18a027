import Domain
import Foundation
import GatewayClient
import Store
import TestSupport
import Testing
import Wire

@testable import Sync

/// What a gateway that means harm can make this machine do beyond what one answer can: see
/// ``FaultTests`` for those.
@Suite("A hostile gateway", .serialized, .timeLimit(.minutes(3)))
struct HostileTests {
  /// A session that was cut into a million parts is not even begun.
  @Test func chunksOfOneByteAreRefused() async throws {
    let gateway = try await FaultGateway(extensions: true, chunkSize: 1)
    var options = Bench.options
    options.chunkSize = 1
    let bench = try Bench(gateway, options: options)
    do {
      try await bench.login()
      let id = try await bench.enqueue(bench.write([150_000]))
      let run = Task { try await bench.engine.syncUntilSettled() }
      var upload = try #require(try await bench.store.upload(id))
      while !upload.reason.contains("chunks of 1 bytes") {
        try await Task.sleep(for: .milliseconds(5))
        upload = try #require(try await bench.store.upload(id))
      }
      run.cancel()
      _ = await run.result
      #expect(gateway.requests("PUT chunk") == 0 && gateway.requests("POST chunks") == 0)
      #expect(!upload.state.isProven && upload.sentBytes == 0)
    } catch {
      await bench.tearDown()
      await gateway.stop()
      throw error
    }
    await bench.tearDown()
    await gateway.stop()
  }

  /// Whoever does not read loses old events of a flood, never the newest.
  @Test func aFloodOfEventsLosesOnlyOldOnes() async throws {
    try await withBench(extensions: true) { bench in
      let events = try await events(of: bench)
      while bench.gateway.streams == 0 { try await Task.sleep(for: .milliseconds(2)) }
      let flood = 20_000
      for number in 1...flood {
        bench.gateway.sendEvent("event: changed\nid: \(number)\ndata: {}\n\n")
      }
      // What a connection still held when it is cut may be lost: it stays open until the end is read.
      var last = 0
      for try await event in events {
        // The greeting has no number.
        guard let number = event.id.flatMap({ Int($0) }) else { continue }
        #expect(number > last)
        last = number
        if last == flood { break }
      }
      #expect(last == flood)
    }
  }

  private func events(of bench: Bench) async throws
    -> AsyncThrowingStream<GatewayEvent, any Error>
  {
    let account = try #require(try await bench.store.account())
    let link = try GatewayClient.linkMaker(bench.transport)(bench.gateway.origin)
    return link.events(after: nil, access: account.accessToken)
  }

  /// A line without end ends the stream, not the memory of this machine.
  @Test func anEventWithoutEndEndsTheStream() async throws {
    try await withBench(extensions: true) { bench in
      let events = try await events(of: bench)
      while bench.gateway.streams == 0 { try await Task.sleep(for: .milliseconds(2)) }
      let part = String(repeating: "x", count: 64 << 10)
      for _ in 0..<32 { bench.gateway.sendEvent(part) }
      do {
        for try await _ in events {}
        Issue.record("the stream ended without an error")
      } catch LinkError.malformed(let words) {
        #expect(words.contains("event"))
      }
    }
  }
}
