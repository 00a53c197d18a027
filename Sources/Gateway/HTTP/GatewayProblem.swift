import Foundation
public import HTTPTypes
public import Hummingbird
import NIOCore
public import Wire

/// An answer other than success: a problem document (RFC 9457) with RelayPACS's `detail`.
/// Nothing that the caller sent is repeated in it.
public struct GatewayProblem: Error, Sendable {
  public var status: HTTPResponse.Status
  public var code: ErrorCode
  /// What was expected and what to do.
  public var detail: String
  /// Seconds.
  public var retryAfter: Int?
  /// The upload that is already there, for RelayPACS's form of a duplicate.
  public var duplicateOf: String?

  public init(
    _ status: HTTPResponse.Status, _ code: ErrorCode, _ detail: String, retryAfter: Int? = nil,
    duplicateOf: String? = nil
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.retryAfter = retryAfter
    self.duplicateOf = duplicateOf
  }

  static func invalid(_ detail: String) -> Self { Self(.unprocessableContent, .invalid, detail) }
  static let noSession = Self(.notFound, .sessionNotFound, "Upload session not found")
  static let notAuthenticated = Self(.unauthorized, .unauthenticated, "Not authenticated")
  static let badToken = Self(.unauthorized, .unauthenticated, "Invalid or expired token")

  /// The answer as it travels.
  public func response() -> Response {
    var fields = HTTPFields()
    if let retryAfter { fields[.retryAfter] = String(retryAfter) }
    if status == .unauthorized { fields[.wwwAuthenticate] = "Bearer" }
    let body: Data
    if let duplicateOf {
      fields[.contentType] = "application/json"
      body = JSON.encode(
        DuplicateStudyAnswer(
          detail: .init(
            message: detail, code: ErrorCode.duplicateStudy.rawValue, uploadID: duplicateOf)))
    } else {
      fields[.contentType] = "application/problem+json"
      let problem = Problem(
        title: status.reasonPhrase, status: status.code, detail: detail, code: code)
      // Plain clients of RelayPACS look for `error` when there are too many requests.
      body = JSON.encode(
        WithError(problem: problem, error: code == .rateLimited ? detail : nil))
    }
    return Response(
      status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }

  private struct WithError: Encodable {
    var problem: Problem
    var error: String?

    func encode(to encoder: any Encoder) throws {
      try problem.encode(to: encoder)
      guard let error else { return }
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(error, forKey: .error)
    }

    private enum Keys: String, CodingKey { case error }
  }
}

/// JSON as this gateway writes it: sorted keys, so that equal answers are equal bytes.
enum JSON {
  static func encode(_ value: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Our own messages hold no value that JSON cannot carry (no NaN, no infinite number).
    return (try? encoder.encode(value)) ?? Data("null".utf8)
  }

  static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: encode(value))))
  }

  /// The body as a message; 422 names the first field that is wrong.
  static func decode<Message: Decodable>(
    _ type: Message.Type, from request: Request, limit: Int = 1 << 20
  ) async throws -> Message {
    var request = request
    let buffer: ByteBuffer
    do {
      buffer = try await request.collectBody(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw GatewayProblem(
        .contentTooLarge, .tooLarge, "The body is longer than \(limit) bytes; send less at once.")
    }
    do {
      return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    } catch let error as DecodingError {
      throw GatewayProblem.invalid(explain(error))
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    func name(_ path: [any CodingKey]) -> String {
      let text = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        .joined(separator: ".")
      return text.isEmpty ? "The body" : "Field \(text)"
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(name(context.codingPath + [key])) is missing."
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "\(name(context.codingPath)) must be of type \(type)."
    case .dataCorrupted(let context):
      return "\(name(context.codingPath)) is not the JSON that was expected."
    @unknown default:
      return "The body is not the JSON that was expected."
    }
  }
}
