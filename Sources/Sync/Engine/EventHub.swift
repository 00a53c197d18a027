import Foundation
import Synchronization

/// Gives every listener the events, the newest few when it is slow; a new one gets the present
/// state first.
final class EventHub: Sendable {
  private struct State {
    var listeners: [Int: AsyncStream<SyncEvent>.Continuation] = [:]
    var nextID = 0
    var connection: SyncEvent?
    var transfer: SyncEvent?
  }
  private let state = Mutex(State())

  func stream() -> AsyncStream<SyncEvent> {
    let (stream, continuation) = AsyncStream<SyncEvent>.makeStream(
      bufferingPolicy: .bufferingNewest(64))
    let (id, now) = state.withLock { state in
      state.nextID += 1
      state.listeners[state.nextID] = continuation
      return (state.nextID, [state.connection, state.transfer])
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
    }
    for event in now { if let event { continuation.yield(event) } }
    return stream
  }

  /// Sends an event; a state that is already known is not sent twice.
  func send(_ event: SyncEvent) {
    let listeners = state.withLock { state -> [AsyncStream<SyncEvent>.Continuation] in
      switch event {
      case .connection:
        guard state.connection != event else { return [] }
        state.connection = event
      case .transfer:
        guard state.transfer != event else { return [] }
        state.transfer = event
      case .pulled, .trouble: break
      }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.yield(event) }
  }
}
