import Sync

/// Runs work and gives it up after some seconds with ``LinkError/timedOut``. The work is cancelled
/// and waited for, so that nothing of it goes on in the background.
func withDeadline<T: Sendable>(
  _ seconds: Double, _ work: @escaping @Sendable () async throws -> T
) async throws -> T {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else { throw LinkError.timedOut }
    return value
  }
}
