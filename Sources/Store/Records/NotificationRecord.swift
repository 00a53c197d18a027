import Domain
import Foundation
import GRDB

extension NotificationItem {
  /// In the order in which ``init(fields:)`` reads them.
  static let columns = [
    "id", "kind", "title", "message", "related_upload_id", "related_report_id", "created_at",
    "read_at",
  ]

  init(fields: inout Fields) {
    self.init(
      id: NotificationID(fields.next()), kind: NotificationKind(rawValue: fields.next()),
      title: fields.next(), message: fields.next(), relatedUploadID: fields.optional(),
      relatedReportID: (fields.optional() as String?).map { ReportID($0) },
      createdAt: fields.date(), readAt: fields.optionalDate())
  }

  /// Inserts or updates the row. Reading is monotone: the earliest time stays.
  func upsert(_ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO notifications (\(Self.columns.joined(separator: ", ")))
        VALUES (\(placeholders(Self.columns.count)))
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
