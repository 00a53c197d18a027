import Dispatch

/// Runs work that may wait for a slow disk on threads of its own, so that it holds up nothing else.
func blocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    blockingQueue.async { continuation.resume(with: Result { try work() }) }
  }
}

private let blockingQueue = DispatchQueue(label: "radrelay.sync.files", attributes: .concurrent)
