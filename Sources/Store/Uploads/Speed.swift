public import Domain
public import Foundation
import GRDB

extension Store {
  /// How fast the last uploads went to a gateway: bytes of those that were sent last in one go, over
  /// the time in which at least one of them was sent. Small ones are left out, because they tell more
  /// of the way than of its width. Nil when there is none, or the last is older than 90 days.
  public func lastSpeed(to gateway: String, at now: Date) async throws -> HandoverEstimate.Speed? {
    try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT sent_bytes, started_at, stored_at FROM uploads
          WHERE gateway = ? AND stored_at IS NOT NULL AND started_at IS NOT NULL
            AND resume_count = 0 AND sent_bytes >= ? AND stored_at > started_at
            AND created_at >= ?
          ORDER BY stored_at DESC LIMIT 10
          """,
        arguments: [
          gateway, Self.telling, now.addingTimeInterval(-90 * 86_400).micros,
        ])
      guard let latest = rows.first else { return nil }
      let bytes = rows.reduce(0.0) { $0 + Double($1["sent_bytes"] as Int64) }
      // Several go out at the same time: their times overlap.
      var seconds = 0.0
      var begin = Date.distantFuture
      for row in rows {
        let span = (from: row.date("started_at"), to: min(row.date("stored_at"), begin))
        seconds += max(0, span.to.timeIntervalSince(span.from))
        begin = min(begin, span.from)
      }
      guard seconds > 0 else { return nil }
      return HandoverEstimate.Speed(
        bytesPerSecond: bytes / seconds, at: latest.date("stored_at"))
    }
  }

  /// Bytes that an upload must have for its speed to be told.
  private static let telling: Int64 = 1 << 20
}
