public import Foundation

/// Clock, sleep and chance of the engine, so that tests can own them.
public struct Timing: Sendable {
  public var now: @Sendable () -> Date
  /// Sleeps for seconds; throws `CancellationError` when cancelled.
  public var sleep: @Sendable (TimeInterval) async throws -> Void
  /// A number in 0 ..< 1.
  public var random: @Sendable () -> Double
  /// The calendar and time zone of the wall.
  public var calendar: @Sendable () -> Calendar

  public init(
    now: @escaping @Sendable () -> Date = { Date() },
    sleep: @escaping @Sendable (TimeInterval) async throws -> Void = { seconds in
      try await Task.sleep(for: .seconds(max(0, min(seconds, 86_400))))
    },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
    calendar: @escaping @Sendable () -> Calendar = {
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = .current
      return calendar
    }
  ) {
    self.now = now
    self.sleep = sleep
    self.random = random
    self.calendar = calendar
  }
}
