public import Foundation

/// Capped exponential back-off with full jitter: before attempt n, wait a random time between 0
/// and `min(cap, base * 2^n)` seconds, but never less than the gateway asked for, nor less than
/// `floor`.
public struct Backoff: Sendable, Equatable {
  /// Seconds.
  public var base: TimeInterval
  public var cap: TimeInterval
  public var floor: TimeInterval
  /// What a gateway may ask for at most; a larger `Retry-After` is cut to it.
  public var longestRetryAfter: TimeInterval

  /// Seconds that anything is put off at most.
  public var longest: TimeInterval { max(cap, longestRetryAfter) + 1 }

  public init(
    base: TimeInterval = 1, cap: TimeInterval = 120, floor: TimeInterval = 0.1,
    longestRetryAfter: TimeInterval = 900
  ) {
    self.base = base
    self.cap = cap
    self.floor = floor
    self.longestRetryAfter = longestRetryAfter
  }

  /// Seconds to wait before the network is tried again: at random, at most half as long as it has
  /// been away, so that a short break is found over soon and a long one is asked for rarely.
  /// - Parameter outage: seconds since the first failure.
  public func delay(outage: TimeInterval, random: Double) -> TimeInterval {
    let ceiling = min(cap, max(base, outage / 2))
    return max(floor, ceiling * max(0, min(random, 1)))
  }

  /// Seconds to wait.
  /// - Parameters:
  ///   - attempt: failures so far, from 0.
  ///   - random: 0 ..< 1.
  ///   - retryAfter: what the gateway asked for.
  public func delay(attempt: Int, random: Double, retryAfter: TimeInterval? = nil)
    -> TimeInterval
  {
    let exponent = Double(max(0, min(attempt, 30)))
    let ceiling = min(cap, base * pow(2, exponent))
    let jittered = max(floor, ceiling * max(0, min(random, 1)))
    guard let asked = retryAfter, asked.isFinite, asked > 0 else { return jittered }
    // A little jitter on top: a thousand clients that were told "5 s" must not come back at once.
    return min(asked, longestRetryAfter) + min(1, asked * 0.1) * max(0, min(random, 1))
  }
}
