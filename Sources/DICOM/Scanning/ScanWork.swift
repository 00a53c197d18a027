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
  /// Threads that wait for something to happen.
  private var idle = 0
  private var waiting = 0
  private var isFinished = false
  private var counts = ScanCounts()
  /// Asked for every file: not behind the lock that threads wait for.
  private let isCancelled = Atomic(false)
  private let seenFolders = Mutex<Set<Identity>>([])
  private let seenFiles = Mutex<Set<Identity>>([])
  /// Paths by a number made of the SOP Instance UID. The identifiers themselves would take three
  /// times the memory and the time; two that give one number are told apart by reading the file.
  private let seenInstances = Mutex<[UInt64: String]>([:])

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
      idle += 1
      condition.wait()
      idle -= 1
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
    if idle > 0 { condition.broadcast() }
    condition.unlock()
  }

  /// Ends a thread's jobs: totals are added and an event goes out.
  func done(_ found: ScanEvent) {
    condition.lock()
    defer { condition.unlock() }
    busy -= 1
    counts = counts + found.counts
    if idle > 0 { condition.broadcast() }
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
    if idle > 0 { condition.broadcast() }
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

  /// The file that was read before and probably has this SOP Instance UID; nil when there is none:
  /// then this one is remembered.
  func earlier(than path: String, sopInstanceUID: String) -> String? {
    // FNV-1a.
    var number: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in sopInstanceUID.utf8 { number = (number ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return seenInstances.withLock { seen in
      if let earlier = seen[number] { return earlier }
      seen[number] = path
      return nil
    }
  }
}
