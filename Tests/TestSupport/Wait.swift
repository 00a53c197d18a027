/// Waiting for a condition, with a limit: tests do not sleep for a fixed time.
public enum Wait {
  /// Calls `probe` until it gives a value.
  /// - Throws: ``WaitError`` when that takes longer than `limit`; what `probe` throws.
  public static func value<Value>(
    _ what: String, within limit: Duration = .seconds(120),
    isolation: isolated (any Actor)? = #isolation,
    _ probe: () async throws -> Value?
  ) async throws -> Value {
    let end = ContinuousClock.now + limit
    while true {
      if let value = try await probe() { return value }
      guard ContinuousClock.now < end else { throw WaitError(what: what, limit: limit) }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Calls `probe` until it is true.
  public static func until(
    _ what: String, within limit: Duration = .seconds(120),
    isolation: isolated (any Actor)? = #isolation,
    _ probe: () async throws -> Bool
  ) async throws {
    _ = try await value(what, within: limit) { try await probe() ? true : nil }
  }
}

/// A condition that did not come true in time.
public struct WaitError: Error, CustomStringConvertible {
  public var what: String
  public var limit: Duration
  public var description: String { "no \(what) within \(limit)" }
}
