import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// `/upload/stats…`: counts of rows that the caller may see.
struct StatisticsRoutes: Sendable {
  let auth: AuthService
  let statistics: any StatisticsCatalogue
  let configuration: GatewayConfiguration

  func add(to group: RouterGroup<GatewayContext>) {
    group.get("stats") { request, _ in
      let caller = try await auth.caller(request)
      let period = try Self.period(request, default: .all)
      let counts = try await statistics.statistics(
        scope: caller.scope, since: since(period))
      return JSON.response(Answer(counts, period, configuration.now()))
    }
    group.get("stats/trend") { request, _ in
      let caller = try await auth.caller(request)
      let period = try Self.period(request, default: .oneWeek)
      let days = try await statistics.countsByDay(scope: caller.scope, since: since(period))
      return JSON.response(trend(days, period))
    }
    group.get("stats/export") { request, _ in
      let caller = try await auth.caller(request)
      let period = try Self.period(request, default: .all)
      let start = since(period)
      let counts = try await statistics.statistics(scope: caller.scope, since: start)
      let days = try await statistics.countsByDay(scope: caller.scope, since: start)
      return Response(
        status: .ok,
        headers: [
          .contentType: "text/csv; charset=utf-8",
          .contentDisposition:
            "attachment; filename=\"relaypacs_stats_\(period.rawValue).csv\"",
        ], body: .init(byteBuffer: ByteBuffer(string: Self.csv(counts, days))))
    }
  }

  /// `1w 2w 1m 3m 6m all`, and `7d 30d 90d` of the trend.
  private static func period(_ request: Request, default other: DashboardPeriod) throws
    -> DashboardPeriod
  {
    guard let text = request.uri.queryParameters["period"], !text.isEmpty else { return other }
    switch text {
    case "7d": return .oneWeek
    case "30d": return .oneMonth
    case "90d": return .threeMonths
    default:
      guard let period = DashboardPeriod(rawValue: String(text)) else {
        throw GatewayProblem.invalid(
          "Query item period must be 1w, 2w, 1m, 3m, 6m, all, 7d, 30d or 90d.")
      }
      return period
    }
  }

  /// Midnight (UTC) of the period's first day; the last is today.
  private func since(_ period: DashboardPeriod) -> Date? {
    guard let days = period.days else { return nil }
    let day = (configuration.now().timeIntervalSince1970 / 86_400).rounded(.down)
    return Date(timeIntervalSince1970: (day - Double(days - 1)) * 86_400)
  }

  private func trend(_ counts: [DashboardCounts.Bucket], _ period: DashboardPeriod) -> Trend {
    var data = counts.map { Trend.Day(date: $0.name, count: $0.count) }
    if let start = since(period), let days = period.days {
      let known = Dictionary(counts.map { ($0.name, $0.count) }, uniquingKeysWith: +)
      data = (0..<days).map { day in
        let text = WireDate(start.addingTimeInterval(Double(day) * 86_400)).text()
        let date = String(text.prefix(10))
        return Trend.Day(date: date, count: known[date] ?? 0)
      }
    }
    let total = data.reduce(0) { $0 + $1.count }
    return Trend(
      period: period.rawValue, data: data,
      summary: .init(total: total, busiest: data.map(\.count).max() ?? 0))
  }

  static func csv(_ counts: UploadStatistics, _ days: [DashboardCounts.Bucket]) -> String {
    var rows: [(String, String, Int)] = [
      ("Total", "uploads", counts.total), ("Total", "successful", counts.succeeded),
      ("Total", "failed", counts.failed),
    ]
    rows += counts.byModality.map { ("Modality", $0.name, $0.count) }
    rows += counts.byServiceLevel.map { ("Service level", $0.name, $0.count) }
    rows += days.map { ("Date", $0.name, $0.count) }
    let lines = rows.map { "\(cell($0.0)),\(cell($0.1)),\($0.2)" }
    return (["Category,Value,Count"] + lines).joined(separator: "\r\n") + "\r\n"
  }

  /// RFC 4180, and no cell that a spreadsheet would run as a formula.
  static func cell(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) {
      text = "'" + text
    }
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  private struct Answer: Encodable {
    var totalUploads, failedUploads, successfulUploads: Int
    var totalBytes: Int64
    var modality, serviceLevel: [String: Int]
    var period: String
    var lastUpdated: WireDate

    private enum CodingKeys: String, CodingKey {
      case modality, period
      case totalUploads = "total_uploads"
      case failedUploads = "failed_uploads"
      case successfulUploads = "successful_uploads"
      case totalBytes = "total_bytes"
      case serviceLevel = "service_level"
      case lastUpdated = "last_updated"
    }

    init(_ counts: UploadStatistics, _ period: DashboardPeriod, _ now: Date) {
      totalUploads = counts.total
      failedUploads = counts.failed
      successfulUploads = counts.succeeded
      totalBytes = counts.bytes
      modality = Dictionary(
        counts.byModality.map { ($0.name, $0.count) }, uniquingKeysWith: +)
      serviceLevel = Dictionary(
        counts.byServiceLevel.map { ($0.name, $0.count) }, uniquingKeysWith: +)
      self.period = period.rawValue
      lastUpdated = WireDate(now)
    }
  }

  private struct Trend: Encodable {
    struct Day: Encodable {
      var date: String
      var count: Int
    }
    struct Summary: Encodable {
      var total, busiest: Int
    }
    var period: String
    var data: [Day]
    var summary: Summary
  }
}
