import Domain
import Foundation

@testable import Workstation

extension Stage {
  static let notifications: [NotificationItem] = [
    NotificationItem(
      id: NotificationID("n1"), kind: .reportReady, title: "Report ready",
      message: "LINDQVIST, Märta: DX chest, signed by Dr. R. Patel",
      relatedReportID: ReportID("r1"),
      createdAt: now - 240),
    NotificationItem(
      id: NotificationID("n2"), kind: .additionalDataRequired, title: "More data wanted",
      message: "KOWALSKI, Jan: the transverse series is missing", relatedUploadID: "up-2",
      createdAt: now - 4_000),
    NotificationItem(
      id: NotificationID("n3"), kind: .uploadFailed, title: "PACS refused 1 of 46",
      message: "山田, 太郎: CT chest", relatedUploadID: "up-3", createdAt: now - 9_000,
      readAt: now - 8_000),
    NotificationItem(
      id: NotificationID("n4"), kind: .other("service"), title: "Evil\u{1b}[2J\u{202E}",
      message: "line one\nline two", createdAt: now - 90_000, readAt: now - 80_000),
  ]

  /// Answers the query for notifications among the last effects.
  mutating func answerNotifications(_ items: [NotificationItem] = notifications) {
    for case .load(.notifications(let unreadOnly, let window)) in effects {
      let rows = unreadOnly ? items.filter { $0.readAt == nil } : items
      let slice = Array(rows.dropFirst(window.offset).prefix(window.limit))
      send(
        .loaded(
          .notifications(
            unreadOnly: unreadOnly, window, ListPage(rows: slice, total: rows.count))))
    }
  }
}
