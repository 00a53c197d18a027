public import Domain
import Foundation

/// What can be done of a plan now.
public enum PlanCheck {
  /// One study of a plan, and why it is not sent.
  public struct Outcome: Sendable, Equatable {
    public enum Verdict: String, Sendable, Equatable {
      /// It can be queued.
      case ready
      /// The plan says that it is not to be sent.
      case left
      /// All of it was sent before, or waits in the queue.
      case alreadyThere = "already_there"
      /// Something is in the way.
      case refused
    }
    public var study: StudyPlan.Study
    public var verdict: Verdict
    /// In words; of what is ready what a person should know, or empty.
    public var reason: String
    /// What would be queued, with the files as they are now; nil unless it is ready.
    public var draft: StudyDraft?
    /// What was found of earlier sendings; nil where it was not looked for.
    public var earlier: EarlierSending?
  }

  /// Looks at every file of the studies to be sent: a study of which a file changed since the plan
  /// was made is refused as a whole, the others are not held up by it. Blocks.
  public static func run(_ plan: StudyPlan) -> [Outcome] {
    plan.studies.map { study in
      guard study.send else {
        let reason = study.objection.map { "not chosen: \($0)" } ?? "not chosen"
        return Outcome(study: study, verdict: .left, reason: reason, draft: nil)
      }
      if let objection = study.objection, study.acceptObjection == nil {
        return Outcome(
          study: study, verdict: .refused,
          reason: "\(objection). To send it all the same, give a reason in accept_objection.",
          draft: nil)
      }
      var draft = plan.draft(of: study)
      if let reason = look(at: &draft.files) {
        return Outcome(study: study, verdict: .refused, reason: reason, draft: nil)
      }
      return Outcome(study: study, verdict: .ready, reason: "", draft: draft)
    }
  }

  /// Fills in what only the disk knows.
  /// - Returns: what is not as it was, in words; nil when everything is.
  private static func look(at files: inout [DraftFile]) -> String? {
    var gone: [String] = []
    var changed: [String] = []
    for index in files.indices {
      let file = files[index]
      var info = stat()
      guard stat(file.path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
        gone.append(file.path)
        continue
      }
      let modifiedAt =
        Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)
      let isSameSize = file.archiveEntry != nil || Int64(info.st_size) == file.byteCount
      guard isSameSize, modifiedAt == file.modifiedAt else {
        changed.append(file.path)
        continue
      }
      files[index].inode = UInt64(info.st_ino)
    }
    var words: [String] = []
    func tell(_ paths: [String], _ verb: String) {
      guard let first = paths.first else { return }
      words.append(
        paths.count == 1 ? "\(first) \(verb)" : "\(paths.count) files \(verb) (\(first) first)")
    }
    tell(gone, gone.count == 1 ? "is gone" : "are gone")
    tell(changed, "changed since the plan was made")
    guard !words.isEmpty else { return nil }
    return "of \(files.count) files, " + words.joined(separator: ", ") + ". Make the plan again."
  }
}
