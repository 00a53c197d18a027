import Foundation
import Synchronization

/// What the threads of a scan share: folders and files still to read, totals, back-pressure.
final class ScanWork: @unchecked Sendable {
  // @unchecked: every stored variable is only touched while `condition` is locked; the constants
  // guard themselves.

  /// A piece of work for one thread.
  enum Job {
    /// Somewhere to begin.
    case root(String)
    case folder(String)
    /// Names in one folder, small enough to share a large folder between the threads.
    case files(folder: String, names: [String])
  }

  /// Names a file or folder, whatever path leads to it.
  struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private let condition = NSCondition()
  let options: ScanOptions
  private let began = ContinuousClock.now
  private let emit: @Sendable (ScanEvent) -> Void
  private var jobs: [Job]
  private var busy = 0
  private var waiting = 0
  private var isFinished = false
  private var counts = ScanCounts()
  /// Asked for every file: not behind the lock that threads wait for.
  private let isCancelled = Atomic(false)
  private let seenFolders = Mutex<Set<Identity>>([])
  private let seenFiles = Mutex<Set<Identity>>([])
  /// Paths by SOP Instance UID.
  private let seenInstances = Mutex<[String: String]>([:])

  init(roots: [String], options: ScanOptions, emit: @escaping @Sendable (ScanEvent) -> Void) {
    self.options = options
    jobs = roots.reversed().map { .root($0) }
    self.emit = emit
  }

  /// The next job; waits while others may still find some; nil at the end.
  func take() -> Job? {
    condition.lock()
    while !isStopped && !isFinished {
      if waiting < max(1, options.maximumWaitingEvents), let job = jobs.popLast() {
        busy += 1
        condition.unlock()
        return job
      }
      if jobs.isEmpty && busy == 0 {
        isFinished = true
        var last = ScanEvent()
        last.counts = counts
        last.elapsed = began.duration(to: .now)
        last.isFinished = true
        condition.broadcast()
        // Finishing the stream comes back as ``cancel()``: not while the lock is held.
        condition.unlock()
        emit(last)
        return nil
      }
      condition.wait()
    }
    condition.unlock()
    return nil
  }

  /// Another job for a thread that has not called ``done(_:)`` yet; nil when none is at hand.
  func more() -> Job? {
    condition.lock()
    defer { condition.unlock() }
    return isStopped ? nil : jobs.popLast()
  }

  func add(_ more: [Job]) {
    if more.isEmpty { return }
    condition.lock()
    jobs += more
    condition.broadcast()
    condition.unlock()
  }

  /// Ends a thread's jobs: totals are added and an event goes out.
  func done(_ found: ScanEvent) {
    condition.lock()
    defer { condition.unlock() }
    busy -= 1
    counts = counts + found.counts
    condition.broadcast()
    if isStopped { return }
    var event = found
    event.counts = counts
    event.elapsed = began.duration(to: .now)
    waiting += 1
    emit(event)
  }

  func consumed() {
    condition.lock()
    waiting -= 1
    condition.broadcast()
    condition.unlock()
  }

  func cancel() {
    condition.lock()
    isCancelled.store(true, ordering: .relaxed)
    jobs = []
    condition.broadcast()
    condition.unlock()
  }

  var isStopped: Bool { isCancelled.load(ordering: .relaxed) }

  /// False when the folder was visited already.
  func enters(folder identity: Identity) -> Bool {
    seenFolders.withLock { $0.insert(identity).inserted }
  }

  /// False when the file was read already under another name.
  func reads(file identity: Identity) -> Bool {
    seenFiles.withLock { $0.insert(identity).inserted }
  }

  /// The file with this SOP Instance UID that was read before; nil when there is none: then this
  /// one is remembered.
  func earlier(than path: String, sopInstanceUID: String) -> String? {
    seenInstances.withLock { seen in
      if let earlier = seen[sopInstanceUID] { return earlier }
      seen[sopInstanceUID] = path
      return nil
    }
  }
}
