/// Stable machine-readable codes, in the member `code` of a problem document.
public enum ErrorCode: String, Codable, Sendable, CaseIterable {
  case duplicateStudy = "DUPLICATE_STUDY"
  case digestMismatch = "DIGEST_MISMATCH"
  case chunkConflict = "CHUNK_CONFLICT"
  case manifestConflict = "MANIFEST_CONFLICT"
  case uploadIncomplete = "UPLOAD_INCOMPLETE"
  case sessionNotFound = "SESSION_NOT_FOUND"
  case tooLarge = "TOO_LARGE"
  case diskFull = "DISK_FULL"
  case rateLimited = "RATE_LIMITED"
  case unauthenticated = "UNAUTHENTICATED"
  /// The password was right; the account wants a code, too.
  case secondFactorRequired = "SECOND_FACTOR_REQUIRED"
  case secondFactorWrong = "SECOND_FACTOR_WRONG"
  case forbidden = "FORBIDDEN"
  case notFound = "NOT_FOUND"
  case invalid = "INVALID"
  case internalError = "INTERNAL"
}

/// A problem document (RFC 9457), `application/problem+json`, with RelayPACS's `detail` so that a
/// plain client reads it too.
public struct Problem: Codable, Sendable, Equatable {
  /// `about:blank` or a URI reference.
  public var type: String
  public var title: String
  public var status: Int
  /// For people: what was expected and what to do. Never holds what the caller sent.
  public var detail: String
  public var code: ErrorCode?

  public init(
    type: String = "about:blank", title: String, status: Int, detail: String,
    code: ErrorCode? = nil
  ) {
    self.type = type
    self.title = title
    self.status = status
    self.detail = detail
    self.code = code
  }
}

/// Body of 409 from `upload/init`: RelayPACS puts an object under `detail`.
public struct DuplicateStudyAnswer: Codable, Sendable, Equatable {
  public struct Detail: Codable, Sendable, Equatable {
    public var message: String
    public var code: String
    public var uploadID: String
    public init(message: String, code: String, uploadID: String) {
      self.message = message
      self.code = code
      self.uploadID = uploadID
    }
    private enum CodingKeys: String, CodingKey {
      case message, code
      case uploadID = "upload_id"
    }
  }
  public var detail: Detail
  public init(detail: Detail) { self.detail = detail }
}
