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

  public init(
    id: String, uploadID: String, studyInstanceUID: String, status: String,
    radiologistName: String?, reportText: String?, reportURL: String?, userID: String,
    createdAt: WireDate, updatedAt: WireDate, serviceLevel: String? = nil,
    study: StudySummary? = nil, signedAt: WireDate? = nil, dueAt: WireDate? = nil,
    hasPDF: Bool? = nil
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
  }
}

extension ReportMessage {
  /// The report for the store; nil when the status is unknown.
  public func report() -> Report? {
    guard let status = ReportStatus(rawValue: status.lowercased()) else { return nil }
    return Report(
      id: ReportID(id), remoteUploadID: uploadID, status: status,
      serviceLevel: serviceLevel.flatMap(ServiceLevel.init(rawValue:)) ?? .routine,
      radiologist: radiologistName ?? "", text: reportText ?? "",
      hasPDF: hasPDF ?? (status == .ready), study: study ?? StudySummary(),
      createdAt: createdAt.date, updatedAt: updatedAt.date, signedAt: signedAt?.date,
      dueAt: dueAt?.date)
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
