public import Domain

/// A study that is about to be queued, for the question what of it was sent before.
public struct ReviewSubject: Sendable, Equatable {
  /// ``StudyChoice/key``.
  public var key: String
  public var draft: StudyDraft

  public init(key: String, draft: StudyDraft) {
    self.key = key
    self.draft = draft
  }
}

/// Answers for the review step; to ``Effect/review(_:)`` one ``earlier(key:_:)`` for each study, in
/// any order.
public enum ReviewAnswer: Sendable, Equatable {
  /// To ``Effect/estimate``.
  case estimate(HandoverEstimate)
  case earlier(key: String, EarlierSending)
  /// Nothing more comes.
  case finished
}
