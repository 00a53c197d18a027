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
    var words = [summary.sentence(day: day), summary.caution].compactMap { $0 }
    // What no plain gateway can tell is no news with every new study.
    if summary.verdict == .new, earlier.source == .storeOnly, summary.similarAt == nil {
      words = []
    }
    outcome.reason = words.joined(separator: "; ")
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

extension PlanCheck.Outcome {
  /// The uploads of this workstation that wait to send what this study has: handing it over again is
  /// having handed it over. Empty when some of it is new, or was sent.
  public var waiting: [UploadID] {
    guard verdict == .alreadyThere, let earlier else { return [] }
    let images = Set(study.files.map(\.sopInstanceUID)).compactMap { earlier.known[$0] }
    guard images.allSatisfy({ $0.standing == .queued }) else { return [] }
    let uploads = images.compactMap(\.queued)
    return uploads.count == images.count ? Set(uploads).sorted { $0.rawValue < $1.rawValue } : []
  }
}
