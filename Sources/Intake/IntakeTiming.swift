public import Foundation

/// The clock of an intake; tests bring their own.
public struct IntakeTiming: Sendable {
  /// Seconds of a clock that does not go back and does not stop while the machine sleeps.
  public var seconds: @Sendable () -> TimeInterval
  /// The time of day.
  public var now: @Sendable () -> Date
  public var sleep: @Sendable (TimeInterval) async throws -> Void

  public init(
    seconds: @escaping @Sendable () -> TimeInterval, now: @escaping @Sendable () -> Date,
    sleep: @escaping @Sendable (TimeInterval) async throws -> Void
  ) {
    self.seconds = seconds
    self.now = now
    self.sleep = sleep
  }

  public static let real = IntakeTiming(
    seconds: {
      var time = timespec()
      clock_gettime(CLOCK_BOOTTIME, &time)
      return TimeInterval(time.tv_sec) + TimeInterval(time.tv_nsec) / 1e9
    },
    now: { Date() },
    sleep: { try await Task.sleep(for: .seconds($0)) })
}
