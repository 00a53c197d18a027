import Foundation

/// Finds DICOM instances in folders, by content.
public enum Scanner {
  /// Walks the roots and everything below them.
  ///
  /// The last event has ``ScanEvent/isFinished``, unless the scan is cancelled: by cancelling the
  /// task that iterates, or by dropping the sequence. Folders are visited once, whatever links
  /// lead to them. At most ``ScanOptions/maximumWaitingEvents`` events wait in memory.
  /// - Parameter roots: paths of folders or files.
  public static func scan(roots: [String], options: ScanOptions = ScanOptions()) -> ScanEvents {
    ScanEvents(roots: roots, options: options)
  }
}

/// The events of one scan; to be iterated once.
public struct ScanEvents: AsyncSequence, Sendable {
  public typealias Element = ScanEvent

  let stream: AsyncStream<ScanEvent>
  let work: ScanWork

  init(roots: [String], options: ScanOptions) {
    let (stream, continuation) = AsyncStream.makeStream(of: ScanEvent.self)
    // Absolute, so that the paths stay valid wherever the process goes.
    let roots = roots.map { URL(fileURLWithPath: $0).path }
    let work = ScanWork(roots: roots, options: options) { event in
      continuation.yield(event)
      if event.isFinished { continuation.finish() }
    }
    continuation.onTermination = { _ in work.cancel() }
    self.stream = stream
    self.work = work
    // Threads of their own: a slow medium must not hold up the tasks of the program.
    for number in 0..<Swift.max(1, options.workers) {
      let thread = Thread { ScanWorker(work: work).run() }
      thread.name = "scan-\(number)"
      thread.start()
    }
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(base: stream.makeAsyncIterator(), work: work)
  }

  public struct Iterator: AsyncIteratorProtocol {
    var base: AsyncStream<ScanEvent>.AsyncIterator
    let work: ScanWork

    public mutating func next() async -> ScanEvent? {
      let event = await base.next()
      if event != nil { work.consumed() }
      return event
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async -> ScanEvent? {
      let event = await base.next(isolation: actor)
      if event != nil { work.consumed() }
      return event
    }
  }
}
