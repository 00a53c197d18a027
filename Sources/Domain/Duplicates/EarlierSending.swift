public import Foundation

/// What is known of a study's images before it is handed over. Images are the same when their SOP
/// Instance UIDs are, within the facility; a study of the same patient, day and modality is only
/// pointed out.
public struct EarlierSending: Sendable, Codable, Equatable {
  /// Who was asked besides the store of this workstation.
  public enum Source: Sendable, Codable, Equatable {
    case gateway
    /// The gateway has no such question (a plain RelayPACS).
    case storeOnly
    /// Why the gateway could not be asked, in words.
    case notAsked(String)
  }

  public var source: Source
  /// Images with the same bytes, as far as these could be compared, by SOP Instance UID.
  public var known: [String: EarlierImage]
  /// Images under the same SOP Instance UID whose bytes are others.
  public var conflicts: [String: EarlierImage]
  /// When another study with the same name, date and modality was sent in the last 30 days; nil when
  /// none was.
  public var similarAt: Date?

  public init(
    source: Source, known: [String: EarlierImage] = [:], conflicts: [String: EarlierImage] = [:],
    similarAt: Date? = nil
  ) {
    self.source = source
    self.known = known
    self.conflicts = conflicts
    self.similarAt = similarAt
  }

  /// Without images that were not compared byte by byte: what a program may act on that keeps no
  /// copy of what it leaves out.
  public var compared: EarlierSending {
    var earlier = self
    earlier.known = known.filter(\.value.isCompared)
    return earlier
  }

  /// The same with images named as in other drafts of the same files, in the same order.
  public func renamed(from files: [DraftFile], to others: [DraftFile]) -> EarlierSending {
    var earlier = EarlierSending(source: source, similarAt: similarAt)
    for (file, other) in zip(files, others) {
      let (old, new) = (file.outgoingSOPInstanceUID, other.outgoingSOPInstanceUID)
      if let image = known[old] { earlier.known[new] = image }
      if let image = conflicts[old] { earlier.conflicts[new] = image }
    }
    return earlier
  }

  /// What follows for a study with these files.
  public func summary(of files: [DraftFile]) -> EarlierSummary {
    let all = Set(files.map(\.outgoingSOPInstanceUID))
    let conflicting = all.count { conflicts[$0] != nil }
    let there = all.compactMap { known[$0] }
    let verdict: EarlierSummary.Verdict =
      conflicting > 0
      ? .conflict(conflicting, of: all.count)
      : there.isEmpty
        ? .new
        : there.count == all.count
          ? .alreadyThere(there.count) : .append(new: all.count - there.count, of: all.count)
    return EarlierSummary(
      verdict: verdict, source: source, latestAt: there.map(\.at).max(),
      isQueued: there.contains { $0.standing == .queued }, similarAt: similarAt)
  }
}

extension StudyDraft {
  /// What is handed over after earlier sendings were looked up: all of it, or the images that are
  /// new, with a line for the history on what was left out and which upload has it. Nil when nothing
  /// is left to send, or a person has to decide. A forced study goes out as it is.
  public func sending(after earlier: EarlierSending) -> StudyDraft? {
    guard forceReason == nil else { return self }
    switch earlier.summary(of: files).verdict {
    case .new: return self
    case .alreadyThere, .conflict: return nil
    case .append(let new, let all):
      var draft = self
      draft.files = files.filter { earlier.known[$0.outgoingSOPInstanceUID] == nil }
      draft.study.instanceCount = draft.files.count
      draft.study.seriesCount = Set(draft.files.map(\.seriesInstanceUID)).count
      let uploads = Set(files.compactMap { earlier.known[$0.outgoingSOPInstanceUID]?.upload })
        .sorted()
      draft.notes.append(
        "Left out \(all - new) of \(all) images that were sent before: "
          + "\(uploads.count == 1 ? "upload" : "uploads") \(uploads.prefix(8).joined(separator: ", "))"
          + (uploads.count > 8 ? " and \(uploads.count - 8) more." : "."))
      return draft
    }
  }

  /// A person wants it sent although it was sent before; the reason is kept, here and in the
  /// gateway's audit log.
  public mutating func force(because reason: String) {
    forceReason = reason
    let kept = UploadReason(.duplicateForced, reason)
    if !reasons.contains(kept) { reasons.append(kept) }
  }
}
