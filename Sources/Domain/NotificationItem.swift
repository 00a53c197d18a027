public import Foundation

/// What a notification tells; names of the RelayPACS v1 interface, others are kept as they come.
public enum NotificationKind: RawRepresentable, Hashable, Sendable, Codable {
  case uploadComplete
  case uploadFailed
  case reportAssigned
  case reportReady
  case additionalDataRequired
  case other(String)

  public init(rawValue: String) {
    switch rawValue {
    case "upload_complete": self = .uploadComplete
    case "upload_failed": self = .uploadFailed
    case "report_assigned": self = .reportAssigned
    case "report_ready": self = .reportReady
    case "additional_data_required": self = .additionalDataRequired
    default: self = .other(rawValue)
    }
  }

  public var rawValue: String {
    switch self {
    case .uploadComplete: "upload_complete"
    case .uploadFailed: "upload_failed"
    case .reportAssigned: "report_assigned"
    case .reportReady: "report_ready"
    case .additionalDataRequired: "additional_data_required"
    case .other(let name): name
    }
  }
}

/// A message from the gateway to one user.
public struct NotificationItem: Sendable, Codable, Equatable, Identifiable {
  public var id: NotificationID
  public var kind: NotificationKind
  public var title: String
  public var message: String
  /// The gateway's name of the upload, and the report, that it is about.
  public var relatedUploadID: String?
  public var relatedReportID: ReportID?
  public var createdAt: Date
  /// Monotone: once read, always read.
  public var readAt: Date?

  public init(
    id: NotificationID, kind: NotificationKind, title: String, message: String,
    relatedUploadID: String? = nil, relatedReportID: ReportID? = nil, createdAt: Date,
    readAt: Date? = nil
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.message = message
    self.relatedUploadID = relatedUploadID
    self.relatedReportID = relatedReportID
    self.createdAt = createdAt
    self.readAt = readAt
  }
}
