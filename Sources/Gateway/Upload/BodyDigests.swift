import Foundation
import HTTPTypes
import Wire

/// Digests that the sender announced for a body: `Content-Digest` (RFC 9530) with sha-256, and
/// `Content-MD5` (RFC 1864). Unknown algorithms are passed over, as RFC 9530 wants it.
struct BodyDigests: Equatable {
  var sha256: String?
  var md5: String?
  /// True when the body is gzip'd; digests are of the plain bytes all the same.
  var isGzip = false

  /// - Throws: 415 for an encoding other than gzip, 400 for a digest that cannot be read.
  init(_ headers: HTTPFields) throws {
    switch headers[.contentEncoding]?.trimmingCharacters(in: .whitespaces).lowercased() {
    case nil, "identity", "": break
    case "gzip", "x-gzip": isGzip = true
    default:
      throw GatewayProblem(
        .unsupportedMediaType, .invalid, "Content-Encoding may be gzip, or not be there.")
    }
    if let name = HTTPField.Name("Content-Digest"), let field = headers[name] {
      for member in field.split(separator: ",") {
        let parts = member.split(separator: "=", maxSplits: 1)
        guard parts.count == 2,
          parts[0].trimmingCharacters(in: .whitespaces).lowercased() == "sha-256"
        else { continue }
        let value = parts[1].trimmingCharacters(in: .whitespaces)
        guard value.count > 2, value.hasPrefix(":"), value.hasSuffix(":") else {
          throw Self.unreadable("Content-Digest")
        }
        sha256 = try Self.hex(String(value.dropFirst().dropLast()), bytes: 32, "Content-Digest")
      }
    }
    if let name = HTTPField.Name("Content-MD5"), let field = headers[name] {
      md5 = try Self.hex(field.trimmingCharacters(in: .whitespaces), bytes: 16, "Content-MD5")
    }
  }

  /// MD5 is only needed where nothing better was announced.
  var wantsMD5: Bool { sha256 == nil && md5 != nil }

  /// Bytes that the body says to have, at least 1; nil when it does not say or is compressed.
  func length(_ headers: HTTPFields) -> Int? {
    guard !isGzip, let text = headers[.contentLength], let length = Int(text), length >= 0 else {
      return nil
    }
    return max(1, length)
  }

  func match(_ measured: MeasuredBytes) -> Bool {
    if let sha256 { return sha256 == measured.sha256 }
    return md5 == nil || md5 == measured.md5
  }

  private static func hex(_ base64: String, bytes: Int, _ name: String) throws -> String {
    guard let data = Data(base64Encoded: base64), data.count == bytes else {
      throw unreadable(name)
    }
    return data.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  private static func unreadable(_ name: String) -> GatewayProblem {
    GatewayProblem(.badRequest, .invalid, "Header \(name) cannot be read as a digest.")
  }
}
