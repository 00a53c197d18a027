import Domain
import Foundation

/// When the archive is asked about a report.
struct ReportSchedule {
  let configuration: GatewayConfiguration

  /// Soon after the study arrived often, later as seldom as the service level allows. After it is
  /// ready as often for an hour, since a PDF or an addendum follows soon; then hourly for a day,
  /// then daily.
  /// - Returns: nil when a ready report is old enough.
  func next(after now: Date, for report: ReportRecord) -> Date? {
    guard report.status == .ready, let newest = report.versions.last else {
      return next(after: now, forUnsigned: report)
    }
    let age = max(0, now.timeIntervalSince(newest.receivedAt))
    switch age {
    case ..<3_600:
      return now.addingTimeInterval(
        max(configuration.minimumPoll, min(slowest(report), age / 10)))
    case ..<86_400: return now.addingTimeInterval(configuration.recentReadyPoll)
    case ..<configuration.readyFollowUp: return now.addingTimeInterval(configuration.readyPoll)
    default: return nil
    }
  }

  func next(after now: Date, forUnsigned report: ReportRecord) -> Date {
    let age = max(0, now.timeIntervalSince(report.createdAt))
    // A study without a report for a month is asked about twice a day.
    let ceiling = age > 30 * 86_400 ? 43_200 : slowest(report)
    return now.addingTimeInterval(max(configuration.minimumPoll, min(ceiling, age / 10)))
  }

  private func slowest(_ report: ReportRecord) -> TimeInterval {
    report.serviceLevel.needsClinicalHistory
      ? configuration.urgentPoll : configuration.routinePoll
  }
}

/// What a notification says of a version. Names no patient: it is shown on lock screens too.
enum ReportNews {
  static func words(_ version: ReportVersionRecord, modality: String) -> (
    title: String, message: String
  ) {
    let report = "The report on a \(modality) study"
    let number = "(version \(version.number))"
    return switch version.kind {
    case .first: ("Report is ready", "\(report) is ready.")
    case .addendum: ("Report has an addendum", "\(report) has an addendum \(number).")
    case .amended: ("Report was amended", "\(report) was amended \(number).")
    case .updated: ("Report was updated", "\(report) was updated \(number).")
    }
  }
}
