import Foundation
import HTTPTypes
import Synchronization
import Wire

/// Counts requests in fixed windows. Memory is bounded: windows that are over are dropped.
final class RateLimiter: Sendable {
  private struct Window {
    var end: Date
    var count: Int
  }
  private let windows = Mutex<[String: Window]>([:])
  private let now: @Sendable () -> Date

  init(now: @escaping @Sendable () -> Date) { self.now = now }

  /// Counts one request.
  /// - Throws: a problem with status 429 and `Retry-After` when there were `limit` in the window.
  func take(_ key: String, limit: Int, window: TimeInterval) throws {
    try check(key, limit: limit, window: window, adding: 1)
  }

  /// Refuses when `limit` is reached, without counting.
  func check(_ key: String, limit: Int, window: TimeInterval) throws {
    try check(key, limit: limit, window: window, adding: 0)
  }

  private func check(_ key: String, limit: Int, window: TimeInterval, adding: Int) throws {
    let now = now()
    let wait = windows.withLock { windows -> TimeInterval? in
      if windows.count > 10_000 { windows = windows.filter { $0.value.end > now } }
      var entry = windows[key] ?? Window(end: now.addingTimeInterval(window), count: 0)
      if entry.end <= now { entry = Window(end: now.addingTimeInterval(window), count: 0) }
      if entry.count >= limit { return entry.end.timeIntervalSince(now) }
      entry.count += adding
      if entry.count > 0 { windows[key] = entry }
      return nil
    }
    guard let wait else { return }
    throw GatewayProblem(
      .tooManyRequests, .rateLimited,
      "Rate limit exceeded: \(limit) per \(Int(window)) seconds. Try again later.",
      retryAfter: max(1, Int(wait.rounded(.up))))
  }
}
