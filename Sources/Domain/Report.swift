public import Foundation

/// Where a report stands; the names are those of the RelayPACS v1 interface.
public enum ReportStatus: String, Sendable, Codable, CaseIterable {
  /// Waiting for a radiologist.
  case assigned
  /// Being read.
  case pending
  /// Signed. What was signed does not change any more; addenda and corrections are versions of
  /// their own, see ``ReportVersion``.
  case ready
  /// The radiologist wants more from the sender.
  case additionalDataRequired = "additional_data_required"

  /// The word on the screen.
  public var title: String {
    switch self {
    case .assigned: "assigned"
    case .pending: "being read"
    case .ready: "ready"
    case .additionalDataRequired: "more data wanted"
    }
  }
}

/// A radiologist's report on one uploaded study.
public struct Report: Sendable, Codable, Equatable, Identifiable {
  public var id: ReportID
  /// The gateway's name of the upload; the only safe join with a plain RelayPACS gateway.
  public var remoteUploadID: String
  public var status: ReportStatus
  public var serviceLevel: ServiceLevel
  public var radiologist: String
  /// Plain text, UTF-8; empty until ready.
  public var text: String
  /// True when the gateway can give the report as a PDF.
  public var hasPDF: Bool
  /// What the report is about, as far as the gateway or this store knows.
  public var study: StudySummary
  public var createdAt: Date
  public var updatedAt: Date
  public var signedAt: Date?
  /// When the service level wants it done.
  public var dueAt: Date?
  /// When this user first opened it, in its present version, on this workstation.
  public var viewedAt: Date?
  /// The number of the newest version, from 1; 0 until it is signed, and when the gateway does
  /// not count.
  public var version: Int
  /// What the newest version is to the one before.
  public var versionKind: ReportVersion.Kind
  /// All versions, the newest first, when there is more than one; lists leave them out.
  public var versions: [ReportVersion]

  public init(
    id: ReportID, remoteUploadID: String, status: ReportStatus,
    serviceLevel: ServiceLevel = .routine, radiologist: String = "", text: String = "",
    hasPDF: Bool = false, study: StudySummary = StudySummary(), createdAt: Date,
    updatedAt: Date, signedAt: Date? = nil, dueAt: Date? = nil, viewedAt: Date? = nil,
    version: Int = 0, versionKind: ReportVersion.Kind = .first, versions: [ReportVersion] = []
  ) {
    self.id = id
    self.remoteUploadID = remoteUploadID
    self.status = status
    self.serviceLevel = serviceLevel
    self.radiologist = radiologist
    self.text = text
    self.hasPDF = hasPDF
    self.study = study
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.signedAt = signedAt
    self.dueAt = dueAt
    self.viewedAt = viewedAt
    self.version = version
    self.versionKind = versionKind
    self.versions = versions
  }

  /// The word on the screen: where it stands, and what became of it after it was signed.
  public var standing: String {
    status == .ready && version > 1 ? versionKind.title : status.title
  }
}
