import Foundation

/// Learns from the requests that went over a line how many to have on it at a time, how large to
/// make them, and how long to wait for one. Pure: samples in, numbers out.
///
/// - The size follows what one request gets: about two seconds' worth of bytes, so that little is
///   lost with a request, and a STAT study waits for little.
/// - The number climbs as long as more requests bring more bytes through in all, and falls back to
///   the smallest that brings as many. Where packets get lost each connection is slow for itself, so
///   many bring more; on a line that is merely slow, or fast, they do not.
/// - The deadline follows the times that requests took: a connection deep in its back-off is given
///   up for a fresh one.
struct LineController: Sendable, Equatable {
  /// One request that carried bytes of chunks.
  struct Sample: Sendable {
    var bytes: Int
    /// Seconds that it took, or was waited for.
    var seconds: Double
    /// False when it timed out or its connection broke.
    var isDelivered: Bool
    /// Seconds of a clock that is not set.
    var now: Double
  }

  static let smallest = 16_384
  /// Where most requests get lost, one of few packets is through sooner.
  static let smallestOfLossy = 4_096
  /// The largest piece of a chunk; what is larger goes as a whole chunk.
  static let largestPiece = 131_072
  static let largest = 10 << 20
  static let most = 64
  /// Bytes in flight at most, for the sake of this machine's memory.
  static let memory = 20 << 20

  /// Requests at a time.
  private(set) var parallelism: Int
  /// Bytes a second of one request; nil before the first sample.
  private(set) var rate: Double?
  /// Share of requests that got lost, lately.
  private(set) var losses = 0.0
  /// Requests lost one after the other.
  private(set) var lostInARow = 0
  /// When the first of those was sent, and when the last of those was given up.
  private var silence: (began: Double, until: Double)?

  /// Requests delivered in all.
  private var delivered = 0
  private var time = 0.0
  private var spread = 0.0
  /// The present stretch of samples with the same parallelism.
  private var began: Double?
  private var bytes = 0
  private var samples = 0
  /// Samples of before the last change that are still to come.
  private var stale = 0
  /// What the parallelism before brought, in bytes a second, while a new one is tried.
  private var trial: (before: Int, goodput: Double)?
  /// After a fruitless trial: no other one before.
  private var restUntil = 0.0
  private var triesFewer = false
  /// True when more requests once brought nothing: before that, their number doubles.
  private var hasSettled = false

  init(parallelism: Int = 4) { self.parallelism = parallelism }

  static func == (a: Self, b: Self) -> Bool {
    a.parallelism == b.parallelism && a.rate == b.rate && a.losses == b.losses
  }

  /// True when requests get lost now and then: only then one is given up soon, or sent twice.
  var losesRequests: Bool { losses > 0.02 }

  /// True when requests get lost or stall now and then: many small ones are the better way.
  var isLossy: Bool { losesRequests || (time > 0.25 && spread > time * 0.6) }

  /// Bytes of the smallest request that says something of the line.
  private var least: Int { losses > 0.4 ? Self.smallestOfLossy : Self.smallest }

  /// Bytes of the next request: a power of two between 4 or 16 KiB and 10 MiB.
  var requestBytes: Int {
    guard let rate else { return Self.smallest }
    // Where many get lost, those that come through are quick and tell nothing of large ones.
    let most =
      losses > 0.03 ? Self.smallest : isLossy || delivered < 8 ? Self.largestPiece : Self.largest
    let wanted = max(Double(least), min(rate * 2, Double(most)))
    var size = least
    while Double(size * 2) <= wanted { size *= 2 }
    return min(size, max(Self.smallest, Self.memory / max(1, parallelism)))
  }

  /// Bytes of chunks for a session that is opened now: half a second's worth of one request.
  func chunkBytes(maximum: Int) -> Int {
    guard let rate else { return min(1 << 20, maximum) }
    if rate < 262_144 || isLossy { return min(524_288, maximum) }
    var size = 1 << 20
    while Double(size * 2) <= rate / 2, size * 2 <= Self.largest { size *= 2 }
    // The largest need not be a power of two.
    if rate / 2 >= Double(Self.largest) { size = Self.largest }
    return min(size, maximum)
  }

