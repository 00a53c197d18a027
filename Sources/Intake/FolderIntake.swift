import DICOM
public import Domain
public import Foundation

/// Takes the studies that appear in a folder, each when it has been quiet for a while.
///
/// Files are read where they are and never touched. What the queue has already (``IsQueued``) is not
/// taken again, also after a restart. Images that arrive later for a study that was taken make an
/// upload of their own.
public actor FolderIntake {
  /// What happens, for a log or a person: paths, never names of patients.
  public enum Event: Sendable, Equatable {
    case taken(study: String, files: Int)
    /// In the queue, but held until a person decides.
    case held(study: String, files: Int, reason: String)
    /// Not queued, or not all of it: it was sent before.
    case sentBefore(study: String, reason: String)
    case leftOut(path: String, reason: String)
    /// The queue could not take it; tried again in ``retry`` seconds.
    case trouble(String)
  }

  /// What became of a study.
  public struct Taken: Sendable, Equatable {
    /// Files that are in the queue now.
    public var files: Int
    /// Why they are held; nil when they go out.
    public var heldBecause: String?
    /// What was sent before and so was left out, in words; nil when nothing was.
    public var sentBefore: String?

    public init(files: Int, heldBecause: String? = nil, sentBefore: String? = nil) {
      self.files = files
      self.heldBecause = heldBecause
      self.sentBefore = sentBefore
    }
  }

  /// Puts a study into the queue: durable when it returns.
  public typealias Take = @Sendable (ScannedStudy) async throws -> Taken

  /// The paths of those files that the queue has already.
  public typealias IsQueued = @Sendable ([String: FileStamp]) async throws -> Set<String>

  /// Seconds until a study that the queue could not take is tried again.
  public static let retry: TimeInterval = 10
  /// Seconds between looks at everything, for what inotify does not see: folders of the network,
  /// lost events.
  public static let longestWait: TimeInterval = 60

  private let root: String
  private let take: Take
  private let isQueued: IsQueued
  private let finished: @Sendable (ScannedStudy) -> Void
  private let tell: @Sendable (Event) -> Void
  private let timing: IntakeTiming
  private var studies: QuietStudies
  private var looksAgain = false
  /// Paths that events told of and nobody looked at yet.
  private var noticed: Set<String> = []
  private var wakers: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - root: an absolute path.
  ///   - quiet: seconds without a change after which a study is taken.
  ///   - isQueued: which of these files the queue has already.
  ///   - finished: called when a study was taken: what was made of it is durable.
  public init(
    root: String, quiet: TimeInterval, timing: IntakeTiming = .real,
    isQueued: @escaping IsQueued,
    take: @escaping Take, finished: @escaping @Sendable (ScannedStudy) -> Void = { _ in },
    tell: @escaping @Sendable (Event) -> Void
  ) {
    self.root = root
    self.take = take
    self.finished = finished
    self.isQueued = isQueued
    self.tell = tell
    self.timing = timing
    studies = QuietStudies(quiet: quiet)
  }

  /// Watches until cancelled.
  /// - Throws: ``IntakeError`` when the folder cannot be watched, or is gone.
  public func run() async throws {
    let events = try FolderEvents(root: root)
    let listening = Task {
      for await event in events.events { self.note(event) }
    }
    defer { listening.cancel() }
    try await lookAtAll()
    while true {
      try Task.checkCancellation()
      if looksAgain { try await lookAtAll() }
      try await lookAtNoticed()
      await readWhatIsDue()
      try await takeWhatIsDue()
      let now = timing.seconds()
      let wait = min(max(0.05, (studies.nextLook() ?? .infinity) - now), Self.longestWait)
      if wait >= Self.longestWait { looksAgain = true }
      await pause(wait)
      // What changes together is looked at together.
      try await timing.sleep(0.05)
    }
  }

  /// Takes what is there and becomes quiet within a minute (or three times the quiet time, if that
  /// is longer); for a run from time to time.
  /// - Returns: the number of files that are left for later.
  public func once() async throws -> Int {
    let end = timing.seconds() + max(60, 3 * studies.quiet)
    try await lookAtAll()
    while true {
      await readWhatIsDue()
      try await takeWhatIsDue()
      guard let next = studies.nextLook() else { return studies.waiting }
      guard next <= end else { return studies.waiting }
      try await timing.sleep(max(0.05, next - timing.seconds()))
      try await lookAtAll()
    }
  }

  private func note(_ event: FolderEvents.Event) {
    switch event {
    case .changed(let path): if Self.isOfInterest(path) { noticed.insert(path) }
    case .gone(let path): studies.gone(path)
    case .lookAgain: looksAgain = true
    }
    wake()
  }

  /// Hidden files are the temporary ones of those who write.
  private static func isOfInterest(_ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent
    return !name.hasPrefix(".") && !name.hasSuffix(".part") && !name.hasSuffix(".tmp")
  }

  /// Notes every file below the root with its present stamp.
  private func lookAtAll() async throws {
    looksAgain = false
    let root = root
    guard
      let found = await blocking({ Self.filesBelow(root) })
    else { throw IntakeError.watching(root, "it is not there, or may not be read") }
    try await admit(found)
  }

  /// Looks at what events told of.
  private func lookAtNoticed() async throws {
    let paths = noticed
    noticed = []
    var found: [(path: String, stamp: FileStamp)] = []
    for path in paths {
      if let stamp = FileStamp(path: path) {
        found.append((path, stamp))
      } else {
        studies.gone(path)
      }
    }
    try await admit(found)
  }

  /// Notes files with their stamps; what the queue has already is not of interest.
  private func admit(_ found: [(path: String, stamp: FileStamp)]) async throws {
    let new = found.filter { !studies.knows($0.path, $0.stamp) }
    guard !new.isEmpty else { return }
    let queued = try await isQueued(Dictionary(new) { first, _ in first })
    let now = timing.seconds()
    for (path, stamp) in new {
      if queued.contains(path) {
        studies.isQueued(path, stamp)
      } else {
        studies.saw(path, stamp, at: now)
      }
    }
  }

  private static func filesBelow(_ root: String) -> [(path: String, stamp: FileStamp)]? {
    guard access(root, R_OK | X_OK) == 0,
      let paths = FileManager.default.enumerator(atPath: root)
    else { return nil }
    var found: [(path: String, stamp: FileStamp)] = []
    while let name = paths.nextObject() as? String {
      let path = root + "/" + name
      if isOfInterest(path), let stamp = FileStamp(path: path) { found.append((path, stamp)) }
    }
    return found
  }

  private func readWhatIsDue() async {
    for (path, stamp) in studies.unread(at: timing.seconds()) {
      // Between the event and now it may have been written to.
      guard let present = FileStamp(path: path) else {
        studies.gone(path)
        continue
      }
      guard present == stamp else {
        studies.saw(path, present, at: timing.seconds())
        continue
      }
      let result = await blocking { Result { try ScannedInstance.read(path: path) } }
      switch result {
      case .success(let instance) where instance.sopInstanceUID.isEmpty:
        tell(.leftOut(path: path, reason: "no SOP Instance UID: it cannot be sent"))
        studies.read(path, stamp, as: nil)
      case .success(let instance): studies.read(path, stamp, as: instance)
      case .failure(let error):
        tell(.leftOut(path: path, reason: "\(error)"))
        studies.read(path, stamp, as: nil)
      }
    }
  }

  private func takeWhatIsDue() async throws {
    for taking in studies.quietStudies(at: timing.seconds()) {
      let paths = taking.instances.map(\.instance.path)
      var isUnchanged = true
      for (instance, stamp) in taking.instances {
        let present = FileStamp(path: instance.path)
        guard present != stamp else { continue }
        isUnchanged = false
        if let present {
          studies.saw(instance.path, present, at: timing.seconds())
        } else {
          studies.gone(instance.path)
        }
      }
      guard isUnchanged else { continue }
      var grouping = StudyGrouping()
      for (instance, _) in taking.instances { grouping.add(instance) }
      do {
        for study in grouping.studies() {
          let taken = try await take(study)
          finished(study)
          let name = study.study.studyInstanceUID
          if let reason = taken.sentBefore { tell(.sentBefore(study: name, reason: reason)) }
          if let reason = taken.heldBecause {
            tell(.held(study: name, files: taken.files, reason: reason))
          } else if taken.files > 0 {
            tell(.taken(study: name, files: taken.files))
          }
        }
        studies.finished(paths)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        tell(.trouble("\(error)"))
        studies.postpone(paths, at: timing.seconds() + Self.retry - studies.quiet)
      }
    }
  }

  // MARK: Waiting

  private func pause(_ seconds: TimeInterval) async {
    let timing = timing
    let alarm = Task {
      try? await timing.sleep(seconds)
      self.wake()
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { wakers.append($0) }
    } onCancel: {
      Task { await self.wake() }
    }
    alarm.cancel()
  }

  private func wake() {
    let waiting = wakers
    wakers = []
    for waker in waiting { waker.resume() }
  }
}

/// Runs what waits for a disk away from the threads that everything shares.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(returning: work()) }
  }
}
