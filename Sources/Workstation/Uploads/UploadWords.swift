public import Domain
public import Foundation
import Screen

/// One upload in words: where it stands, what happens next, what a person can do.
public struct UploadWords: Sendable {
  let upload: Upload
  let progress: UploadProgress?
  let now: Date
  let calendar: Calendar
  /// Who is logged in; nil when nobody is, or when it does not matter.
  let login: UploadOwner?

  /// - Parameter progress: what the sending engine told since the row was read, if anything.
  public init(
    _ upload: Upload, progress: UploadProgress?, now: Date, calendar: Calendar,
    login: UploadOwner? = nil
  ) {
    self.upload = upload
    // Late news of an upload that has moved on mean nothing.
    let isUnderWay = upload.state == .sending || upload.state == .queued
    self.progress = isUnderWay ? progress : nil
    self.now = now
    self.calendar = calendar
    self.login = login
  }

  /// The state as it is now: a queued upload whose bytes move is being sent.
  public var state: UploadState {
    upload.state == .queued && progress != nil ? .sending : upload.state
  }

  /// When the pause ends by itself; nil when a person ends it.
  private var pauseEnd: String? {
    guard let end = upload.nextAttemptAt else { return nil }
    let clock = Format.clock(end, calendar: calendar)
    if calendar.isDate(end, inSameDayAs: now) { return clock }
    return Format.time(end, now: now, calendar: calendar) + " " + clock
  }

  public var standing: UploadStanding { UploadStanding(state) }

  public var sentBytes: Int64 {
    min(max(upload.byteCount, 0), max(upload.sentBytes, progress?.sentBytes ?? 0))
  }

  public var fraction: Double {
    upload.byteCount > 0 ? Double(sentBytes) / Double(upload.byteCount) : 0
  }

  public var percent: String { Format.percent(sentBytes, of: upload.byteCount) }

  /// `42 s`; nil when it cannot be told.
  public var timeLeft: String? { progress?.secondsLeft.map { Format.duration($0) } }

  /// What stands behind the state's word in a list, longest first; the view takes the first that
  /// fits. Empty when the word says it all.
  public var tails: [String] {
    switch state {
    case .queued:
      if let next = upload.nextAttemptAt, next > now {
        let time = "resumes \(Format.time(next, now: now, calendar: calendar))"
        return upload.reason.isEmpty ? [time] : ["\(time): \(upload.reason)", time]
      }
      return upload.reason.isEmpty ? [] : [upload.reason]
    case .sending:
      if let next = upload.nextAttemptAt, next > now, progress == nil {
        let time = "resumes \(Format.time(next, now: now, calendar: calendar))"
        return ["\(percent)  \(time)", percent]
      }
      return timeLeft.map { ["\(percent)  \($0) left", percent] } ?? [percent]
    case .stored:
      let asked = "PACS has \(upload.verifiedFiles) of \(upload.fileCount)"
      return upload.reason.isEmpty ? [asked] : [upload.reason, asked]
    case .verified, .committed:
      let at = upload.verifiedAt ?? upload.updatedAt
      return [Format.time(at, now: now, calendar: calendar)]
    case .unproven: return ["gateway says complete, no proof", "ask the PACS"]
    case .paused:
      if let end = pauseEnd { return ["until \(end); Space goes on now", "until \(end)"] }
      return upload.reason.isEmpty ? ["Space goes on"] : [upload.reason]
    case .held: return upload.reason.isEmpty ? [] : [upload.reason]
    case .failed: return upload.reason.isEmpty ? ["R tries again"] : [upload.reason]
    case .duplicate: return ["F sends it all the same", "F sends it"]
    case .cancelled: return []
    }
  }

  /// The sentence for the detail: what happens next, or what to do.
  public var nextStep: String {
    // Reasons are sentences or fragments; either way one full stop ends them.
    let reason = upload.reason.hasSuffix(".") ? String(upload.reason.dropLast()) : upload.reason
    let because = reason.isEmpty ? "" : reason + ". "
    switch state {
    case .queued:
      if let next = upload.nextAttemptAt, next > now {
        return because + "Goes on by itself at \(Format.clock(next, calendar: calendar))."
      }
      if let login, upload.mayBeTakenOver(by: login) { return because + "T takes it over." }
      if let login, !upload.belongsTo.isSame(as: login) { return reason + "." }
      return because + "Is sent when its turn comes."
    case .sending: return because + (timeLeft.map { "\($0) left." } ?? "Bytes are going out.")
    case .stored: return because + "The gateway has every byte and is asking the PACS for proof."
    case .verified: return because + "The PACS was asked and has every image."
    case .committed: return "The PACS gave back the very bytes of every image."
    case .unproven:
      return because + "The gateway says complete but can prove nothing. Look into the PACS before"
        + " you delete anything."
    case .paused:
      if let end = pauseEnd { return "Goes on by itself at \(end), or now with Space." }
      return because + "Space goes on."
    case .held: return because + "Then R tries again."
    case .failed: return because + "R tries again, X gives it up."
    case .duplicate:
      return because + "The gateway has this study already. F sends it all the same, with a reason;"
        + " X gives it up."
    case .cancelled: return because + "Given up by a person. The files stay where they are."
    }
  }

  /// What sending was resumed, and what that cost: evidence that nothing starts over.
  public var resumeEvidence: String {
    let again = "\(Format.bytes(upload.resentBytes)) sent twice"
    switch upload.resumeCount {
    case ...0 where upload.resentBytes > 0: return again
    case ...0: return sentBytes > 0 ? "sent in one go" : "not begun"
    case 1: return "resumed once, \(again)"
    default: return "resumed \(upload.resumeCount)x, \(again)"
    }
  }
}
