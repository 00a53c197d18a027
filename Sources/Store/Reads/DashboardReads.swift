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
      counts.medianSecondsToPACS = try Self.median(since: period == .all ? nil : begin.micros, db)
      counts.overdueReports = try Self.overdueReports(db, now: now)
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
    var name = CivilDay(calendar.dateComponents([.year, .month, .day], from: begin))
    // A clock that stood wrong must not make this endless: a hundred years are enough.
    for _ in 0..<36_525 where day <= now {
      // A day has 23 to 25 hours: a day and a half after its beginning is always the next one.
      let next = calendar.startOfDay(for: day + 36 * 3_600)
      let row = try Row.fetchOne(statement, arguments: [day.micros, next.micros])
      let count: Int = row?[0] ?? 0
      let bytes: Int64 = row?[1] ?? 0
      counts.days.append(DashboardCounts.Day(date: name.text, count: count, bytes: bytes))
      counts.uploads += count
      counts.bytes += bytes
      day = next
      name.advance()
    }
  }

  private static func groups(
    since begin: Int64?, _ db: Database, _ counts: inout DashboardCounts
  ) throws {
    if let begin {
      var tallies = [[String: Int]](repeating: [:], count: 3)
      let statement = try db.cachedStatement(
        sql: """
          SELECT modality, state, service_level, count(*) FROM uploads INDEXED BY uploads_day
          WHERE created_at >= ? GROUP BY 1, 2, 3
          """)
      for row in try Row.fetchAll(statement, arguments: [begin]) {
        for column in 0..<3 { tallies[column][row[column], default: 0] += row[3] as Int }
      }
      let sorted = tallies.map { tally in
        tally.filter { !$0.key.isEmpty }
          .map { DashboardCounts.Bucket(name: $0.key, count: $0.value) }
          .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
      }
      (counts.byModality, counts.byStatus, counts.byServiceLevel) = (
        sorted[0], sorted[1], sorted[2]
      )
    } else {
      counts.byModality = try ListWindow.buckets(db, "uploads.modality")
      counts.byStatus = try ListWindow.buckets(db, "uploads.state")
      counts.byServiceLevel = try ListWindow.buckets(db, "uploads.service_level")
    }
    for bucket in counts.byStatus {
      guard let state = UploadState(rawValue: bucket.name) else { continue }
      if state.isProven { counts.proven += bucket.count }
      if state == .failed { counts.failed += bucket.count }
    }
  }

  private static func median(since begin: Int64?, _ db: Database) throws -> Double? {
    let source =
      begin == nil
      ? "uploads INDEXED BY uploads_to_pacs WHERE seconds_to_pacs IS NOT NULL"
      : "uploads INDEXED BY uploads_day WHERE created_at >= ? AND seconds_to_pacs IS NOT NULL"
    let arguments = begin.map { StatementArguments([$0]) } ?? []
    let count =
      try Int.fetchOne(db, sql: "SELECT count(*) FROM \(source)", arguments: arguments) ?? 0
    guard count > 0 else { return nil }
    let middle = try Double.fetchAll(
      db, sql: "SELECT seconds_to_pacs FROM \(source) ORDER BY 1 LIMIT ? OFFSET ?",
      arguments: arguments + [count % 2 == 0 ? 2 : 1, (count - 1) / 2])
    return middle.isEmpty ? nil : middle.reduce(0, +) / Double(middle.count)
  }
}

/// A day of the Gregorian calendar that can be counted on without asking a calendar.
private struct CivilDay {
  private var year: Int
  private var month: Int
  private var day: Int

  init(_ parts: DateComponents) {
    year = parts.year ?? 1970
    month = parts.month ?? 1
    day = parts.day ?? 1
  }

  /// YYYY-MM-DD.
  var text: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

  mutating func advance() {
    day += 1
    guard day > length else { return }
    day = 1
    month += 1
    guard month > 12 else { return }
    month = 1
    year += 1
  }

  private var length: Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
