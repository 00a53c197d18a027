import Domain
import Foundation
import Screen

/// How values stand in the output of commands.
enum Words {
  static func bytes(_ count: Int64) -> String { Format.bytes(count) }

  /// UTC, to the second: cron jobs and logs want one form.
  static func time(_ date: Date?) -> String {
    guard let date else { return "-" }
    return date.formatted(.iso8601)
  }

  /// Why an upload stands where it stands.
  static func why(_ upload: Upload) -> String {
    guard upload.state == .paused, let end = upload.nextAttemptAt else { return upload.reason }
    return "paused until \(time(end))"
  }

  /// What a list says of an upload's progress.
  static func progress(_ upload: Upload) -> String {
    switch upload.state {
    case .verified, .committed: "\(upload.verifiedFiles)/\(upload.fileCount)"
    case .stored: "\(upload.storedFiles)/\(upload.fileCount) stored"
    default:
      upload.byteCount > 0
        ? "\(Int(Double(upload.sentBytes) / Double(upload.byteCount) * 100)) %" : "-"
    }
  }
}

/// An upload as `--json` shows it; the keys are part of the interface.
struct UploadRow: Encodable {
  var uploadID: String
  var studyInstanceUID: String
  var state: String
  /// Whose login sends it, and for which facility.
  var owner: String
  var facility: String
  var serviceLevel: String
  var modality: String
  var instances: Int
  /// Instances of which the gateway has every byte, digests compared.
  var instancesSent: Int
  /// Instances that the PACS answered for.
  var instancesVerified: Int
  var bytes: Int64
  var bytesSent: Int64
  var bytesSentAgain: Int64
  var resumed: Int
  var reason: String
  var nextAttemptAt: Date?
  var createdAt: Date

  init(_ upload: Upload) {
    uploadID = upload.id.rawValue
    studyInstanceUID = upload.study.studyInstanceUID
    state = upload.state.rawValue
    owner = upload.owner
    facility = upload.facility
    serviceLevel = upload.serviceLevel.rawValue
    modality = upload.study.modality
    instances = upload.fileCount
    instancesSent = upload.storedFiles
    instancesVerified = upload.verifiedFiles
    bytes = upload.byteCount
    bytesSent = upload.sentBytes
    bytesSentAgain = upload.resentBytes
    resumed = upload.resumeCount
    reason = upload.reason
    nextAttemptAt = upload.nextAttemptAt
    createdAt = upload.createdAt
  }

  private enum CodingKeys: String, CodingKey {
    case uploadID = "upload_id"
    case studyInstanceUID = "study_instance_uid"
    case state, owner, facility
    case serviceLevel = "service_level"
    case modality, instances
    case instancesSent = "instances_sent"
    case instancesVerified = "instances_verified"
    case bytes
    case bytesSent = "bytes_sent"
    case bytesSentAgain = "bytes_sent_again"
    case resumed, reason
    case nextAttemptAt = "next_attempt_at"
    case createdAt = "created_at"
  }
}

/// A report as `--json` shows it.
struct ReportRow: Encodable {
  var reportID: String
  var studyInstanceUID: String
  var status: String
  var serviceLevel: String
  var radiologist: String
  var text: String?
  var hasPDF: Bool
  var dueAt: Date?
  var signedAt: Date?
  var updatedAt: Date
  var version: Int
  var versionKind: String
  /// Newest first, when there is more than one.
  var versions: [ReportVersionRow]?

  /// - Parameter withText: lists leave the text out.
  init(_ report: Report, withText: Bool) {
    reportID = report.id.rawValue
    studyInstanceUID = report.study.studyInstanceUID
    status = report.status.rawValue
    serviceLevel = report.serviceLevel.rawValue
    radiologist = report.radiologist
    text = withText ? report.text : nil
    hasPDF = report.hasPDF
    dueAt = report.dueAt
    signedAt = report.signedAt
    updatedAt = report.updatedAt
    version = report.version
    versionKind = report.versionKind.rawValue
    versions = withText && !report.versions.isEmpty ? report.versions.map { .init($0) } : nil
  }

  private enum CodingKeys: String, CodingKey {
    case reportID = "report_id"
    case studyInstanceUID = "study_instance_uid"
    case status
    case serviceLevel = "service_level"
    case radiologist, text
    case hasPDF = "has_pdf"
    case dueAt = "due_at"
    case signedAt = "signed_at"
    case updatedAt = "updated_at"
    case version, versions
    case versionKind = "version_kind"
  }
}

/// One version of a report, as `--json` has it.
struct ReportVersionRow: Encodable {
  var version: Int
  var kind: String
  var radiologist: String
  var text: String
  var hasPDF: Bool
  var signedAt: Date?
  var receivedAt: Date

  init(_ version: ReportVersion) {
    self.version = version.number
    kind = version.kind.rawValue
    radiologist = version.radiologist
    text = version.text
    hasPDF = version.hasPDF
    signedAt = version.signedAt
    receivedAt = version.receivedAt
  }

  private enum CodingKeys: String, CodingKey {
    case version, kind, radiologist, text
    case hasPDF = "has_pdf"
    case signedAt = "signed_at"
    case receivedAt = "received_at"
  }
}
