import Foundation
import Synchronization

/// Locks of the Swift runtime that several threads, the interface's among them, want at once.
enum Contention {
  private static let threads = 3
  private static let rounds = 20_000

  /// A lazily made value; making it takes long enough for others to come and wait.
  private enum Late {
    static let value: Int = {
      usleep(50_000)
      return 1
    }()
  }

  /// Returns how often the lock was held, and what the late value was for everybody.
  static func run() -> Int {
    let counter = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: threads + 1) { _ in
      let value = Late.value
      for _ in 0..<rounds { counter.withLock { $0 += value } }
    }
    return counter.withLock { $0 }
  }
}
