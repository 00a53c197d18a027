import Foundation
import Synchronization
import Testing

@testable import Sync

/// Time that passes only while somebody sleeps, and a rate that a test sets.
private final class Stage: Sendable {
  private let state = Mutex((now: Date(timeIntervalSince1970: 1_790_000_000), rate: Int64?.none))

  init(rate: Int64?) { state.withLock { $0.rate = rate } }

  var now: Date { state.withLock { $0.now } }
  func set(rate: Int64?) { state.withLock { $0.rate = rate } }
  func move(_ seconds: TimeInterval) { state.withLock { $0.now += seconds } }

  var throttle: Throttle {
    Throttle(
      timing: Timing(now: { self.now }, sleep: { self.move($0) }),
      rate: { self.state.withLock { $0.rate } })
  }
}

@Suite("The throttle", .timeLimit(.minutes(1)))
struct ThrottleTests {
  /// Within five per cent over any ten seconds.
  @Test(arguments: [8_192, 262_144, 1_048_576, 10_000_000] as [Int64])
  func keepsTheRate(_ rate: Int64) async throws {
    let stage = Stage(rate: rate)
    let throttle = stage.throttle
    var sent: [(at: Date, bytes: Int)] = []
    let begin = stage.now
    while stage.now.timeIntervalSince(begin) < 60 {
      try await throttle.take(Throttle.slice)
      sent.append((stage.now, Throttle.slice))
    }
    for start in stride(from: 0.0, through: 50, by: 5) {
      let window = sent.filter {
        (start..<(start + 10)).contains($0.at.timeIntervalSince(begin))
      }
      let bytes = Double(window.reduce(0) { $0 + $1.bytes })
      let slack = max(Double(rate) * 10 * 0.05, Double(Throttle.slice)) + Double(rate) * 0.15
      #expect(abs(bytes - Double(rate) * 10) <= slack, "\(bytes) in the window of \(start) s")
    }
  }

  @Test func aNewRateIsFeltAtOnce() async throws {
    let stage = Stage(rate: 16_384)
    let throttle = stage.throttle
    for _ in 0..<5 { try await throttle.take(16_384) }
    stage.set(rate: nil)
    var begin = stage.now
    for _ in 0..<1_000 { try await throttle.take(16_384) }
    #expect(stage.now == begin)
    stage.set(rate: 32_768)
    begin = stage.now
    for _ in 0..<21 { try await throttle.take(16_384) }
    let seconds = stage.now.timeIntervalSince(begin)
    #expect((9...11).contains(seconds), "\(seconds)")
  }

  /// Whatever the clock does, a slice waits for its own bytes and no longer.
  @Test(arguments: [-365 * 86_400.0, -3_600, 3_600, 365 * 86_400] as [TimeInterval])
  func theClockJumps(_ jump: TimeInterval) async throws {
    let stage = Stage(rate: 16_384)
    let throttle = stage.throttle
    for _ in 0..<3 { try await throttle.take(16_384) }
    stage.move(jump)
    let begin = stage.now
    for _ in 0..<10 { try await throttle.take(16_384) }
    let seconds = stage.now.timeIntervalSince(begin)
    #expect((7...12).contains(seconds), "\(seconds)")
  }

  @Test func whoGivesUpHoldsUpNobody() async throws {
    let throttle = Throttle(
      timing: Timing(sleep: { _ in try await Task.sleep(for: .milliseconds(1)) }), rate: { 1 })
    try await throttle.take(16_384)
    let stuck = Task { try await throttle.take(16_384) }
    let other = Task { try await throttle.take(16_384) }
    stuck.cancel()
    other.cancel()
    await #expect(throws: CancellationError.self) { try await stuck.value }
    await #expect(throws: CancellationError.self) { try await other.value }
  }
}
