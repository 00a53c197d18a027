import Dispatch
import Foundation
import Synchronization

/// The decoder processes of this program, started when they are first needed and kept.
public final class DecoderPool: Sendable {
  /// As many as there are processors, at most four.
  public static let shared = DecoderPool(
    size: min(4, max(1, ProcessInfo.processInfo.activeProcessorCount)))

  /// One object for one thread at a time: the lock hands it over.
  private struct Idle: @unchecked Sendable {
    var processes: [DecoderProcess] = []
    /// Processes at work.
    var busy = 0
  }

  private let idle = Mutex(Idle())
  private let free: DispatchSemaphore
  private let size: Int
  private let executable: String?
  private let patience: Int

  /// - Parameters:
  ///   - size: processes at most; whoever needs one more waits.
  ///   - executable: the decoder program; the one that belongs to this program when nil.
  ///   - patience: seconds to wait for the smallest image.
  public init(size: Int, executable: String? = nil, patience: Int = 60) {
    self.size = max(1, size)
    free = DispatchSemaphore(value: max(1, size))
    self.executable = executable
    self.patience = patience
  }

  /// The processes that wait for work; for figures and tests.
  public var idleProcessIDs: [Int32] { idle.withLock { $0.processes.map(\.process) } }

  private func start() throws(FrameError) -> DecoderProcess {
    let path: String
    if let executable { path = executable } else { path = try DecoderExecutable.find() }
    return try DecoderProcess(path: path, patience: patience)
  }

  /// Starts a process ahead of its first use; what is wrong shows itself then.
  public func warmUp() {
    DispatchQueue.global(qos: .userInitiated).async { [self] in
      free.wait()
      defer { free.signal() }
      if idle.withLock({ !$0.processes.isEmpty }) { return }
      if let process = try? start() { giveBack(process) }
    }
  }

  /// Gives `body` a process of its own, and the number of processors that it may use; waits while
  /// all are busy.
  func withProcess<Value>(
    _ body: (DecoderProcess, _ threads: Int) throws(FrameError) -> Value
  ) throws(FrameError) -> Value {
    free.wait()
    defer { free.signal() }
    let others = idle.withLock { idle in
      idle.busy += 1
      return idle.busy - 1
    }
    defer { idle.withLock { $0.busy -= 1 } }
    let process: DecoderProcess
    if let waiting = idle.withLock({ $0.processes.popLast() }) {
      process = waiting
    } else {
      process = try start()
    }
    defer { if process.isSound { giveBack(process) } }
    return try body(process, max(1, size - others))
  }

  private func giveBack(_ process: DecoderProcess) {
    idle.withLock { $0.processes.append(process) }
  }
}
