public import Domain
import GRDB

extension Store {
  /// A window of the notifications, newest first.
  public func notifications(
    unreadOnly: Bool, _ window: Window
  ) async throws -> ListPage<NotificationItem> {
    try await read { db in
      let total = try ListWindow.count(
        db, "notifications.read", unreadOnly ? "unread" : nil)
      var list = ListWindow(
        table: "notifications",
        order: [.init(name: "created_at", descending: true), .init(name: "key", descending: true)])
      if unreadOnly { list.conditions = ["read_at IS NULL"] }
      let keys = try list.keys(db, window, total: total)
      let rows = try ListWindow.rows(
        db, keys: keys, columns: NotificationItem.columns, table: "notifications"
      ) { NotificationItem(fields: &$0) }
      return ListPage(rows: rows, total: total)
    }
  }

  /// What the frame around the panes shows.
  public func frame() async throws -> FrameInfo {
    try await read { db in
      let account = try Self.account(db)
      let synced = try Row.fetchOne(db, sql: "SELECT at FROM cursors WHERE name = 'synced'")
      return FrameInfo(
        user: account?.user, server: account?.server ?? "",
        unread: try ListWindow.count(db, "notifications.read", "unread"),
        unreadReports: try ListWindow.count(db, "reports.unread", "new"),
        outbox: try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox") ?? 0,
        lastSyncedAt: synced?.date("at"))
    }
  }
}
