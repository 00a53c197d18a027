import Crypto
import Foundation

/// Time-based one-time passwords (RFC 6238 over RFC 4226): HMAC-SHA-1, six digits, steps of 30
/// seconds since 1970. What authenticator programs take without being told otherwise.
enum OneTimePassword {
  /// Seconds.
  static let stepLength: TimeInterval = 30
  /// Bytes of a new secret: as long as the digest (RFC 4226 section 4, R6).
  static let secretLength = 20

  static func makeSecret() -> Data {
    SymmetricKey(size: .init(bitCount: secretLength * 8)).withUnsafeBytes { Data($0) }
  }

  static func step(at date: Date) -> Int64 {
    // Far beyond any clock, and within the integer.
    let seconds = min(max(date.timeIntervalSince1970, 0), 1e15)
    return Int64(seconds / stepLength)
  }

  /// HOTP of RFC 4226 section 5.3.
  /// - Parameter digits: 6 … 9.
  static func code(_ secret: Data, step: Int64, digits: Int = 6) -> String {
    let message = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian) { Data($0) }
    let digest = Array(
      HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
    let offset = Int(digest[digest.count - 1] & 0x0F)
    let number = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
    let text = String((number & 0x7FFF_FFFF) % modulus)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// The step that a code belongs to: the present one, or one before or after it (RFC 6238
  /// section 5.2), for clocks that are not the same.
  /// - Parameter last: the step of the last code that was taken; it and those before it are over.
  static func match(_ code: String, _ secret: Data, at date: Date, after last: Int64) -> Int64? {
    let present = step(at: date)
    var found: Int64?
    // All three are compared, each in constant time.
    for step in [present - 1, present, present + 1] where step > last && step >= 0 {
      if equal(Self.code(secret, step: step), code), found == nil { found = step }
    }
    return found
  }

  private static func equal(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
