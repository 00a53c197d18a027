public import Domain
public import Foundation

/// A report as the gateway keeps it.
public struct ReportRecord: Sendable, Equatable {
  public var id: ReportID
  public var upload: UploadID
  public var owner: UserID
  public var ownerName: String
  public var facility: FacilityID
  public var studyInstanceUID: String
  public var status: ReportStatus
  public var serviceLevel: ServiceLevel
  public var radiologist: String
  public var text: String
  /// The encapsulated PDF, if there is one.
  public var pdf: BlobKey?
  public var study: StudySummary
  public var createdAt: Date
  public var updatedAt: Date
  public var signedAt: Date?
  public var dueAt: Date?
  /// SOP Instance UIDs of the documents that were read for it.
  public var sources: [String]
  public var nextPollAt: Date?

  public init(
    id: ReportID, upload: UploadID, owner: UserID, ownerName: String, facility: FacilityID,
    studyInstanceUID: String, status: ReportStatus = .assigned, serviceLevel: ServiceLevel,
    radiologist: String = "", text: String = "", pdf: BlobKey? = nil, study: StudySummary,
    createdAt: Date, updatedAt: Date, signedAt: Date? = nil, dueAt: Date? = nil,
    sources: [String] = [], nextPollAt: Date? = nil
  ) {
    self.id = id
    self.upload = upload
    self.owner = owner
    self.ownerName = ownerName
    self.facility = facility
    self.studyInstanceUID = studyInstanceUID
    self.status = status
    self.serviceLevel = serviceLevel
    self.radiologist = radiologist
    self.text = text
    self.pdf = pdf
    self.study = study
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.signedAt = signedAt
    self.dueAt = dueAt
    self.sources = sources
    self.nextPollAt = nextPollAt
  }
}

/// Which rows a user may see.
public enum Scope: Sendable, Equatable {
  case own(UserID)
  case facility(FacilityID, UserID)
  case all(UserID)

  /// By the rights of the role: deny by default.
  public init(_ user: User) {
    let rights = user.role.rights
    if rights.contains(.seeAll) {
      self = .all(user.id)
    } else if rights.contains(.seeFacility) {
      self = .facility(user.facility.id, user.id)
    } else {
      self = .own(user.id)
    }
  }

  /// The user who looks.
  public var viewer: UserID {
    switch self {
    case .own(let id), .facility(_, let id), .all(let id): id
    }
  }

  /// True when a row of this owner and facility may be shown.
  public func shows(owner: UserID, facility: FacilityID) -> Bool {
    switch self {
    case .own(let id): owner == id
    case .facility(let id, let viewer): facility == id || owner == viewer
    case .all: true
    }
  }
}

/// Reports.
public protocol ReportCatalogue: Sendable {
  /// Newest first; `limit` -1 means all.
  func reports(scope: Scope, status: ReportStatus?, window: Window) async throws
    -> ListPage<ReportRecord>
  func report(_ id: ReportID) async throws -> ReportRecord?
  func report(ofUpload upload: UploadID) async throws -> ReportRecord?
  /// Reports that are not ready and whose archive is to be asked now, most urgent first.
  func duePolls(now: Date, limit: Int) async throws -> [ReportRecord]
  /// When the archive is to be asked next about a report that is not ready.
  func schedulePoll(_ id: ReportID, at: Date) async throws
  /// Keeps the report, with change row and, when `notice` is given, the notification. A report
  /// that is ready never changes again.
  /// - Returns: false when it was ready before.
  func update(_ report: ReportRecord, notice: NotificationItem?) async throws -> Bool
}
