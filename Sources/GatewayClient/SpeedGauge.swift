import Synchronization

/// The upload speed lately seen, from which the time allowed to a chunk is derived.
final class SpeedGauge: Sendable {
  /// Bytes a second of one request; nil before the first chunk.
  private let speed = Mutex<Double?>(nil)

  func record(bytes: Int, seconds: Double) {
    guard bytes >= 4096, seconds > 0 else { return }
    let seen = Double(bytes) / seconds
    speed.withLock { $0 = $0.map { $0 * 0.7 + seen * 0.3 } ?? seen }
  }

  /// Remembers that a request was given up, so that a line that became slow gets more time.
  func recordTimeout() { speed.withLock { $0 = $0.map { $0 / 2 } } }

  /// Seconds allowed to send `bytes`: a fixed part for the way and the gateway's disk, and eight
  /// times what the bytes took lately; before anything is known, 16 KiB/s. At most ten minutes.
  func allowance(bytes: Int, fixed: Double) -> Double {
    let rate = max(speed.withLock { $0 } ?? 131_072, 16_384)
    return min(fixed + 8 * Double(bytes) / rate, 600)
  }
}
