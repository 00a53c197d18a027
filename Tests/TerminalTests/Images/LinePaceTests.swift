import Testing

@testable import Terminal

/// How much of a picture goes out, on lines of several kinds; played, without waiting.
@Suite struct LinePaceTests {
  /// Sends one picture after the other, as much as is allowed; returns the seconds of each.
  private func play(
    _ pace: inout LinePace, bytesPerSecond: Double, roundTrip: Double, pictures: Int
  ) -> [Double] {
    var now = 0.0
    pace.answered(after: roundTrip)
    return (0..<pictures).map { _ in
      let bytes = min(pace.allowance ?? 0, 400_000)
      pace.sent(bytes, at: now)
      #expect(pace.allowance == nil)
      let seconds = roundTrip + Double(bytes) / bytesPerSecond
      now += seconds
      pace.acknowledged(at: now)
      return seconds
    }
  }

  @Test func slowLine() {
    var pace = LinePace()
    let times = play(&pace, bytesPerSecond: 11_520, roundTrip: 0.02, pictures: 30)
    // The first may be too large; then a key waits no longer than twice the limit.
    #expect(times.dropFirst(3).allSatisfy { $0 < 3 * LinePace.patience })
    #expect(pace.isNarrow)
  }

  @Test func fastLineFarAway() {
    var pace = LinePace()
    _ = play(&pace, bytesPerSecond: 2_000_000, roundTrip: 0.3, pictures: 12)
    // The way there and back is not the line's fault.
    #expect((pace.allowance ?? 0) > 100_000)
    #expect(!pace.isNarrow)
  }

  @Test func localTerminal() {
    var pace = LinePace()
    _ = play(&pace, bytesPerSecond: 200_000_000, roundTrip: 0.0005, pictures: 6)
    #expect((pace.allowance ?? 0) >= 400_000)
  }

  @Test func becomesSlow() {
    var pace = LinePace()
    _ = play(&pace, bytesPerSecond: 5_000_000, roundTrip: 0.01, pictures: 10)
    let times = play(&pace, bytesPerSecond: 20_000, roundTrip: 0.01, pictures: 10)
    #expect(times.suffix(5).allSatisfy { $0 < 4 * LinePace.patience })
    _ = play(&pace, bytesPerSecond: 5_000_000, roundTrip: 0.01, pictures: 20)
    #expect((pace.allowance ?? 0) > 50_000)
  }

  @Test func lowBandwidthIsACap() {
    var pace = LinePace()
    pace.isLow = true
    _ = play(&pace, bytesPerSecond: 200_000_000, roundTrip: 0.0005, pictures: 10)
    #expect(pace.allowance == LinePace.low && pace.restAllowance == LinePace.low)
    #expect(pace.isNarrow)
  }

  /// A terminal that stops answering is not waited for for ever.
  @Test func lostAnswers() {
    var pace = LinePace()
    pace.answered(after: 0.01)
    for round in 0..<3 {
      pace.sent(100, at: Double(round) * 20)
      #expect(pace.allowance == nil && pace.deadline == Double(round) * 20 + LinePace.longest)
      pace.gaveUp()
    }
    #expect(!pace.answers && pace.allowance == Int.max && pace.deadline == nil)
  }

  /// Late answers belong to what was sent first.
  @Test func lateAnswers() {
    var pace = LinePace()
    pace.answered(after: 0.01)
    pace.sent(2000, at: 0)
    pace.gaveUp()
    pace.sent(1000, at: 11)
    pace.acknowledged(at: 12)
    #expect(pace.allowance == nil)
    pace.acknowledged(at: 12.1)
    #expect(pace.allowance != nil)
  }
}
