import ArgumentParser
import Domain
import Foundation
import Intake
import Store
import Sync

/// What `watch`, `receive` and `agent` ask of the studies that they take in.
struct IntakeArguments: ParsableArguments {
  @Option(help: "Seconds without a change after which a study is taken.")
  var quiet = 30
  @Option(help: "How soon to be read: subspecialty or routine (default: the setting).")
  var level: ServiceLevel?
  @Option(help: "Clinical history of all of them, at most 500 characters.")
  var history = ""

  func validate() throws {
    guard (0...86_400).contains(quiet) else {
      throw ValidationError("--quiet takes 0 to 86400 seconds.")
    }
    guard history.unicodeScalars.count <= 500 else {
      throw ValidationError("--history takes at most 500 characters.")
    }
  }

  /// An intake of a folder into the queue.
  /// - Parameter isOurs: the files are RadRelay's own: they are moved into the spool.
  func intake(
    of folder: String, isOurs: Bool, store: Store, tell: @escaping @Sendable (String) -> Void
  ) async throws -> FolderIntake {
    let settings = try await store.settings()
    let chosen =
      level ?? settings[.defaultServiceLevel].flatMap(ServiceLevel.init(rawValue:)) ?? .routine
    let needsHistory =
      chosen.needsClinicalHistory(for: try await store.account()?.user)
      && history.allSatisfy(\.isWhitespace)
    guard !needsHistory || level == nil else {
      throw CommandFailure("\(chosen.title) needs --history.", .usage)
    }
    // Nobody is there to write why it is urgent.
    let level = needsHistory ? .routine : chosen
    let history = history
    let engine = Engine.make(store: store)
    return FolderIntake(
      root: folder, quiet: TimeInterval(quiet),
      isQueued: { try await store.alreadyQueued($0) },
      take: { study in
        let owner = try await store.account()?.owner ?? .nobody
        let whole = StudyDraft(
          study: study.study, serviceLevel: level, clinicalHistory: history, files: study.files,
          heldBecause: study.objection)
        let taking = await Taking(whole, isOurs: isOurs, engine)
        guard let draft = taking.draft else { return taking.result }
        guard isOurs else {
          _ = try await store.enqueue([draft], owner: owner, now: Date())
          return taking.result
        }
        let spooling = try await store.beginIntake(
          bytes: draft.files.reduce(0) { $0 + $1.byteCount }, at: Date())
        // As long as it lives nobody takes what it staged for leftovers.
        defer { withExtendedLifetime(spooling) {} }
        do {
          var staged = draft
          staged.files = try draft.files.map { try spooling.copy($0) }
          _ = try await store.enqueue([staged], owner: owner, now: Date())
        } catch {
          spooling.discard()
          throw error
        }
        return taking.result
      },
      finished: { study in
        // In the queue and on the disk, or proven to be elsewhere, byte by byte: what arrived has
        // done its work.
        guard isOurs else { return }
        for file in study.files { unlink(file.path) }
      },
      tell: { event in tell(Self.words(event)) })
  }

  /// What is done with a study after earlier sendings were looked up.
  private struct Taking {
    /// What goes into the queue; nil when all of it was sent before.
    var draft: StudyDraft?
    var result: FolderIntake.Taken

    init(_ whole: StudyDraft, isOurs: Bool, _ engine: SyncEngine) async {
      // Nobody decides here: what has an objection waits as a whole.
      guard whole.heldBecause == nil,
        let found = await engine.allEarlierSendings(of: [whole], sparing: true).first
      else {
        draft = whole
        result = .init(files: whole.files.count, heldBecause: whole.heldBecause)
        return
      }
      let earlier = isOurs ? found.compared : found
      let summary = earlier.summary(of: whole.files)
      let words = summary.sentence { Words.time($0) }
      switch summary.verdict {
      case .conflict:
        var held = whole
        held.heldBecause = words.map { "\($0). Retry sends them all the same; cancel does not." }
        draft = held
        result = .init(files: whole.files.count, heldBecause: held.heldBecause)
      case .new:
        // A study that only looks alike is none of it.
        draft = whole
        result = .init(files: whole.files.count)
      case .append, .alreadyThere:
        draft = whole.sending(after: earlier)
        result = .init(files: draft?.files.count ?? 0, sentBefore: words)
      }
    }
  }

  /// By identifier and path: names of patients do not belong into a log.
  private static func words(_ event: FolderIntake.Event) -> String {
    switch event {
    case .taken(let study, let files): "queued study \(study): \(files) files"
    case .held(let study, let files, let reason):
      "study \(study.isEmpty ? "without identifier" : study), \(files) files, is held: \(reason)"
    case .sentBefore(let study, let reason): "study \(study): \(reason)"
    case .leftOut(let path, let reason): "left out \(path): \(reason)"
    case .trouble(let text): "not queued yet: \(text)"
    }
  }
}
