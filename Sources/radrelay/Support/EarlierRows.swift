import Domain
import Foundation
import Sync

/// What was found of earlier sendings of a study, as `--json` shows it; the keys are part of the
/// interface.
struct EarlierRow: Encodable {
  /// Images that were not sent before, that were, and that were with other contents.
  let new: Int
  let known: Int
  let conflicting: Int
  /// The latest moment at which one of them was sent or queued, and the uploads that have them.
  let sentAt: Date?
  let uploads: [String]
  /// When another study with the same name, date and modality was sent in the last 30 days.
  let similarSentAt: Date?
  /// `gateway`, or `workstation` when only its own uploads were looked at, and why.
  let asked: String
  let notAsked: String?

  init(_ earlier: EarlierSending, of files: [DraftFile]) {
    let all = Set(files.map(\.outgoingSOPInstanceUID))
    known = all.count { earlier.known[$0] != nil }
    conflicting = all.count { earlier.conflicts[$0] != nil }
    new = all.count - known - conflicting
    let images = earlier.known.values + Array(earlier.conflicts.values)
    sentAt = images.map(\.at).max()
    uploads = Set(images.map(\.upload)).sorted()
    similarSentAt = earlier.similarAt
    asked = earlier.source == .gateway ? "gateway" : "workstation"
    notAsked = earlier.summary(of: files).caution
  }

  enum CodingKeys: String, CodingKey {
    case new, known, conflicting, uploads, asked
    case sentAt = "sent_at"
    case similarSentAt = "similar_sent_at"
    case notAsked = "not_asked"
  }
}

/// What is done with a study, as `--json` shows it; the keys are part of the interface.
struct OutcomeRow: Encodable {
  let studyInstanceUID: String
  let verdict: String
  let reason: String
  /// Images of the study, and those of them that are (or would be) sent.
  let instances: Int
  let sending: Int
  let earlier: EarlierRow?

  enum CodingKeys: String, CodingKey {
    case studyInstanceUID = "study_instance_uid"
    case verdict, reason, instances, sending, earlier
  }

  init(_ outcome: PlanCheck.Outcome) {
    studyInstanceUID = outcome.study.studyInstanceUID
    verdict = outcome.verdict.rawValue
    reason = outcome.reason
    instances = outcome.study.files.count
    sending = outcome.draft?.files.count ?? 0
    earlier = outcome.earlier.map { EarlierRow($0, of: outcome.study.files.map { DraftFile($0) }) }
  }
}

extension PlanCheck.Outcome {
  var name: String { Sources.name(study.studyInstanceUID, study.files.first?.path) }

  /// Says on the standard error output what a person should know of a study that is being queued, or
  /// why it is not; with `json` also on the standard output what was sent before of one that is not.
  func tell(json: Bool) throws {
    guard draft == nil else {
      if !reason.isEmpty { Output.note("study \(name): \(reason)") }
      return
    }
    if !waiting.isEmpty {
      Output.note("study \(name): \(reason)")
      return
    }
    Output.note("study \(name) is not sent: \(reason)")
    if json, earlier != nil { try Output.json(OutcomeRow(self)) }
  }
}
