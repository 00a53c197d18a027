public import Foundation

/// What earlier sendings mean for one study, in short.
public struct EarlierSummary: Sendable, Equatable {
  public enum Verdict: Sendable, Equatable {
    case new
    /// Some images were sent before: only the others are to be sent.
    case append(new: Int, of: Int)
    /// All were, or are in the queue.
    case alreadyThere(Int)
    /// So many have the identifier of an image with other contents: a person decides.
    case conflict(Int, of: Int)
  }

  public var verdict: Verdict
  public var source: EarlierSending.Source
  /// When the last of its images was sent or queued.
  public var latestAt: Date?
  /// True when some of these are in the queue of this workstation and not sent yet.
  public var isQueued: Bool
  /// When another study with the same name, date and modality was sent in the last 30 days.
  public var similarAt: Date?

  public init(
    verdict: Verdict, source: EarlierSending.Source, latestAt: Date? = nil, isQueued: Bool = false,
    similarAt: Date? = nil
  ) {
    self.verdict = verdict
    self.source = source
    self.latestAt = latestAt
    self.isQueued = isQueued
    self.similarAt = similarAt
  }

  /// The sentence for a person; nil when there is nothing to say.
  /// - Parameter day: how a day is written.
  public func sentence(day: (Date) -> String) -> String? {
    switch verdict {
    case .new: return similarAt.map { "the same name, date and modality was sent \(day($0))" }
    case .append(let new, let all): return "append: \(new) new of \(all)"
    case .alreadyThere(let count):
      let images = count == 1 ? "its one image" : "all \(count) images"
      let at = latestAt.map(day) ?? "earlier"
      return isQueued
        ? "already in the queue since \(at), \(images)" : "already there: sent \(at), \(images)"
    case .conflict(let count, let all):
      return "conflict: \(count) of \(all) images were sent before with other contents"
    }
  }

  /// The words beside that when the gateway was not asked; nil when it was.
  public var caution: String? {
    switch source {
    case .gateway: nil
    case .storeOnly: "this gateway does not tell what it has; compared with this workstation only"
    case .notAsked(let why): "the gateway could not be asked (\(why))"
    }
  }
}
