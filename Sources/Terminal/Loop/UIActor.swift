import CLinux
import Glibc
import Synchronization

/// The interface's actor: everything that touches the screen's state runs on it, on the thread that
/// runs ``EventLoop/run(terminal:handle:draw:)``. (`MainActor` does not run on the main thread on Linux
/// while that waits in `poll`; nothing uses it.)
@globalActor
public actor UIActor {
  public static let shared = UIActor()

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    UIExecutor.shared.asUnownedSerialExecutor()
  }

  /// Makes the calling thread the interface's thread. Call it first, in a synchronous `main`.
  public static func bindToCurrentThread() { UIExecutor.shared.bindToCurrentThread() }

  /// Runs the actor's jobs on this thread, without a terminal, until `isDone` says so; asked after
  /// each batch of jobs. For tests and for programs without a screen.
  public static func serve(until isDone: () -> Bool) {
    bindToCurrentThread()
    while !isDone() {
      var ready = pollfd(fd: UIExecutor.shared.wakeDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&ready, 1, -1)
      UIExecutor.shared.runWaitingJobs()
    }
  }

  /// Runs `body` as the actor; traps unless called on the interface's thread.
  public static func assumeIsolated<T: Sendable>(
    _ body: @UIActor () throws -> T
  ) rethrows -> T {
    UIExecutor.shared.checkIsolated()
    return try withoutActuallyEscaping(body) { body in
      // Isolation is part of the type only; `MainActor.assumeIsolated` is written the same way.
      try unsafeBitCast(body, to: (() throws -> T).self)()
    }
  }
}

/// Keeps the actor's jobs until the loop runs them, and wakes the loop.
final class UIExecutor: SerialExecutor {
  static let shared = UIExecutor()

  private let queue = Mutex<[UnownedJob]>([])
  /// The thread that runs the jobs. Compared on every entry into the actor from a closure: no
  /// lock and no system call.
  private let thread = Atomic<UInt>(0)
  /// Readable when jobs wait.
  let wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))

  func bindToCurrentThread() {
    thread.store(UInt(pthread_self()), ordering: .sequentiallyConsistent)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let wasEmpty = queue.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    if wasEmpty { wake() }
  }

  /// Runs the jobs that wait, and none that they add: input and drawing get their turn between.
  func runWaitingJobs() {
    var count: UInt64 = 0
    _ = read(wakeDescriptor, &count, MemoryLayout<UInt64>.size)
    let jobs = queue.withLock { waiting in
      let jobs = waiting
      waiting.removeAll(keepingCapacity: true)
      return jobs
    }
    for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
  }

  func wake() {
    var one: UInt64 = 1
    _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
  }

  func checkIsolated() {
    precondition(
      thread.load(ordering: .relaxed) == UInt(pthread_self()), "not on the interface's thread")
  }
}
