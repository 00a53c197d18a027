/// The best approximation of a few samples by two: least squares.
struct TwoLevels {
  /// Bits of the samples that belong to the brighter one.
  var pattern = 0
  /// Means of the brighter and of the darker samples; equal when all samples are.
  var bright: UInt8 = 0
  var dark: UInt8 = 0

  /// - Parameter samples: 1…8.
  @inline(__always)
  init(_ samples: UnsafeBufferPointer<UInt8>) {
    let count = samples.count
    var least: UInt8 = 255
    var most: UInt8 = 0
    var total = 0
    for sample in samples {
      least = min(least, sample)
      most = max(most, sample)
      total += Int(sample)
    }
    guard least < most else {
      bright = most
      dark = most
      return
    }
    // Every value but the least may be where the brighter ones begin; the squared error is least
    // where the squares of the two sums over their numbers are most.
    var bestScore = -1.0
    var bestSum = 0
    var bestNumber = 1
    for index in 0..<count where samples[index] > least {
      let border = samples[index]
      var sum = 0
      var number = 0
      var bits = 0
      for other in 0..<count where samples[other] >= border {
        sum += Int(samples[other])
        number += 1
        bits |= 1 << other
      }
      let rest = total - sum
      let score =
        Double(sum * sum) / Double(number) + Double(rest * rest) / Double(count - number)
      if score > bestScore {
        bestScore = score
        bestSum = sum
        bestNumber = number
        pattern = bits
      }
    }
    bright = UInt8(clamping: (bestSum + bestNumber / 2) / bestNumber)
    let others = count - bestNumber
    dark = UInt8(clamping: (total - bestSum + others / 2) / others)
  }
}
