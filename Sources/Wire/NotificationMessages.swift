public import Domain
public import Foundation

/// A notification as it travels in a list. On the event stream the kind is called `type`, and
/// `is_read` and `user_id` are missing: ``NotificationEvent``.
public struct NotificationMessage: Codable, Sendable, Equatable {
  public var id: String
  public var userID: String
  public var notificationType: String
  public var title: String
  public var message: String
  public var relatedUploadID: String?
  public var relatedReportID: String?
  public var isRead: Bool
  public var createdAt: WireDate

  public init(
    id: String, userID: String, notificationType: String, title: String, message: String,
    relatedUploadID: String?, relatedReportID: String?, isRead: Bool, createdAt: WireDate
  ) {
    self.id = id
    self.userID = userID
    self.notificationType = notificationType
    self.title = title
    self.message = message
    self.relatedUploadID = relatedUploadID
    self.relatedReportID = relatedReportID
    self.isRead = isRead
    self.createdAt = createdAt
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case userID = "user_id"
    case notificationType = "notification_type"
    case title, message
    case relatedUploadID = "related_upload_id"
    case relatedReportID = "related_report_id"
    case isRead = "is_read"
    case createdAt = "created_at"
  }
}

extension NotificationMessage {
  /// The notification for the store. A message that is already read counts as read at `now`.
  public func item(now: Date) -> NotificationItem {
    NotificationItem(
      id: NotificationID(id), kind: NotificationKind(rawValue: notificationType), title: title,
      message: message, relatedUploadID: relatedUploadID,
      relatedReportID: relatedReportID.map { ReportID($0) }, createdAt: createdAt.date,
      readAt: isRead ? now : nil)
  }
}

/// Answer of `GET /notifications/`.
public struct NotificationPage: Codable, Sendable, Equatable {
  public var notifications: [NotificationMessage]
  public var unreadCount: Int
  public var total: Int
  public init(notifications: [NotificationMessage], unreadCount: Int, total: Int) {
    self.notifications = notifications
    self.unreadCount = unreadCount
    self.total = total
  }
  private enum CodingKeys: String, CodingKey {
    case notifications
    case unreadCount = "unread_count"
    case total
  }
}

/// `event: notification` of the stream.
public struct NotificationEvent: Codable, Sendable, Equatable {
  public var id: String
  public var type: String
  public var title: String
  public var message: String
  public var relatedUploadID: String?
  public var relatedReportID: String?
  public var createdAt: WireDate

  public init(
    id: String, type: String, title: String, message: String, relatedUploadID: String?,
    relatedReportID: String?, createdAt: WireDate
  ) {
    self.id = id
    self.type = type
    self.title = title
    self.message = message
    self.relatedUploadID = relatedUploadID
    self.relatedReportID = relatedReportID
    self.createdAt = createdAt
  }

  private enum CodingKeys: String, CodingKey {
    case id, type, title, message
    case relatedUploadID = "related_upload_id"
    case relatedReportID = "related_report_id"
    case createdAt = "created_at"
  }
}
