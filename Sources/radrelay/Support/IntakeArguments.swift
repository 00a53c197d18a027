import ArgumentParser
import Domain
import Foundation
import Intake
import Store

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
    if let level, level.needsClinicalHistory, history.allSatisfy(\.isWhitespace) {
      throw ValidationError("\(level.title) needs --history.")
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
    // Nobody is there to write why it is urgent.
    let level = chosen.needsClinicalHistory && history.isEmpty ? .routine : chosen
    let history = history
    return FolderIntake(
      root: folder, quiet: TimeInterval(quiet),
      isQueued: { try await store.alreadyQueued($0) },
      take: { study in
        let owner = try await store.account()?.owner ?? .nobody
        var draft = StudyDraft(
          study: study.study, serviceLevel: level, clinicalHistory: history, files: study.files,
          heldBecause: study.objection)
        guard isOurs else {
          _ = try await store.enqueue([draft], owner: owner, now: Date())
          return
        }
        let spooling = try await store.beginIntake(bytes: study.byteCount, at: Date())
        // As long as it lives nobody takes what it staged for leftovers.
        defer { withExtendedLifetime(spooling) {} }
        do {
          draft.files = try study.files.map { try spooling.copy($0) }
          _ = try await store.enqueue([draft], owner: owner, now: Date())
        } catch {
          spooling.discard()
          throw error
        }
        // In the queue and on the disk: what arrived has done its work.
        for file in study.files { unlink(file.path) }
      },
      tell: { event in tell(Self.words(event)) })
  }

  /// By identifier and path: names of patients do not belong into a log.
  private static func words(_ event: FolderIntake.Event) -> String {
    switch event {
    case .taken(let study, let files): "queued study \(study): \(files) files"
    case .held(let study, let files, let reason):
      "study \(study.isEmpty ? "without identifier" : study), \(files) files, is held: \(reason)"
    case .leftOut(let path, let reason): "left out \(path): \(reason)"
    case .trouble(let text): "not queued yet: \(text)"
    }
  }
}
