import Foundation
import Testing

@testable import Sync

/// A line in numbers, and a sender that keeps as many requests on it as the controller wants.
private struct SimulatedLine {
  /// Bytes a second of the whole line, and of one connection at most.
  var capacity: Double
  var perConnection = Double.infinity
  /// Seconds of a request without its bytes.
  var latency: Double
  /// Chance that a round trip's worth of bytes stalls, and seconds of the stall.
  var stalls = 0.0
  /// The chance that a request never comes through, for each 16 KiB.
  var losses = 0.0

  /// Lets virtual time go by; returns the bytes that came through.
  func run(_ controller: inout LineController, seconds: Double, chunk: Int) -> Int {
    var random = Generator(state: 42)
    var inFlight: [(end: Double, sample: LineController.Sample)] = []
    var now = 0.0
    var delivered = 0
    while now < seconds {
      while inFlight.count < controller.parallelism {
        let bytes = min(controller.requestBytes, chunk)
        let share = min(perConnection, capacity / Double(controller.parallelism))
        var taken = latency + Double(bytes) / share
        var isDelivered = true
        for _ in 0..<max(1, bytes / 16_384) {
          if random.next() < stalls { taken += 0.2 + 2 * random.next() }
          if random.next() < losses { isDelivered = false }
        }
        if taken > controller.deadline || !isDelivered {
          taken = controller.deadline
          isDelivered = false
        }
        inFlight.append(
          (
            now + taken,
            .init(bytes: bytes, seconds: taken, isDelivered: isDelivered, now: now + taken)
          ))
      }
      guard let next = inFlight.indices.min(by: { inFlight[$0].end < inFlight[$1].end }) else {
        break
      }
      let (end, sample) = inFlight.remove(at: next)
      now = end
      controller.record(sample, isBusy: inFlight.count + 1 >= controller.parallelism)
      if sample.isDelivered { delivered += sample.bytes }
    }
    return delivered
  }

  private struct Generator {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
  }
}

@Suite("The controller of the line")
struct LineControllerTests {
  @Test func aFastLineGetsFewAndLarge() {
    var controller = LineController()
    let line = SimulatedLine(capacity: 100e6, latency: 0.003)
    let sent = line.run(&controller, seconds: 60, chunk: 10 << 20)
    #expect(controller.parallelism <= 8, "\(controller.parallelism)")
    #expect(controller.requestBytes >= 2 << 20)
    #expect(controller.chunkBytes(maximum: 10 << 20) >= 4 << 20)
    #expect(controller.chunkBytes(maximum: 1 << 20) == 1 << 20)
    #expect(Double(sent) > 0.7 * 100e6 * 60)
    #expect(!controller.isLossy)
  }

  @Test func aVeryFastConnectionGetsTheLargestChunk() {
    var controller = LineController()
    _ = SimulatedLine(capacity: 1e9, latency: 0.001).run(&controller, seconds: 20, chunk: 10 << 20)
    #expect(controller.chunkBytes(maximum: 10 << 20) == 10 << 20)
    #expect(controller.parallelism * controller.requestBytes <= 2 * LineController.memory)
  }

  /// 384 kbit/s and 600 ms: more requests bring nothing.
  @Test func aSlowLineIsNotFlooded() {
    var controller = LineController()
    let line = SimulatedLine(capacity: 48_000, latency: 0.6)
    let sent = line.run(&controller, seconds: 600, chunk: 524_288)
    #expect(controller.parallelism <= 16, "\(controller.parallelism)")
    #expect(controller.requestBytes <= 131_072)
    #expect(controller.chunkBytes(maximum: 10 << 20) == 524_288)
    #expect(Double(sent) > 0.6 * 48_000 * 600)
    #expect(controller.lostInARow == 0)
  }

  /// Long way, wide line: each connection is slow for itself.
  @Test func aLongWayGetsMany() {
    var controller = LineController()
    let line = SimulatedLine(capacity: 5e6, perConnection: 100_000, latency: 0.6)
    _ = line.run(&controller, seconds: 120, chunk: 1 << 20)
    #expect(controller.parallelism >= 24, "\(controller.parallelism)")
  }

  @Test func aLossyLineGetsManyAndSmall() {
    var controller = LineController()
    let line = SimulatedLine(
      capacity: 2.5e6, perConnection: 20_000, latency: 0.2, stalls: 0.3, losses: 0.1)
    _ = line.run(&controller, seconds: 120, chunk: 524_288)
    #expect(controller.isLossy)
    #expect(controller.parallelism >= 32, "\(controller.parallelism)")
    #expect(controller.requestBytes <= 65_536)
    #expect(controller.chunkBytes(maximum: 10 << 20) == 524_288)
    #expect(controller.deadline < 60)
  }

