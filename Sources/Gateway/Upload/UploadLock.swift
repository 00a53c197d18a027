/// One at a time for each key, in order of arrival. Within one process: several gateways over one
/// catalogue rely on the catalogue's own checks, which every change makes again.
actor UploadLock {
  private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

  func withLock<Value: Sendable>(
    _ key: String, _ work: @Sendable () async throws -> Value
  ) async rethrows -> Value {
    await acquire(key)
    defer { release(key) }
    return try await work()
  }

  private func acquire(_ key: String) async {
    guard waiting[key] != nil else {
      waiting[key] = []
      return
    }
    await withCheckedContinuation { waiting[key, default: []].append($0) }
  }

  private func release(_ key: String) {
    guard var queue = waiting[key], !queue.isEmpty else {
      waiting[key] = nil
      return
    }
    let next = queue.removeFirst()
    waiting[key] = queue
    next.resume()
  }
}
