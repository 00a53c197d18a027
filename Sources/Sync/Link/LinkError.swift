public import Foundation

/// Why a request to the gateway had no usable answer. Holds no patient data: words come from the
/// gateway only where a person must read them, cut to a sane length by the link.
public enum LinkError: Error, Sendable, Equatable {
  /// No connection could be made: nothing of the request left this machine.
  case noConnection(String)
  /// The connection broke: what the gateway did with the request is not known.
  case unreachable(String)
  /// No answer within the time allowed: what the gateway did with the request is not known.
  case timedOut
  /// 401: the token is not accepted (any more).
  case unauthorized(String)
  /// 401 of a login: the password is right, and the code of the second factor is missing or wrong.
  case secondFactor(isWrong: Bool)
  /// 403.
  case forbidden(String)
  /// 404: the session, report or row does not exist.
  case notFound(String)
  /// 409 of `upload/init`: the gateway knows this study, under the given upload id.
  case duplicate(uploadID: String, message: String)
  /// 409 otherwise: the request contradicts what the gateway has.
  case conflict(code: String?, message: String)
  /// 422 with code DIGEST_MISMATCH: the bytes were damaged on their way.
  case digestMismatch(String)
  /// 400 and 422 otherwise: the gateway does not understand the request.
  case unprocessable(String)
  /// 413, or larger than the gateway's limits.
  case tooLarge(String)
  /// 429; seconds to wait when the gateway says so.
  case rateLimited(retryAfter: TimeInterval?)
  /// 5xx and every other status; what the gateway did with the request is not known.
  case server(status: Int, retryAfter: TimeInterval?, message: String)
  /// An answer that is not what the interface promises, or larger than allowed.
  case malformed(String)
  /// The address itself is refused: plain HTTP over the open network, or no address at all.
  case address(String)

  /// True when the gateway may have done what was asked although no answer came.
  public var isAmbiguous: Bool {
    switch self {
    case .unreachable, .timedOut, .server, .malformed: true
    default: false
    }
  }

  /// True when asking again later by itself may help.
  public var isTransient: Bool {
    switch self {
    case .noConnection, .unreachable, .timedOut, .server, .malformed, .rateLimited: true
    default: false
    }
  }

  /// True when a request got lost on its way although there may be a line: another one may pass.
  public var isLoss: Bool {
    switch self {
    case .unreachable, .timedOut, .noConnection(Self.noConnectionInTime): true
    default: false
    }
  }

  /// The words of ``noConnection(_:)`` when nothing answered.
  public static let noConnectionInTime = "no connection in time"

  /// Seconds that the gateway asked to wait.
  public var retryAfter: TimeInterval? {
    switch self {
    case .rateLimited(let seconds), .server(_, let seconds, _): seconds
    default: nil
    }
  }

  /// True when the gateway was not heard at all.
  public var isOffline: Bool {
    switch self {
    case .noConnection, .unreachable, .timedOut: true
    default: false
    }
  }
}

extension LinkError: CustomStringConvertible {
  /// A clause for a person.
  public var description: String {
    switch self {
    case .noConnection(let why), .unreachable(let why): "the gateway cannot be reached (\(why))"
    case .timedOut: "the gateway did not answer in time"
    case .unauthorized: "the gateway does not accept the login any more"
    case .secondFactor(false): "the account has a second factor and its code is missing"
    case .secondFactor(true): "the code of the second factor is wrong, or was used before"
    case .forbidden(let why): "the gateway refused it (403\(Self.suffix(why)))"
    case .notFound(let what): "the gateway does not know it (404\(Self.suffix(what)))"
    case .duplicate(_, let message): "the gateway already has this study\(Self.suffix(message))"
    case .conflict(_, let message): "the gateway has something else (409\(Self.suffix(message)))"
    case .digestMismatch: "bytes were damaged on the way to the gateway"
    case .unprocessable(let why): "the gateway did not accept the request\(Self.suffix(why))"
    case .tooLarge(let why): "it is larger than the gateway accepts\(Self.suffix(why))"
    case .rateLimited: "the gateway asks to wait"
    case .server(let status, _, let message):
      "the gateway reported an error of its own (\(status)\(Self.suffix(message)))"
    case .malformed(let what): "the gateway's answer was not understood (\(what))"
    case .address(let why): why
    }
  }

  private static func suffix(_ text: String) -> String { text.isEmpty ? "" : ": \(text)" }
}
