public import DICOM

/// Scans folders and gives the state of the scan from time to time: what the wizard and the
/// command line show.
public enum StudyScan {
  /// Walks the roots.
  ///
  /// The last value has ``ScanProgress/isFinished``; cancelling the task that iterates, or dropping
  /// the stream, ends the scan without it.
  /// - Parameters:
  ///   - roots: paths of folders or files.
  ///   - interval: the shortest time between two values.
  ///   - medium: why a file at a path is copied before it is sent; nil when it stays where it is.
  public static func run(
    roots: [String], options: ScanOptions = .forSending, interval: Duration = .milliseconds(100),
    clock: any Clock<Duration> = ContinuousClock(),
    medium: @escaping @Sendable (String) -> StagingReason? = { _ in nil }
  ) -> AsyncStream<ScanProgress> {
    let events = Scanner.scan(roots: roots, options: options)
    // Only the newest state matters to a reader that is slow.
    let (stream, continuation) = AsyncStream.makeStream(
      of: ScanProgress.self, bufferingPolicy: .bufferingNewest(1))
    let task = Task {
      await report(events, interval: interval, clock: clock, medium: medium) {
        continuation.yield($0)
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  /// Paths of skipped files that are kept; all are counted.
  public static let maximumSkippedShown = 100

  private static func report(
    _ events: ScanEvents, interval: Duration, clock: some Clock<Duration>,
    medium: @escaping @Sendable (String) -> StagingReason?,
    to receive: (ScanProgress) -> Void
  ) async {
    var grouping = StudyGrouping(medium: medium)
    var progress = ScanProgress()
    var refused = 0
    var last = clock.now
    for await event in events {
      if Task.isCancelled { return }
      for skip in event.skipped { note(skip.path, skip.reason, &progress) }
      for instance in event.instances {
        if let reason = grouping.add(instance) {
          refused += 1
          note(instance.path, reason, &progress)
        }
      }
      progress.folders = event.counts.folders
      progress.files = event.counts.files
      progress.dicomFiles = event.counts.dicomFiles - refused
      progress.bytes = event.counts.bytes
      progress.skippedCount = event.counts.skipped + refused
      let now = clock.now
      guard event.isFinished || last.duration(to: now) >= interval else { continue }
      // Building the studies of a large scan takes longer than a tick: the pace adapts.
      progress.isFinished = event.isFinished
      progress.studies = grouping.studies()
      receive(progress)
      let spent = now.duration(to: clock.now)
      last = clock.now.advanced(by: spent * 4)
    }
  }

  private static func note(_ path: String, _ reason: String, _ progress: inout ScanProgress) {
    guard progress.skipped.count < maximumSkippedShown else { return }
    progress.skipped.append(ScanProgress.Skipped(path: path, reason: reason))
  }
}

extension ScanOptions {
  /// Archives are looked into; what is found there is copied out when it is queued.
  public static let forSending: ScanOptions = {
    var options = ScanOptions()
    options.archives = .look
    return options
  }()
}
