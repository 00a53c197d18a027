public import Domain

/// Answer of `GET /sync/changes?after=REVISION&limit=N` (extension `changes`): what changed for
/// this user since the revision, in order of commit. Asking again with ``next`` continues; when
/// ``hasMore`` is false the client is up to date. Every change carries the whole present row, so
/// applying it twice or late does no harm.
///
/// The event stream sends `event: changed`, `id: REVISION`, `data: {"revision":N}` as a hint.
public struct ChangesAnswer: Codable, Sendable, Equatable {
  public var changes: [Change]
  /// The revision to ask from next.
  public var next: Int64
  public var hasMore: Bool

  public init(changes: [Change], next: Int64, hasMore: Bool) {
    self.changes = changes
    self.next = next
    self.hasMore = hasMore
  }

  private enum CodingKeys: String, CodingKey {
    case changes, next
    case hasMore = "has_more"
  }
}

/// One changed row: exactly one of the optionals is set; unknown kinds decode with none set and
/// are skipped.
public struct Change: Codable, Sendable, Equatable {
  public var revision: Int64
  public var report: ReportMessage?
  public var notification: NotificationMessage?
  public var teachingCase: TeachingCase?
  /// Custody of an upload moved; ask its proof.
  public var upload: UploadChange?
  /// Of the caller, or of the caller's facility.
  public var template: TemplateMessage?

  public init(
    revision: Int64, report: ReportMessage? = nil, notification: NotificationMessage? = nil,
    teachingCase: TeachingCase? = nil, upload: UploadChange? = nil,
    template: TemplateMessage? = nil
  ) {
    self.revision = revision
    self.report = report
    self.notification = notification
    self.teachingCase = teachingCase
    self.upload = upload
    self.template = template
  }

  private enum CodingKeys: String, CodingKey {
    case revision, report, notification
    case teachingCase = "teaching_case"
    case upload, template
  }
}

/// The state of an upload at the gateway.
public struct UploadChange: Codable, Sendable, Equatable {
  public var uploadID: String
  public var clientUploadID: String?
  /// As in ``ProofAnswer/state``.
  public var state: String
  public init(uploadID: String, clientUploadID: String?, state: String) {
    self.uploadID = uploadID
    self.clientUploadID = clientUploadID
    self.state = state
  }
  private enum CodingKeys: String, CodingKey {
    case uploadID = "upload_id"
    case clientUploadID = "client_upload_id"
    case state
  }
}

/// Data of `event: changed`.
public struct ChangedEvent: Codable, Sendable, Equatable {
  public var revision: Int64
  public init(revision: Int64) { self.revision = revision }
}
