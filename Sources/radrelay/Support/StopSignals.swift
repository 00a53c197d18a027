@preconcurrency import Dispatch
import Foundation

/// What runs until the process is told to stop.
enum Service {
  /// Runs `work` until it ends or SIGINT or SIGTERM comes; the task is then cancelled, and what it
  /// throws for that is no error.
  static func untilStopped(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let running = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { running.cancel() }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    do { try await running.value } catch is CancellationError {}
  }
}
