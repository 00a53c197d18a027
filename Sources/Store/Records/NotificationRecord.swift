import Domain
import Foundation
import GRDB

extension NotificationItem {
  init(row: Row) {
    self.init(
      id: NotificationID(row["id"]), kind: NotificationKind(rawValue: row["kind"]),
      title: row["title"], message: row["message"], relatedUploadID: row["related_upload_id"],
      relatedReportID: (row["related_report_id"] as String?).map { ReportID($0) },
      createdAt: row.date("created_at"), readAt: row.optionalDate("read_at"))
  }

  /// Inserts or updates the row. Reading is monotone: the earliest time stays.
  func upsert(_ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO notifications (id, kind, title, message, related_upload_id,
          related_report_id, created_at, read_at)
        VALUES (\(placeholders(8)))
        ON CONFLICT (id) DO UPDATE SET
          \(excluded(["kind", "title", "message", "related_upload_id", "related_report_id"])),
          created_at = excluded.created_at,
          read_at = COALESCE(min(notifications.read_at, excluded.read_at),
            notifications.read_at, excluded.read_at)
        """)
    try statement.execute(arguments: [
      id.rawValue, kind.rawValue, title, message, relatedUploadID, relatedReportID?.rawValue,
      createdAt.micros, readAt?.micros,
    ])
  }
}
