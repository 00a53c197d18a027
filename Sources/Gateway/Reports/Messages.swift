public import Domain
import Foundation
public import Wire

extension ReportRecord {
  /// The report as it travels.
  public var message: ReportMessage {
    let isReady = status == .ready
    return ReportMessage(
      id: id.rawValue, uploadID: upload.rawValue, studyInstanceUID: studyInstanceUID,
      status: status.rawValue, radiologistName: radiologist.isEmpty ? nil : radiologist,
      reportText: text.isEmpty ? nil : text,
      reportURL: isReady ? "\(Routes.base)\(Routes.reportPDF(id.rawValue))" : nil,
      userID: ownerName, createdAt: WireDate(createdAt), updatedAt: WireDate(updatedAt),
      serviceLevel: serviceLevel.rawValue, study: study, signedAt: signedAt.map { WireDate($0) },
      dueAt: dueAt.map { WireDate($0) }, hasPDF: isReady, version: isReady ? version : nil,
      versionKind: versions.last.map(\.kind.rawValue),
      versions: version > 1 ? versions.reversed().map(\.message) : nil)
  }
}

extension ReportVersionRecord {
  /// The version as it travels.
  var message: ReportVersionMessage {
    ReportVersionMessage(
      number: number, kind: kind.rawValue,
      radiologistName: radiologist.isEmpty ? nil : radiologist, reportText: text,
      hasPDF: pdf != nil, signedAt: signedAt.map { WireDate($0) },
      receivedAt: WireDate(receivedAt))
  }
}

extension NotificationItem {
  /// The notification as it travels in a list.
  public func message(user: String) -> NotificationMessage {
    NotificationMessage(
      id: id.rawValue, userID: user, notificationType: kind.rawValue, title: title,
      message: message, relatedUploadID: relatedUploadID,
      relatedReportID: relatedReportID?.rawValue, isRead: readAt != nil,
      createdAt: WireDate(createdAt))
  }
}
