public import Domain
public import Foundation
import GRDB

extension Store {
  /// Counts of a period that ends with the day of `now`, days as the calendar of the time zone
  /// has them. Only uploads of this store are counted.
  public func dashboard(
    _ period: DashboardPeriod, now: Date, timeZone: TimeZone
  ) async throws -> DashboardCounts {
    try await read { db in
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = timeZone
      let first: Date
      if let days = period.days {
        first = calendar.date(byAdding: .day, value: 1 - days, to: now) ?? now
      } else {
        let oldest = try Int64.fetchOne(db, sql: "SELECT min(created_at) FROM uploads")
        first = oldest.map { Date(micros: $0) } ?? now
      }
      let begin = calendar.startOfDay(for: min(first, now))
      var counts = DashboardCounts(period: period, asOf: now)
      try Self.days(from: begin, through: now, calendar, db, &counts)
      try Self.groups(since: period == .all ? nil : begin.micros, db, &counts)
      counts.medianSecondsToPACS = try Self.median(since: begin.micros, db)
      counts.overdueReports =
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM reports WHERE status <> 'ready' AND due_at < ?",
          arguments: [now.micros]) ?? 0
      return counts
    }
  }

  private static func days(
    from begin: Date, through now: Date, _ calendar: Calendar, _ db: Database,
    _ counts: inout DashboardCounts
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        SELECT count(*), COALESCE(sum(byte_count), 0) FROM uploads
        WHERE created_at >= ? AND created_at < ?
        """)
    var day = begin
    // A clock that stood wrong must not make this endless: a hundred years are enough.
    for _ in 0..<36_525 {
      guard day <= now, let noon = calendar.date(byAdding: .hour, value: 36, to: day) else { break }
      let next = calendar.startOfDay(for: noon)
      let row = try Row.fetchOne(statement, arguments: [day.micros, next.micros])
      let parts = calendar.dateComponents([.year, .month, .day], from: day)
      let name =
        "\(padded(parts.year ?? 0, 4))-\(padded(parts.month ?? 0, 2))-\(padded(parts.day ?? 0, 2))"
      let count: Int = row?[0] ?? 0
      let bytes: Int64 = row?[1] ?? 0
      counts.days.append(DashboardCounts.Day(date: name, count: count, bytes: bytes))
      counts.uploads += count
      counts.bytes += bytes
      day = next
    }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private static func groups(
    since begin: Int64?, _ db: Database, _ counts: inout DashboardCounts
  ) throws {
    func buckets(_ column: String) throws -> [DashboardCounts.Bucket] {
      guard let begin else { return try ListWindow.buckets(db, "uploads.\(column)") }
      let statement = try db.cachedStatement(
        sql: """
          SELECT \(column), count(*) AS number FROM uploads INDEXED BY uploads_day
          WHERE created_at >= ? GROUP BY 1 ORDER BY 2 DESC, 1
          """)
      return try Row.fetchAll(statement, arguments: [begin])
        .map { DashboardCounts.Bucket(name: $0[0], count: $0[1]) }
        .filter { !$0.name.isEmpty }
    }
    counts.byModality = try buckets("modality")
    counts.byStatus = try buckets("state")
    counts.byServiceLevel = try buckets("service_level")
    for bucket in counts.byStatus {
      guard let state = UploadState(rawValue: bucket.name) else { continue }
      if state.isProven { counts.proven += bucket.count }
      if state == .failed { counts.failed += bucket.count }
    }
  }

  private static func median(since begin: Int64, _ db: Database) throws -> Double? {
    let condition = "FROM uploads WHERE seconds_to_pacs IS NOT NULL AND created_at >= ?"
    let count =
      try Int.fetchOne(db, sql: "SELECT count(*) \(condition)", arguments: [begin]) ?? 0
    guard count > 0 else { return nil }
    let middle = try Double.fetchAll(
      db, sql: "SELECT seconds_to_pacs \(condition) ORDER BY 1 LIMIT ? OFFSET ?",
      arguments: [begin, count % 2 == 0 ? 2 : 1, (count - 1) / 2])
    return middle.isEmpty ? nil : middle.reduce(0, +) / Double(middle.count)
  }
}
