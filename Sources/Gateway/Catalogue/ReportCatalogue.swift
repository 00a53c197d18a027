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
  /// What was signed, oldest first; empty until it is ready.
  public var versions: [ReportVersionRecord]
  /// The number of versions; lists may leave the versions themselves out when it is 1.
  public var version: Int

  public init(
    id: ReportID, upload: UploadID, owner: UserID, ownerName: String, facility: FacilityID,
    studyInstanceUID: String, status: ReportStatus = .assigned, serviceLevel: ServiceLevel,
    radiologist: String = "", text: String = "", pdf: BlobKey? = nil, study: StudySummary,
    createdAt: Date, updatedAt: Date, signedAt: Date? = nil, dueAt: Date? = nil,
    sources: [String] = [], nextPollAt: Date? = nil, versions: [ReportVersionRecord] = [],
    version: Int = 0
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
    self.versions = versions
    self.version = version
  }
}

/// One signed form of a report; never changed after it was added.
public struct ReportVersionRecord: Sendable, Equatable {
  /// From 1.
  public var number: Int
  public var kind: ReportVersion.Kind
  public var radiologist: String
  /// What this version says by itself.
  public var text: String
  /// True when the text was read out of a PDF, or stands for one.
  public var isPDFText: Bool
  public var pdf: BlobKey?
  public var signedAt: Date?
  /// When the gateway found it.
  public var receivedAt: Date
  /// SOP Instance UIDs of the documents that it is made of.
  public var sources: [String]

  public init(
    number: Int, kind: ReportVersion.Kind, radiologist: String, text: String, isPDFText: Bool,
    pdf: BlobKey?, signedAt: Date?, receivedAt: Date, sources: [String]
  ) {
    self.number = number
    self.kind = kind
    self.radiologist = radiologist
    self.text = text
    self.isPDFText = isPDFText
    self.pdf = pdf
    self.signedAt = signedAt
    self.receivedAt = receivedAt
    self.sources = sources
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
  /// Reports whose archive is to be asked now: those that are not ready before those that are,
  /// most urgent first. With their versions.
  func duePolls(now: Date, limit: Int) async throws -> [ReportRecord]
  /// When the archive is to be asked next about a report; nil: not by itself any more.
  func schedulePoll(_ id: ReportID, at: Date?) async throws
  /// Asks about the reports on a study no later than at the moment, for something came into it.
  /// - Returns: false when there are none.
  func schedulePolls(ofStudy study: String, at: Date) async throws -> Bool
  /// Keeps the report, with change row and, when `notice` is given, the notification. A report
  /// that is ready never changes this way.
  /// - Returns: false when it was ready before.
  func update(_ report: ReportRecord, notice: NotificationItem?) async throws -> Bool
  /// Adds versions to what the report had and keeps the report in its new form, with change row
  /// and notification, in one transaction.
  /// - Parameter report: with all its versions; those beyond what is there are added.
  /// - Returns: false, and nothing changed, when somebody else added a version meanwhile.
  func addVersions(_ report: ReportRecord, notice: NotificationItem) async throws -> Bool
}
