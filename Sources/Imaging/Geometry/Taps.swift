/// Which source samples along one axis make each target sample, and how much of each.
struct Taps {
  /// For each target sample, the first source sample, and where its weights begin.
  var first: [Int] = []
  var start: [Int] = [0]
  var weights: [Float] = []

  /// Target sample `i` covers the source from `offset + step * i` to `offset + step * (i + 1)`.
  ///
  /// Where a target sample covers more than one source sample, it is the average of the area; where
  /// it covers less, it is interpolated between its neighbours. Beyond the source there is black.
  init(count: Int, offset: Double, step: Double, source: Int) {
    first.reserveCapacity(count)
    start.reserveCapacity(count + 1)
    for index in 0..<count {
      let a = offset + step * Double(index)
      let b = a + step
      guard a.isFinite, b.isFinite else {
        close(at: 0)
        continue
      }
      if abs(step) >= 1 {
        cover(min(a, b), max(a, b), source)
      } else {
        interpolate(at: (a + b) / 2, source)
      }
    }
  }

  private mutating func close(at index: Int) {
    first.append(index)
    start.append(weights.count)
  }

  private mutating func cover(_ low: Double, _ high: Double, _ source: Int) {
    let from = max(0, low)
    let to = min(Double(source), high)
    guard from < to else { return close(at: 0) }
    let begin = Int(from)
    let end = min(source, Int(to.rounded(.up)))
    for index in begin..<max(begin + 1, end) {
      let share = min(to, Double(index + 1)) - max(from, Double(index))
      weights.append(Float(max(0, share) / (high - low)))
    }
    close(at: begin)
  }

  private mutating func interpolate(at center: Double, _ source: Int) {
    guard center >= 0, center < Double(source) else { return close(at: 0) }
    let place = min(max(0, center - 0.5), Double(source - 1))
    let begin = min(Int(place), max(0, source - 2))
    let fraction = Float(place - Double(begin))
    weights.append(1 - fraction)
    if source > 1 { weights.append(fraction) }
    close(at: begin)
  }

  /// Source samples that any target sample needs.
  func range(of index: Int) -> Range<Int> {
    first[index]..<(first[index] + start[index + 1] - start[index])
  }
}
