public import Domain

/// A report as it travels. The last group is an extension; a plain gateway leaves it out.
public struct ReportMessage: Codable, Sendable, Equatable {
  public var id: String
  public var uploadID: String
  /// `UNKNOWN` from a plain gateway: join by ``uploadID``.
  public var studyInstanceUID: String
  public var status: String
  public var radiologistName: String?
  public var reportText: String?
  public var reportURL: String?
  public var userID: String
  public var createdAt: WireDate
  public var updatedAt: WireDate

  public var serviceLevel: String?
  public var study: StudySummary?
  public var signedAt: WireDate?
  public var dueAt: WireDate?
  public var hasPDF: Bool?
  /// The number of the newest version, once it is signed. ``status`` stays `ready`.
  public var version: Int?
  /// A ``Domain/ReportVersion/Kind``.
  public var versionKind: String?
  /// Newest first; only when there is more than one.
  public var versions: [ReportVersionMessage]?

  public init(
    id: String, uploadID: String, studyInstanceUID: String, status: String,
    radiologistName: String?, reportText: String?, reportURL: String?, userID: String,
    createdAt: WireDate, updatedAt: WireDate, serviceLevel: String? = nil,
    study: StudySummary? = nil, signedAt: WireDate? = nil, dueAt: WireDate? = nil,
    hasPDF: Bool? = nil, version: Int? = nil, versionKind: String? = nil,
    versions: [ReportVersionMessage]? = nil
  ) {
    self.id = id
    self.uploadID = uploadID
    self.studyInstanceUID = studyInstanceUID
    self.status = status
    self.radiologistName = radiologistName
    self.reportText = reportText
    self.reportURL = reportURL
    self.userID = userID
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.serviceLevel = serviceLevel
    self.study = study
    self.signedAt = signedAt
    self.dueAt = dueAt
    self.hasPDF = hasPDF
    self.version = version
    self.versionKind = versionKind
    self.versions = versions
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case uploadID = "upload_id"
    case studyInstanceUID = "study_instance_uid"
    case status
    case radiologistName = "radiologist_name"
    case reportText = "report_text"
    case reportURL = "report_url"
    case userID = "user_id"
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    case serviceLevel = "service_level"
    case study
    case signedAt = "signed_at"
    case dueAt = "due_at"
    case hasPDF = "has_pdf"
    case version, versions
    case versionKind = "version_kind"
  }
}

/// One version of a report as it travels; an extension.
public struct ReportVersionMessage: Codable, Sendable, Equatable {
  public var number: Int
  public var kind: String
  public var radiologistName: String?
  public var reportText: String
  /// Fetched with the query item `version` of the report's download.
  public var hasPDF: Bool
  public var signedAt: WireDate?
  public var receivedAt: WireDate

  public init(
    number: Int, kind: String, radiologistName: String?, reportText: String, hasPDF: Bool,
    signedAt: WireDate?, receivedAt: WireDate
  ) {
    self.number = number
    self.kind = kind
    self.radiologistName = radiologistName
    self.reportText = reportText
    self.hasPDF = hasPDF
    self.signedAt = signedAt
    self.receivedAt = receivedAt
  }

  private enum CodingKeys: String, CodingKey {
    case number, kind
    case radiologistName = "radiologist_name"
    case reportText = "report_text"
    case hasPDF = "has_pdf"
    case signedAt = "signed_at"
    case receivedAt = "received_at"
  }

  /// The version for the store. A kind of a later gateway is shown as an update.
  public func version() -> ReportVersion {
    ReportVersion(
      number: number, kind: ReportVersion.Kind(rawValue: kind) ?? .updated,
      radiologist: radiologistName ?? "", text: reportText, hasPDF: hasPDF,
      signedAt: signedAt?.date, receivedAt: receivedAt.date)
  }
}

extension ReportMessage {
  /// More versions than this are not kept: the oldest are left out.
  static let maximumVersions = 100

  /// The report for the store; nil when the status is unknown.
  public func report() -> Report? {
    guard let status = ReportStatus(rawValue: status.lowercased()) else { return nil }
    return Report(
      id: ReportID(id), remoteUploadID: uploadID, status: status,
      serviceLevel: serviceLevel.flatMap(ServiceLevel.init(rawValue:)) ?? .routine,
      radiologist: radiologistName ?? "", text: reportText ?? "",
      hasPDF: hasPDF ?? (status == .ready), study: study ?? StudySummary(),
      createdAt: createdAt.date, updatedAt: updatedAt.date, signedAt: signedAt?.date,
      dueAt: dueAt?.date, version: max(0, version ?? 0),
      versionKind: versionKind.map { ReportVersion.Kind(rawValue: $0) ?? .updated } ?? .first,
      versions: (versions ?? []).prefix(Self.maximumVersions).map { $0.version() })
  }
}

/// Answer of `GET /reports/`. A plain gateway's total is the length of the page.
public struct ReportPage: Codable, Sendable, Equatable {
  public var reports: [ReportMessage]
  public var total: Int
  public init(reports: [ReportMessage], total: Int) {
    self.reports = reports
    self.total = total
  }
}
