public import Domain
public import Foundation

extension PlanCheck.Outcome {
  /// A study that was not put together by a plan.
  /// - Parameter draft: what would be queued.
  public init(_ draft: StudyDraft) {
    self.init(
      study: StudyPlan.Study(
        ScannedStudy(study: draft.study, files: draft.files), level: draft.serviceLevel,
        history: draft.clinicalHistory), verdict: .ready, reason: "", draft: draft)
  }

  /// The outcome with earlier sendings taken into account: what is left of the study to be sent, and
  /// why. What a person forces goes out as it is.
  /// - Parameter day: how a day is written.
  public func taking(_ earlier: EarlierSending, day: (Date) -> String) -> Self {
    guard verdict == .ready, let draft else { return self }
    var outcome = self
    outcome.earlier = earlier
    let summary = earlier.summary(of: draft.files)
    outcome.reason = [summary.sentence(day: day) ?? "", summary.caution ?? ""].filter {
      !$0.isEmpty
    }.joined(separator: "; ")
    guard draft.forceReason == nil else { return outcome }
    outcome.draft = draft.sending(after: earlier)
    switch summary.verdict {
    case .new, .append: break
    case .alreadyThere: outcome.verdict = .alreadyThere
    case .conflict: outcome.verdict = .refused
    }
    return outcome
  }
}

extension SyncEngine {
  /// Outcomes with earlier sendings taken into account; see ``earlierSendings(of:sparing:)``.
  public func lookedUp(_ outcomes: [PlanCheck.Outcome], day: (Date) -> String) async
    -> [PlanCheck.Outcome]
  {
    let ready = outcomes.indices.filter { outcomes[$0].draft != nil }
    let found = await allEarlierSendings(of: ready.compactMap { outcomes[$0].draft })
    var result = outcomes
    for (index, earlier) in zip(ready, found) {
      result[index] = outcomes[index].taking(earlier, day: day)
    }
    return result
  }
}
