import Foundation
import Sync
import Wire

/// Reads the error bodies of RelayPACS (four shapes) and RFC 9457 problem documents.
enum ErrorReading {
  /// The error that an answer with a status other than 2xx stands for.
  /// - Parameter body: at most the first 64 KiB.
  static func error(
    status: Int, retryAfter: String?, contentType: String?, body: Data, now: Date
  ) -> LinkError {
    let seconds = retryAfter.flatMap { RetryAfter.seconds($0, now: now) }
    let found = read(body)
    let message = sanitise(found.message)
    switch status {
    case 401 where found.code == ErrorCode.secondFactorRequired.rawValue:
      return .secondFactor(isWrong: false)
    case 401 where found.code == ErrorCode.secondFactorWrong.rawValue:
      return .secondFactor(isWrong: true)
    case 401: return .unauthorized(message)
    case 403: return .forbidden(message)
    case 404, 410: return .notFound(message)
    case 409:
      if found.code == ErrorCode.duplicateStudy.rawValue, let upload = found.uploadID {
        return .duplicate(uploadID: upload, message: message)
      }
      return .conflict(code: found.code, message: message)
    case 413: return .tooLarge(message)
    case 422 where found.code == ErrorCode.digestMismatch.rawValue: return .digestMismatch(message)
    case 400, 405, 406, 411, 412, 414, 415, 422, 431: return .unprocessable(message)
    case 407: return .unreachable("a proxy on the way refuses: it wants a login of its own (407)")
    case 408: return .timedOut
    case 511: return .unreachable(WebPage.words)
    case 429: return .rateLimited(retryAfter: seconds)
    default: return .server(status: status, retryAfter: seconds, message: message)
    }
  }

  private struct Found {
    var message = ""
    var code: String?
    var uploadID: String?
  }

  private struct Body: Decodable {
    var detail: Detail?
    var error: String?
    var title: String?
    var code: String?
    var uploadID: String?

    private enum CodingKeys: String, CodingKey {
      case detail, error, title, code
      case uploadID = "upload_id"
    }
  }

  private enum Detail: Decodable {
    case text(String)
    case object(message: String, code: String?, uploadID: String?)
    /// 422: only where and what; the input that RelayPACS echoes is not read.
    case fields([String])

    private struct Object: Decodable {
      var message: String?
      var code: String?
      var uploadID: String?

      private enum CodingKeys: String, CodingKey {
        case message, code
        case uploadID = "upload_id"
      }
    }
    private struct Field: Decodable {
      var msg: String?
      var loc: [Location]?
    }
    private enum Location: Decodable {
      case name(String)
      case other
      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        self = (try? value.decode(String.self)).map { .name($0) } ?? .other
      }
    }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let text = try? value.decode(String.self) {
        self = .text(text)
      } else if let fields = try? value.decode([Field].self) {
        self = .fields(
          fields.prefix(5).map { field in
            let names = (field.loc ?? []).compactMap { place -> String? in
              if case .name(let name) = place { name } else { nil }
            }
            return names.joined(separator: ".") + " " + (field.msg ?? "")
          })
      } else {
        let object = try value.decode(Object.self)
        self = .object(
          message: object.message ?? "", code: object.code, uploadID: object.uploadID)
      }
    }
  }

  private static func read(_ body: Data) -> Found {
    if WebPage.isOne(body) {
      return Found(message: "a web page came, not an answer of the gateway")
    }
    guard let parsed = try? JSONDecoder().decode(Body.self, from: body) else {
      return Found(message: String(decoding: body.prefix(120), as: UTF8.self))
    }
    var found = Found(
      message: parsed.error ?? parsed.title ?? "", code: parsed.code, uploadID: parsed.uploadID)
    switch parsed.detail {
    case .text(let text): found.message = text
    case .object(let message, let code, let uploadID):
      found.message = message
      found.code = code ?? found.code
      found.uploadID = uploadID ?? found.uploadID
    case .fields(let fields): found.message = fields.joined(separator: "; ")
    case nil: break
    }
    return found
  }

  /// One line, 200 characters, no control characters.
  private static func sanitise(_ text: String) -> String {
    let clean = text.unicodeScalars.map { scalar -> Character in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : Character(scalar)
    }
    return String(String(clean).trimmingCharacters(in: .whitespaces).prefix(200))
  }
}