  /// 30 % of all packets: a study of 5 MB must not be over before enough requests are on the line.
  @Test func climbsWithinSecondsWhereRequestsGetLost() {
    var controller = LineController()
    let line = SimulatedLine(
      capacity: 2.5e6, perConnection: 100_000, latency: 0.02, stalls: 0.6, losses: 0.1)
    _ = line.run(&controller, seconds: 20, chunk: 524_288)
    #expect(controller.parallelism >= 32, "\(controller.parallelism)")
    #expect(controller.requestBytes <= 65_536)
    #expect(controller.deadline < 10 && controller.late < controller.deadline)
  }

  /// Losses in a row say little where many are on the line; silence does.
  @Test func aDeadlineGrowsWithSilenceOnly() {
    var controller = LineController(parallelism: 64)
    var now = 0.0
    func add(_ isDelivered: Bool, after seconds: Double) {
      now += seconds
      controller.record(
        .init(bytes: 16_384, seconds: 1, isDelivered: isDelivered, now: now), isBusy: true)
    }
    for number in 0..<200 { add(number % 4 > 0, after: 0.05) }
    let usual = controller.deadline
    for _ in 0..<60 { add(false, after: 0.05) }
    #expect(controller.deadline <= usual && !controller.isDead(now: now))
    // An hour in which nothing was sent is no silence.
    add(true, after: 0.05)
    now += 3_600
    for _ in 0..<10 { add(false, after: 0.1) }
    #expect(controller.deadline <= usual && !controller.isDead(now: now))
    for _ in 0..<10 { add(false, after: 10) }
    #expect(controller.deadline > usual && controller.isDead(now: now))
  }

  /// A line that gets better is used again.
  @Test func recovers() {
    var controller = LineController()
    let bad = SimulatedLine(
      capacity: 2.5e6, perConnection: 10_000, latency: 0.2, stalls: 0.4, losses: 0.2)
    _ = bad.run(&controller, seconds: 60, chunk: 524_288)
    let good = SimulatedLine(capacity: 50e6, latency: 0.005)
    _ = good.run(&controller, seconds: 120, chunk: 524_288)
    #expect(!controller.isLossy)
    #expect(controller.requestBytes >= 524_288 / 2)
  }

  @Test func waitsLongerWhenNothingComes() {
    var controller = LineController()
    let first = controller.deadline
    var now = 0.0
    for _ in 0..<40 {
      now += controller.deadline
      controller.record(
        .init(bytes: 65_536, seconds: controller.deadline, isDelivered: false, now: now),
        isBusy: true)
      #expect(controller.requestBytes >= LineController.smallestOfLossy)
      #expect((1...LineController.most).contains(controller.parallelism))
    }
    #expect(controller.deadline > first && controller.deadline <= 120)
    #expect(controller.isDead(now: now))
    controller.record(.init(bytes: 65_536, seconds: 1, isDelivered: true, now: now), isBusy: true)
    #expect(!controller.isDead(now: now))
    #expect(controller.deadline < 20)
  }
}

@Suite("Pieces of chunks")
struct ByteSpanTests {
  private func spans(_ pairs: [(Int, Int)]) -> [ByteSpan] {
    pairs.map { ByteSpan(offset: $0.0, length: $0.1) }
  }

  @Test func cutsWhatIsMissing() {
    #expect(
      ByteSpan.missing(of: 100, held: [], size: 40) == spans([(0, 40), (40, 40), (80, 20)]))
    #expect(ByteSpan.missing(of: 100, held: spans([(0, 100)]), size: 40).isEmpty)
    #expect(
      ByteSpan.missing(of: 100, held: spans([(60, 20), (10, 20)]), size: 100)
        == spans([(0, 10), (30, 30), (80, 20)]))
    #expect(
      ByteSpan.missing(of: 100, held: spans([(10, 50), (20, 10)]), size: 100)
        == spans([(0, 10), (60, 40)]))
    // A rest that is too small for a piece of its own goes with the one before it.
    #expect(
      ByteSpan.missing(of: 100, held: [], size: 40, minimum: 30) == spans([(0, 40), (40, 60)]))
  }

  /// What a gateway lists that cannot be is not believed: the bytes are sent.
  @Test func nonsenseCountsForNothing() {
    for held in [[(-5, 10)], [(90, 20)], [(0, 0)], [(200, 5)]] {
      #expect(ByteSpan.missing(of: 100, held: spans(held), size: 100) == spans([(0, 100)]))
    }
  }

  @Test(arguments: [1, 7, 16, 64, 1_000]) func coversEveryByteOnce(_ size: Int) {
    let held = spans([(3, 10), (13, 1), (50, 30), (40, 12)])
    var bytes = [Int](repeating: 0, count: 97)
    for span in held { for place in span.offset..<span.end { bytes[place] = 1 } }
    for span in ByteSpan.missing(of: 97, held: held, size: size, minimum: 4) {
      #expect(span.length <= size + 4)
      for place in span.offset..<span.end { bytes[place] += 10 }
    }
    #expect(bytes.allSatisfy { $0 == 1 || $0 == 10 })
  }
}
