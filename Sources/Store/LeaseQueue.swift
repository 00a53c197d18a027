import CLinux
import Foundation
import Synchronization

/// Tasks of this process that wait for leases. For each lease one thread at most stands in the
/// kernel's own queue: it costs nothing until the holder ends, and then goes on at once.
///
/// A thread that waits in the kernel cannot be called back. When the last task gives up, the thread
/// stays for the next one that comes; if it gets the lock with nobody there, it gives it back.
final class LeaseQueue: Sendable {
  static let shared = LeaseQueue()

  private typealias Waiter = (id: Int, continuation: CheckedContinuation<Int32, any Error>)
  private struct State {
    /// By the lock's path; a path is here as long as a thread waits for it.
    var lines: [String: [Waiter]] = [:]
    var nextID = 0
    var cancelled: Set<Int> = []
  }
  private let state = Mutex(State())

  /// Waits for the lock and gives a descriptor that holds it.
  /// - Throws: ``StoreError`` when the file cannot be used; `CancellationError`.
  func lock(_ path: String) async throws -> Int32 {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enter(path, id, continuation)
      }
    } onCancel: {
      leave(path, id)
    }
  }

  private func enter(
    _ path: String, _ id: Int, _ continuation: CheckedContinuation<Int32, any Error>
  ) {
    let (isCancelled, isFirst) = state.withLock { state in
      if state.cancelled.remove(id) != nil { return (true, false) }
      let isFirst = state.lines[path] == nil
      state.lines[path, default: []].append((id, continuation))
      return (false, isFirst)
    }
    if isCancelled { continuation.resume(throwing: CancellationError()) }
    if isFirst { Thread.detachNewThread { self.stand(path) } }
  }

  private func leave(_ path: String, _ id: Int) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.lines[path]?.firstIndex(where: { $0.id == id }) else {
        // Not in line yet, or served already: only the former will look here.
        state.cancelled.insert(id)
        return nil
      }
      return state.lines[path]?.remove(at: index)
    }
    waiter?.continuation.resume(throwing: CancellationError())
  }

  /// The thread: takes the lock again and again, for one task after the other.
  private func stand(_ path: String) {
    while true {
      let result = Result { try Self.waitForLock(path) }
      let (waiter, isEnd) = state.withLock { state -> (Waiter?, Bool) in
        var line = state.lines[path] ?? []
        let first = line.isEmpty ? nil : line.removeFirst()
        state.lines[path] = line.isEmpty ? nil : line
        return (first, line.isEmpty)
      }
      if let waiter {
        waiter.continuation.resume(with: result)
      } else if case .success(let descriptor) = result {
        close(descriptor)
      }
      if isEnd { return }
    }
  }

  private static func waitForLock(_ path: String) throws -> Int32 {
    let descriptor = try openPrivateFile(path)
    while radrelay_lock(descriptor, 1) != 0 {
      let code = errno
      if code == EINTR { continue }
      close(descriptor)
      throw StoreError.inaccessible(path: path, reason: systemReason(code))
    }
    return descriptor
  }
}
