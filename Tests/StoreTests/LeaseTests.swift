import Foundation
import Testing

@testable import Store

/// The right to send goes from one process to the next at once, and to nobody twice.
@Suite(.timeLimit(.minutes(15))) struct LeaseTests {
  let sandbox = Sandbox()

  @Test func theLeaseDiesWithItsProcess() async throws {
    let home = sandbox.home
    #expect(SenderLease.holder(home) == nil)
    let probe = try Probe(home, "lease")
    #expect(probe.lines(1) == ["acquired"])
    #expect(try SenderLease.tryAcquire(home) == nil)
    let holder = try #require(SenderLease.holder(home))
    #expect(holder.pid == probe.pid && holder.program == "probe")
    async let waiting = SenderLease.acquire(home, program: "test")
    _ = probe.killNow()
    let lease = try await waiting
    #expect(SenderLease.holder(home)?.program == "test")
    #expect(try SenderLease.tryAcquire(home) == nil, "also within one process only one")
    withExtendedLifetime(lease) {}
  }

  @Test func theLeaseIsGivenBack() throws {
    var lease = try SenderLease.tryAcquire(sandbox.home, program: "one")
    #expect(lease != nil)
    lease = nil
    #expect(SenderLease.holder(sandbox.home) == nil)
    #expect(try SenderLease.tryAcquire(sandbox.home) != nil)
  }

  /// Asking who sends must not turn away who wants to.
  @Test func askingTakesNothing() async throws {
    let home = sandbox.home
    try securePrivateFolder(home.data)
    let asking = Task { while !Task.isCancelled { _ = SenderLease.holder(home) } }
    for _ in 0..<300 { #expect(try SenderLease.tryAcquire(home) != nil) }
    asking.cancel()
    await asking.value
  }

  @Test func everyoneWhoWaitsGetsItOnceAndAlone() async throws {
    let home = sandbox.home
    var first = try SenderLease.tryAcquire(home)
    #expect(first != nil)
    let inside = Counter()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          let lease = try await SenderLease.acquire(home)
          #expect(await inside.enter() == 1)
          await Task.yield()
          await inside.leave()
          withExtendedLifetime(lease) {}
        }
      }
      first = nil
      try await group.waitForAll()
    }
    #expect(await inside.total == 20)
    #expect(SenderLease.holder(home) == nil)
  }

  /// A wait that is given up takes nothing, also when the lock comes afterwards.
  @Test func whoGivesUpGetsNothing() async throws {
    let home = sandbox.home
    var first = try SenderLease.tryAcquire(home)
    #expect(first != nil)
    let waits = (0..<5).map { _ in Task { try await SenderLease.acquire(home) } }
    let patient = Task { try await SenderLease.acquire(home, program: "patient") }
    for wait in waits { wait.cancel() }
    for wait in waits {
      let result = await wait.result
      #expect(throws: CancellationError.self) { _ = try result.get() }
    }
    first = nil
    let lease = try await patient.value
    #expect(SenderLease.holder(home)?.program == "patient")
    withExtendedLifetime(lease) {}
    // The other way round: nobody is left, and the thread that waits gives it back.
    let abandoned = Task { try await SenderLease.acquire(home) }
    abandoned.cancel()
    let result = await abandoned.result
    #expect(throws: CancellationError.self) { _ = try result.get() }
    withExtendedLifetime(lease) {}
  }

  @Test func anAbandonedWaitKeepsNobodyOut() async throws {
    let home = sandbox.home
    let probe = try Probe(home, "lease")
    #expect(probe.lines(1) == ["acquired"])
    let abandoned = Task { try await SenderLease.acquire(home) }
    // In the kernel's queue, or about to be.
    try await Task.sleep(for: .milliseconds(50))
    abandoned.cancel()
    _ = await abandoned.result
    _ = probe.killNow()
    let lease = try await SenderLease.acquire(home, program: "next")
    #expect(SenderLease.holder(home)?.program == "next")
    withExtendedLifetime(lease) {}
  }
}

private actor Counter {
  private var present = 0
  private(set) var total = 0
  func enter() -> Int {
    present += 1
    total += 1
    return present
  }
  func leave() { present -= 1 }
}