  /// Seconds to wait for a request that is small enough to be given up lightly. Where requests get
  /// lost, not much longer than they take; elsewhere long enough that slow is not lost. When nothing
  /// comes through at all, half of that silence: a line may have become slow.
  var deadline: Double {
    let learned =
      time == 0
      ? 10 : losesRequests ? max(4, 1 + time + 2 * spread) : max(6, 2 + 2 * time + 4 * spread)
    return min(120, max(learned, silence.map { ($0.until - $0.began) / 2 } ?? 0))
  }

  /// Seconds after which a request is late: most are answered by then.
  var late: Double { time == 0 ? deadline / 2 : max(1, time) }

  /// True when nothing has come through for so long, and so often, that there is no line.
  func isDead(now: Double) -> Bool {
    guard let silence else { return false }
    return lostInARow >= 8 && now - silence.began > 60
  }

  /// - Parameter isBusy: as many requests as allowed were on the line; else the parallelism is not
  ///   what was measured.
  mutating func record(_ sample: Sample, isBusy: Bool) {
    let seconds = max(sample.seconds, 0.000_1)
    losses += ((sample.isDelivered ? 0 : 1) - losses) * 0.05
    if sample.isDelivered {
      lostInARow = 0
      delivered += 1
      silence = nil
      let seen = Double(sample.bytes) / seconds
      // Small requests tell of the way, not of the line.
      if sample.bytes >= least || rate == nil {
        // Of the time that a byte takes, not of the speed: a few that were lucky say little.
        rate = rate.map { 1 / (0.8 / $0 + 0.2 / seen) } ?? seen
      }
      if time == 0 {
        time = seconds
        spread = seconds / 2
      } else {
        spread += (abs(seconds - time) - spread) * 0.1
        time += (seconds - time) * 0.1
      }
    } else {
      lostInARow += 1
      silence = (silence?.began ?? sample.now - sample.seconds, sample.now)
      rate = rate.map { max(1_024, $0 * 0.8) } ?? Double(sample.bytes) / seconds
    }
    climb(sample, isBusy: isBusy)
  }

  private mutating func climb(_ sample: Sample, isBusy: Bool) {
    if stale > 0 {
      stale -= 1
      began = nil
      return
    }
    // The last pieces of chunks keep few of them busy where requests get lost.
    let isBusy = isBusy || isLossy
    guard isBusy, let start = began else {
      began = isBusy ? sample.now : nil
      (bytes, samples) = (0, 0)
      return
    }
    if sample.isDelivered { bytes += sample.bytes }
    samples += 1
    let passed = sample.now - start
    // Long requests are not waited for twice.
    let enough = time > 0.5 || isLossy ? max(4, parallelism) : max(8, 2 * parallelism)
    guard samples >= enough, passed >= 1 else { return }
    let goodput = Double(bytes) / passed
    defer {
      began = sample.now
      (bytes, samples) = (0, 0)
    }
    if let (before, old) = trial {
      trial = nil
      // With losses figures vary: only a clear step back counts.
      let isGain = isLossy ? goodput > old * 0.7 : goodput > old * 1.15
      let isKept = parallelism > before ? isGain : goodput > old * 0.9
      if !isKept {
        parallelism = before
        stale = parallelism
        // A few uneven times are no proof.
        restUntil = sample.now + (isLossy || spread > time * 0.3 ? 2 : 15)
        triesFewer.toggle()
        hasSettled = true
        return
      }
    }
    guard sample.now >= restUntil else { return }
    let next: Int
    if isLossy {
      // There is no time to feel the way: a study would be through first. What is on the line must
      // be through within seconds, though, for the sake of slow ones.
      let room = Int(min(goodput * 8, 1e9)) / requestBytes
      next = min(Self.most, max(2 * parallelism, min(8 * parallelism, room)))
    } else if triesFewer {
      next = max(2, parallelism / 2)
    } else {
      next = min(Self.most, parallelism + (hasSettled ? max(1, parallelism / 2) : parallelism))
    }
    guard next != parallelism else {
      triesFewer.toggle()
      return
    }
    trial = (parallelism, goodput)
    stale = parallelism
    parallelism = next
  }
}
