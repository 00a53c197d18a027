import Domain
import Foundation
import Store
import Synchronization
import TestSupport
import Testing

@testable import Sync

/// A clock that somebody sets while the engine waits, by hours and days, both ways. The engine's
/// clock goes on by what it sleeps, so that its end tells how long was waited.
@Suite("A clock that is set", .serialized, .timeLimit(.minutes(3)))
struct ClockTests {
  static let jumps: [TimeInterval] = [3 * 86_400, -3 * 86_400, 5 * 3_600, -5 * 3_600]

  /// The gateway is in trouble, attempts are put off; then the clock is set, and set right again.
  @Test(arguments: jumps) func noAttemptWaitsForDays(_ jump: TimeInterval) async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([5_000, 700])
      let id = try await bench.enqueue(paths)
      bench.gateway.arm(.unavailable, times: 1_000_000)
      let run = Task { try await bench.engine.syncUntilSettled() }
      for step in [jump, -jump] {
        try await Wait.until("an attempt that is put off") {
          try await bench.store.upload(id)?.nextAttemptAt != nil
        }
        bench.clock.set(by: step)
      }
      bench.gateway.arm(.unavailable, times: 0)
      let mended = bench.clock.now
      try await Wait.until("the study has arrived") {
        try await bench.store.upload(id)?.state.isProven == true
      }
      // Longer than any wait that is meant, far from a day.
      #expect(bench.clock.now.timeIntervalSince(mended) < 3_600)
      run.cancel()
      _ = await run.result
      let upload = try #require(try await bench.store.upload(id))
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  /// In the middle of the chunks: the session and the login are still good.
  @Test(arguments: jumps) func noSessionIsThrownAway(_ jump: TimeInterval) async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([20 * 1_024])
      let id = try await bench.enqueue(paths)
      bench.gateway.onChunk { number in if number == 5 { bench.clock.set(by: jump) } }
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      #expect(upload.resentBytes == 0 && upload.sentBytes == upload.byteCount)
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  /// "Until 23:00" is what the wall says, whatever it said in between.
  @Test func aPauseUntilATimeMeansTheWall() async throws {
    try await withBench(extensions: true) { bench in
      let id = try await bench.enqueue(bench.write([5_000]))
      let begin = bench.clock.now
      let end = begin.addingTimeInterval(12 * 3_600)
      try await bench.store.command(
        .pause, id, term: PauseTerm(end: end, duration: nil), at: begin)
      bench.clock.set(by: -5 * 3_600)
      let run = Task { try await bench.engine.syncUntilSettled() }
      try await Wait.until("the study has arrived") {
        try await bench.store.upload(id)?.state.isProven == true
      }
      #expect(bench.clock.now >= end)
      #expect(bench.clock.now.timeIntervalSince(end) < 3_600)
      run.cancel()
      _ = await run.result
    }
  }
}
