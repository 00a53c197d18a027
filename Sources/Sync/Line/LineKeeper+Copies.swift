import Foundation

extension LineKeeper {
  private enum Event<T: Sendable>: Sendable {
    case late
    case ended(Result<T, any Error>)
  }

  /// Runs a small request that may be repeated. When its answer is late, it goes out once more over
  /// another connection, and the first answer counts: one packet lost at the wrong moment keeps a
  /// connection silent for a minute.
  /// - Parameter items: things that the request or its answer lists; many take longer.
  func withCopies<T: Sendable>(
    _ items: Int = 0, _ request: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    let plan = plan
    // A gateway that is merely slow is not asked many times.
    let most = plan.losesRequests ? 4 : 2
    var patience =
      (plan.rate == nil ? firstPatience : min(20, max(2, plan.late))) + Double(items) / 200
    return try await withThrowingTaskGroup(of: Event<T>.self) { group in
      defer { group.cancelAll() }
      var begun = 0
      var running = 0
      func begin() {
        begun += 1
        running += 1
        group.addTask {
          do { return .ended(.success(try await request())) } catch {
            return .ended(.failure(error))
          }
        }
        guard begun < most else { return }
        let seconds = patience
        patience *= 2
        group.addTask {
          try? await Task.sleep(for: .seconds(seconds))
          return .late
        }
      }
      begin()
      while let event = try await group.next() {
        switch event {
        case .late:
          if !Task.isCancelled { begin() }
        case .ended(.success(let answer)): return answer
        case .ended(.failure(let error)):
          running -= 1
          guard running > 0, (error as? LinkError)?.isLoss == true else { throw error }
        }
      }
      throw CancellationError()
    }
  }
}
