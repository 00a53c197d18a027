public import Domain
public import Foundation
public import Screen

/// One report in words: where it stands, and whether it is late.
public struct ReportWords: Sendable {
  let report: Report
  let now: Date

  public init(_ report: Report, now: Date) {
    self.report = report
    self.now = now
  }

  /// True when it is signed and this user has not opened it.
  public var isNew: Bool { report.status == .ready && report.viewedAt == nil }

  /// True when the service level's time has passed and it is not signed.
  public var isOverdue: Bool {
    guard report.status != .ready, let due = report.dueAt else { return false }
    return due < now
  }

  /// Glyph, word, and what it means. Ready is no proof of anything: it is not green.
  public var state: (glyph: String, word: String, role: TextRole) {
    switch report.status {
    case .assigned: ("○", report.status.title, .text)
    case .pending: ("◑", report.status.title, .text)
    case .ready: ("●", report.standing, isNew ? .bright : .text)
    case .additionalDataRequired: ("!", report.status.title, .waiting)
    }
  }

  /// `18 min`, `12 min late`, `done`.
  public var due: (text: String, role: TextRole) {
    if report.status == .ready { return ("done", .dim) }
    guard let due = report.dueAt else { return ("–", .dim) }
    let left = due.timeIntervalSince(now)
    if left < 0 { return ("\(Format.duration(left)) late", .alarm) }
    return (Format.duration(left), left < 15 * 60 ? .bright : .text)
  }
}
