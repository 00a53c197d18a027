public import Foundation

/// What is recorded in the audit log.
public enum AuditAction: String, Sendable, CaseIterable {
  case login
  /// The password was right and the code was missing, wrong, or good.
  case secondFactor = "login.second-factor"
  case recoveryCode = "login.recovery-code"
  case logout
  /// An old refresh token came again; the login was ended.
  case refreshReuse = "login.refresh-reuse"
  case register = "account.register"
  case addAccount = "account.add"
  case enableSecondFactor = "account.second-factor-on"
  case disableSecondFactor = "account.second-factor-off"
  case openUpload = "upload.initialised"
  /// Opened although the gateway has the study.
  case forceUpload = "upload.forced"
  /// A person decided against a safeguard; the detail says which, and why.
  case reason = "upload.reason"
  case completeUpload = "upload.completed"
  case cancelUpload = "upload.cancelled"
  case expireUpload = "upload.expired"
  /// A batch of instances went to the archive.
  case forward = "delivery.forwarded"
  /// The archive lists every instance, or gave every byte back.
  case verify = "delivery.verified"
  case commit = "delivery.committed"
  /// The delivery ended without proof.
  case failDelivery = "delivery.failed"
  case readReport = "report.read"
  case listReports = "report.list"
  case downloadReport = "report.pdf"
  case saveTemplate = "template.saved"
  case deleteTemplate = "template.deleted"
  case retrieve = "archive.retrieve"
  case search = "archive.search"
  case store = "archive.store"
  /// 403.
  case refuse = "access.refused"
}

/// How it ended.
public enum AuditResult: String, Sendable, CaseIterable {
  case ok, failed, refused
  /// Something is still to be given: the code of a second factor.
  case wanted
}

/// One thing that happened. Holds neither patient data nor secrets: identifiers of rows, UIDs of
/// studies and names of users of this gateway only. What a person wrote as a reason is kept as it is.
public struct AuditEvent: Sendable, Equatable {
  /// The gateway acting by itself; no username may contain a blank.
  public static let gateway = "the gateway"
  /// Whoever has the data directory.
  public static let administrator = "the administrator"

  public var at: Date
  /// A username; empty when it is not known. A name that belongs to no account is not repeated:
  /// it may be a password in the wrong field.
  public var actor: String
  /// The network address that the request came from; empty for what has none.
  public var address: String
  public var action: AuditAction
  /// What kind of thing: `account`, `upload`, `report`, `template`, `study`, `route`.
  public var entity: String
  public var entityID: String
  public var result: AuditResult
  /// A person's words; empty where there are none.
  public var detail = ""

  public init(
    at: Date, actor: String, address: String = "", _ action: AuditAction, entity: String,
    _ entityID: String, result: AuditResult = .ok
  ) {
    self.at = at
    self.actor = actor
    self.address = address
    self.action = action
    self.entity = entity
    self.entityID = entityID
    self.result = result
  }
}

/// An event in its place in the log.
public struct AuditRow: Sendable, Equatable {
  /// From 1, without gaps.
  public var number: Int64
  /// Microseconds since 1970 (UTC).
  public var at: Int64
  public var actor: String
  public var address: String
  /// ``AuditAction/rawValue``, or that of another version of the gateway.
  public var action: String
  public var entity: String
  public var entityID: String
  public var result: String
  /// The hash of the row before; of the first row ``AuditChain/beginning``.
  public var previous: String
  public var hash: String
  /// ``AuditEvent/detail``.
  public var detail: String

  public init(
    number: Int64, at: Int64, actor: String, address: String, action: String, entity: String,
    entityID: String, result: String, previous: String, hash: String, detail: String = ""
  ) {
    self.number = number
    self.at = at
    self.actor = actor
    self.address = address
    self.action = action
    self.entity = entity
    self.entityID = entityID
    self.result = result
    self.previous = previous
    self.hash = hash
    self.detail = detail
  }

  /// The row that follows a head.
  public init(_ event: AuditEvent, after head: AuditHead) {
    self.init(
      number: head.number + 1, at: Int64((event.at.timeIntervalSince1970 * 1_000_000).rounded()),
      actor: event.actor, address: event.address, action: event.action.rawValue,
      entity: event.entity, entityID: event.entityID, result: event.result.rawValue,
      previous: head.hash, hash: "", detail: event.detail)
    hash = AuditChain.hash(of: self)
  }

  public var head: AuditHead { AuditHead(number: number, hash: hash) }
}
