public import Domain
public import Foundation
import GRDB
public import Gateway

extension SQLiteCatalogue: NotificationCatalogue {
  public func notifications(of user: UserID, unreadOnly: Bool, window: Window) async throws
    -> (page: ListPage<NotificationItem>, unread: Int)
  {
    try await read { database in
      let condition = "owner_id = ?" + (unreadOnly ? " AND read_at IS NULL" : "")
      let total =
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM notification WHERE \(condition)",
          arguments: [user.rawValue]) ?? 0
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM notification WHERE \(condition) ORDER BY created_at DESC, id DESC
          LIMIT ? OFFSET ?
          """, arguments: [user.rawValue, window.limit, window.offset])
      let page = ListPage(rows: rows.compactMap(Self.notification), total: total)
      return (page, try Self.unread(user, database))
    }
  }

  public func unreadCount(of user: UserID) async throws -> Int {
    try await read { try Self.unread(user, $0) }
  }

  public func markRead(_ id: NotificationID, of user: UserID, now: Date) async throws -> Bool {
    try await write { database, changes in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT * FROM notification WHERE id = ? AND owner_id = ?",
          arguments: [id.rawValue, user.rawValue])
      else { return false }
      guard row["read_at"] == nil else { return true }
      try Self.markRead([id.rawValue], user, now, database, &changes)
      return true
    }
  }

  public func markAllRead(of user: UserID, now: Date) async throws -> Int {
    try await write { database, changes in
      let ids = try String.fetchAll(
        database, sql: "SELECT id FROM notification WHERE owner_id = ? AND read_at IS NULL",
        arguments: [user.rawValue])
      try Self.markRead(ids, user, now, database, &changes)
      return ids.count
    }
  }

  private static func markRead(
    _ ids: [String], _ user: UserID, _ now: Date, _ database: Database, _ changes: inout Changes
  ) throws {
    for id in ids {
      try database.execute(
        sql: "UPDATE notification SET read_at = ? WHERE id = ?", arguments: [now.stamp, id])
      try changes.record(.notification, id, owner: user, facility: FacilityID(""), in: database)
    }
  }

  private static func unread(_ user: UserID, _ database: Database) throws -> Int {
    try Int.fetchOne(
      database,
      sql: "SELECT count(*) FROM notification WHERE owner_id = ? AND read_at IS NULL",
      arguments: [user.rawValue]) ?? 0
  }

  static func notification(_ row: Row) -> NotificationItem? {
    guard let created = row.date("created_at") else { return nil }
    return NotificationItem(
      id: NotificationID(row["id"] as String), kind: NotificationKind(rawValue: row["kind"]),
      title: row["title"], message: row["message"], relatedUploadID: row["upload_id"],
      relatedReportID: (row["report_id"] as String?).map { ReportID($0) }, createdAt: created,
      readAt: row.date("read_at"))
  }
}
