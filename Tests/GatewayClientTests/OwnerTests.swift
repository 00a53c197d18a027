import Domain
import Foundation
import GatewayClient
import Store
import TestSupport
import Testing

@testable import Sync

/// Two users at one workstation and one gateway.
@Suite("Owners", .timeLimit(.minutes(15)))
struct SharedWorkstationTests {
  private func logIn(_ user: String, _ bench: Bench) async throws {
    _ = try await bench.engine.login(
      server: bench.gateway.origin, username: user, password: "secret")
  }

  @Test(arguments: [true, false])
  func nothingGoesOutUnderSomebodyElsesLogin(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      let paths = try bench.write([700, 5000])
      let id = try await bench.enqueue(paths)
      try await logIn("ben", bench)
      let round = try await bench.engine.syncOnce()
      #expect(round.tried.isEmpty && round.ofOthers.map(\.id) == [id])
      #expect(bench.gateway.requests("POST init") == 0)
      #expect(bench.gateway.requests("PUT chunk") == 0)
      await #expect(throws: SyncError.self) { try await bench.settle(id) }
      let waiting = try #require(try await bench.store.upload(id))
      #expect(waiting.state == .queued && waiting.reason == "Queued by ann; waits for their login.")
      try await bench.login()
      let upload = try await bench.settle(id)
      #expect(upload.state.hasArrived(extensions), "\(upload.state) \(upload.reason)")
      #expect(extensions ? bench.gateway.sessionOwners == ["ann"] : true)
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  /// Somebody else logs in while bytes go out: they stop, and go on at the owner's next login.
  @Test func aLoginInTheMiddleStopsWhatIsNotTheirs() async throws {
    var options = Bench.options
    options.parallelChunks = 1
    try await withBench(extensions: true, options: options) { bench in
      let paths = try bench.write([100 * 1024])
      let id = try await bench.enqueue(paths)
      let (stream, arrived) = AsyncStream<Int>.makeStream()
      bench.gateway.onChunk { arrived.yield($0) }
      let waiting = Task { try await bench.settle(id) }
      for await count in stream where count >= 5 { break }
      try await logIn("ben", bench)
      await #expect(throws: SyncError.self) { try await waiting.value }
      let sent = bench.gateway.arrivals.count
      #expect(sent < 95)
      let stopped = try #require(try await bench.store.upload(id))
      #expect(stopped.state == .queued && stopped.reason.contains("waits for their login"))
      // The next user's own study goes out meanwhile.
      let other = try bench.write([3000], study: "b")
      let own = try await bench.enqueue(other, name: "ROE^RICHARD", study: "1.2.4")
      #expect(try await bench.settle(own).state.isProven)
      #expect(bench.gateway.arrivals.count == sent + 3)
      try await bench.login()
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      #expect(bench.gateway.sessionOwners == ["ann", "ben"])
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  @Test(arguments: [true, false])
  func theNextShiftTakesOver(extensions: Bool) async throws {
    var options = Bench.options
    options.parallelChunks = 1
    try await withBench(extensions: extensions, options: options) { bench in
      let paths = try bench.write([40 * 1024])
      let id = try await bench.enqueue(paths)
      let (stream, arrived) = AsyncStream<Int>.makeStream()
      bench.gateway.onChunk { arrived.yield($0) }
      let waiting = Task { try await bench.settle(id) }
      for await count in stream where count >= 5 { break }
      waiting.cancel()
      _ = await waiting.result
      try await logIn("ben", bench)
      let ben = try #require(try await bench.store.account()).owner
      try await bench.store.takeOver(id, for: ben, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state.hasArrived(extensions), "\(upload.state) \(upload.reason)")
      #expect(upload.owner == "ben")
      if extensions { #expect(bench.gateway.sessionOwners == ["ann", "ben"]) }
      // A session of their own: what went in ann's is sent again, and said so.
      #expect(upload.resentBytes >= 5 * 1024)
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  /// The study had arrived when it was taken over: it is not sent a second time.
  @Test func whatHadArrivedIsNotSentTwice() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([3000])
      let id = try await bench.enqueue(paths)
      // The last chunk arrives; `complete` and everything after it is refused.
      bench.gateway.onChunk { [gateway = bench.gateway] count in
        if count == 3 { gateway.arm(.unavailable, times: 1_000_000) }
      }
      let round = try await bench.engine.syncOnce(patience: 0)
      #expect(round.waiting.map(\.id) == [id])
      bench.gateway.disarm()
      // It is complete at the gateway all the same; only nobody here has heard it.
      let session = try #require(try await bench.store.session(id))
      let link = GatewayClient(try GatewayOrigin(bench.gateway.origin), transport: bench.transport)
      _ = try await link.complete(session.remoteID, uploadToken: session.uploadToken)
      try await logIn("ben", bench)
      let ben = try #require(try await bench.store.account()).owner
      try await bench.store.takeOver(id, for: ben, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      #expect(bench.gateway.arrivals.count == 3 && bench.gateway.sessionOwners == ["ann"])
      try bench.expectNoFalseClaim(upload, paths)
    }
  }
}

/// One round of `sync --once`: what is due is tried, what waits is told.
@Suite("One round", .timeLimit(.minutes(15)))
struct RoundTests {
  @Test func whatIsDueGoesOutAndWhatWaitsIsNamed() async throws {
    try await withBench(extensions: true) { bench in
      let due = try await bench.enqueue(bench.write([3000], study: "a"), study: "1.2.3")
      let later = try await bench.enqueue(
        bench.write([2000], study: "b"), name: "ROE^RICHARD", study: "1.2.4")
      let next = bench.clock.now + 600
      try await bench.store.transition(
        later, to: .queued, reason: "Waiting to try again: x.", nextAttemptAt: next,
        at: bench.clock.now)
      let round = try await bench.engine.syncOnce()
      #expect(round.tried.map(\.id) == [due] && round.tried[0].state.isProven)
      #expect(round.waiting.map(\.id) == [later] && round.sender == nil)
      let told = try #require(round.waiting.first?.nextAttemptAt)
      #expect(abs(told.timeIntervalSince(next)) < 0.001)
      #expect(try await bench.store.upload(later)?.state == .queued)
      // A person wants it now.
      try await bench.store.command(.retry, later, at: bench.clock.now)
      let second = try await bench.engine.syncOnce()
      #expect(second.tried.map(\.id) == [later] && second.tried[0].state.isProven)
      #expect(second.waiting.isEmpty)
    }
  }

  /// A gateway that cannot take anything for hours does not hold the round up.
  @Test func aRoundEndsWhenTheGatewayAsksForPatience() async throws {
    try await withBench(extensions: true) { bench in
      let id = try await bench.enqueue(bench.write([3000]))
      bench.gateway.onChunk { [gateway = bench.gateway] count in
        if count == 1 { gateway.arm(.rateLimitsWithRetryAfter, times: 1_000_000) }
      }
      let round = try await bench.engine.syncOnce(patience: 0.5)
      #expect(round.tried.map(\.id) == [id])
      #expect(round.waiting.map(\.id) == [id])
      #expect(round.waiting[0].reason.contains("asks to wait"))
      #expect(try #require(round.waiting[0].nextAttemptAt) > bench.clock.now)
    }
  }

  /// A line that answers questions and lets no chunk through is tried more and more rarely, although
  /// the gateway is heard each time.
  @Test func aLineThatBringsNothingOverIsLeftInPeace() async throws {
    try await withBench(extensions: true) { bench in
      let id = try await bench.enqueue(bench.write([9000]))
      bench.gateway.arm(.cutsChunkRequest, times: 1_000_000)
      let round = try await bench.engine.syncOnce(patience: 50)
      #expect(round.waiting.map(\.id) == [id])
      #expect(try #require(round.waiting[0].nextAttemptAt) > bench.clock.now + 50)
      #expect(bench.gateway.requests("GET status") < 12)
    }
  }

  @Test func anotherProcessThatSendsIsNamed() async throws {
    try await withBench(extensions: true) { bench in
      let id = try await bench.enqueue(bench.write([300]))
      let lease = try #require(try SenderLease.tryAcquire(bench.store.home, program: "agent"))
      let round = try await bench.engine.syncOnce()
      #expect(round.sender?.program == "agent")
      #expect(round.tried.isEmpty && round.waiting.map(\.id) == [id])
      withExtendedLifetime(lease) {}
    }
  }

  /// Whoever waits for an upload sends it the moment that the other sender is gone, and is told when
  /// the other one was quicker. The clock of the bench does not move by itself: nothing polls.
  @Test func theNextSenderGoesOnAtOnce() async throws {
    try await withBench(extensions: true) { bench in
      let id = try await bench.enqueue(bench.write([3000]))
      var lease = try SenderLease.tryAcquire(bench.store.home, program: "agent")
      #expect(lease != nil)
      let waiting = Task { try await bench.settle(id) }
      #expect(bench.gateway.requests("PUT chunk") == 0)
      lease = nil
      #expect(try await waiting.value.state.isProven)

      let second = try await bench.enqueue(bench.write([10], study: "c"), name: "X", study: "1.2.5")
      let other = try #require(try SenderLease.tryAcquire(bench.store.home, program: "agent"))
      let told = Task { try await bench.engine.waitUntilSettled([second]) }
      try await bench.store.command(.cancel, second, at: bench.clock.now)
      #expect(try await told.value.map(\.state) == [.cancelled])
      withExtendedLifetime(other) {}
    }
  }
}
