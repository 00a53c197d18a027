import Domain
import Synchronization

/// Tells listeners of this process what changed, and other processes that something did.
final class ChangeHub: Sendable {
  private struct State {
    var listeners: [Int: AsyncStream<Set<StoreRegion>>.Continuation] = [:]
    var pending: [Int: Set<StoreRegion>] = [:]
    var nextListener = 0
    var known: [StoreRegion: Int64] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())
  private let sender = Mutex<ChangeSender?>(nil)
  private let receiver = Mutex<ChangeReceiver?>(nil)

  func begin(revisions: [StoreRegion: Int64]) { state.withLock { $0.known = revisions } }

  func revision(of region: StoreRegion) -> Int64 { state.withLock { $0.known[region] ?? 0 } }

  /// A stream of changes. A reader that is slow gets one set with everything, not a backlog.
  func stream() -> AsyncStream<Set<StoreRegion>> {
    let (signals, signal) = AsyncStream.makeStream(
      of: Set<StoreRegion>.self, bufferingPolicy: .bufferingNewest(1))
    let id: Int? = state.withLock { state in
      guard !state.isClosed else { return nil }
      state.nextListener += 1
      state.listeners[state.nextListener] = signal
      return state.nextListener
    }
    guard let id else {
      signal.finish()
      return signals
    }
    signal.onTermination = { [weak self] _ in
      self?.state.withLock {
        $0.listeners[id] = nil
        $0.pending[id] = nil
      }
    }
    // The signal only wakes; what changed is collected here, so that nothing is lost when a new
    // signal replaces one that was not read.
    let collect: @Sendable () -> Set<StoreRegion> = { [weak self] in
      self?.state.withLock { state in
        let regions = state.pending[id] ?? []
        state.pending[id] = nil
        return regions
      } ?? []
    }
    let iterator = SignalIterator(signals)
    return AsyncStream {
      while let woken = await iterator.next() {
        let regions = collect().union(woken)
        if !regions.isEmpty { return regions }
      }
      return nil
    }
  }

  /// A commit of this process.
  func committed(_ revisions: [StoreRegion: Int64]) {
    publish(revisions)
    sender.withLock { $0?.notifyOthers() }
  }

  /// Compares revisions with those known and tells the difference.
  private func publish(_ revisions: [StoreRegion: Int64]) {
    state.withLock { state in
      let changed = Set(revisions.keys.filter { (revisions[$0] ?? 0) > (state.known[$0] ?? 0) })
      guard !changed.isEmpty else { return }
      state.known.merge(revisions) { max($0, $1) }
      for (id, listener) in state.listeners {
        state.pending[id, default: []].formUnion(changed)
        listener.yield([])
      }
    }
  }

  /// Joins the other processes that have the store open. A file system without sockets costs the
  /// notices, not the store.
  /// - Parameter read: the present revisions.
  func connect(
    folder: String, listening: Bool, read: @escaping @Sendable () throws -> [StoreRegion: Int64]
  ) {
    var ownName: String?
    if listening {
      let opened = try? ChangeReceiver(folder: folder) { [weak self] in
        // A read that fails now is repeated by the next notice.
        if let revisions = try? read() { self?.publish(revisions) }
      }
      ownName = opened?.name
      receiver.withLock { $0 = opened }
    }
    let opened = try? ChangeSender(folder: folder, except: ownName)
    sender.withLock { $0 = opened }
  }

  var isListening: Bool { receiver.withLock { $0 != nil } }

  func close() {
    receiver.withLock { $0 = nil }
    sender.withLock { $0 = nil }
    let listeners = state.withLock { state in
      state.isClosed = true
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }
}

/// Lets a stream be read from the closure of another stream; only one task reads it.
private actor SignalIterator {
  private let stream: AsyncStream<Set<StoreRegion>>

  init(_ stream: AsyncStream<Set<StoreRegion>>) { self.stream = stream }

  func next() async -> Set<StoreRegion>? {
    for await value in stream { return value }
    return nil
  }
}
