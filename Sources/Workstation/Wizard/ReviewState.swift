public import Domain

/// What the review step knows of the chosen studies besides what is in them.
public struct ReviewState: Sendable, Equatable {
  /// One study, by its ``StudyChoice/key``.
  public struct Finding: Sendable, Equatable {
    public var earlier: EarlierSending
    public var summary: EarlierSummary
    /// What is sent when nobody forces it: images, their bytes, and bytes that are copied first.
    public var images: Int
    public var byteCount: Int64
    public var copiedByteCount: Int64
  }

  public private(set) var findings: [String: Finding] = [:]
  public private(set) var estimate: HandoverEstimate?
  /// True until everything is answered.
  public private(set) var isAsking = false
  /// Why a study is sent although it was sent before, as a person wrote it.
  public var reasons: [String: String] = [:]
  /// Enter was pressed before everything was answered: it is queued then. Another Enter does not wait.
  public var awaitsQueue = false
  /// Bytes that are copied of a whole study, by its key.
  private(set) var copied: [String: Int64] = [:]
  /// The drafts that were asked about, to find out what is left of them.
  private var drafts: [String: StudyDraft] = [:]

  public init() {}

  /// Begins anew with these studies; reasons of studies that are still there stay.
  public mutating func begin(_ subjects: [ReviewSubject]) {
    findings = [:]
    estimate = nil
    isAsking = true
    awaitsQueue = false
    drafts = Dictionary(subjects.map { ($0.key, $0.draft) }) { first, _ in first }
    copied = drafts.mapValues(\.copiedByteCount)
    reasons = reasons.filter { drafts[$0.key] != nil }
  }

  /// Nothing more is awaited.
  /// - Returns: the effect that ends the asking, if it goes on.
  public mutating func end() -> [Effect] {
    defer {
      isAsking = false
      awaitsQueue = false
    }
    return isAsking ? [.cancelReview] : []
  }

  public mutating func receive(_ answer: ReviewAnswer) {
    switch answer {
    case .estimate(let estimate): self.estimate = estimate
    case .finished: isAsking = false
    case .earlier(let key, let earlier):
      guard let draft = drafts[key] else { return }
      let left = draft.sending(after: earlier)
      findings[key] = Finding(
        earlier: earlier, summary: earlier.summary(of: draft.files), images: left?.files.count ?? 0,
        byteCount: (left?.files ?? []).reduce(0) {
          $0.addingReportingOverflow(max(0, $1.byteCount)).partialValue
        }, copiedByteCount: left?.copiedByteCount ?? 0)
    }
  }

  /// What is handed over of a study; nil when all of it was sent before and nobody forces it.
  public func handover(_ draft: StudyDraft, key: String) -> StudyDraft? {
    var draft = draft
    if let reason = reasons[key] { draft.force(because: reason) }
    guard let finding = findings[key] else { return draft }
    return draft.sending(after: finding.earlier)
  }
}
