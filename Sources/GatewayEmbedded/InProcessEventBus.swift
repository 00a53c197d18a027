import Domain
import Foundation
public import Gateway
import Synchronization

/// Hints within one process. Every stream holds one value at most, the newest.
public final class InProcessEventBus: EventBus {
  private struct Listener {
    var scope: Scope
    var continuation: AsyncStream<Int64>.Continuation
  }
  private let listeners = Mutex<[UUID: Listener]>([:])

  public init() {}

  public func publish(_ hint: ChangeHint) {
    let concerned = listeners.withLock { listeners in
      listeners.values.filter { listener in
        hint.isPrivate
          ? listener.scope.viewer == hint.owner
          : listener.scope.shows(owner: hint.owner, facility: hint.facility)
      }
    }
    for listener in concerned { listener.continuation.yield(hint.revision) }
  }

  public func hints(for scope: Scope) -> AsyncStream<Int64> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Int64.self, bufferingPolicy: .bufferingNewest(1))
    let id = UUID()
    listeners.withLock { $0[id] = Listener(scope: scope, continuation: continuation) }
    continuation.onTermination = { [weak self] _ in
      _ = self?.listeners.withLock { $0.removeValue(forKey: id) }
    }
    return stream
  }
}
