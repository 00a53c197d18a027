import Foundation
import Synchronization

/// Runs asynchronous work from the synchronous `main`.
enum AsyncRun {
  private final class Box: Sendable {
    let result = Mutex<Result<Void, any Error>?>(nil)
  }

  /// Blocks the calling thread, which must not be one of the pool, until the work is done.
  static func wait(_ work: @escaping @Sendable () async throws -> Void) throws {
    let box = Box()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      do {
        try await work()
        box.result.withLock { $0 = .success(()) }
      } catch {
        box.result.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    try box.result.withLock { $0 }?.get()
  }
}
