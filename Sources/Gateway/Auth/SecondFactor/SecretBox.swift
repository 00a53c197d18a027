import Crypto
import Domain
import Foundation

/// Keeps second factors at rest: secrets encrypted, recovery codes as keyed digests. The keys come
/// from the token key, so a copy of the database alone tells nothing.
struct SecretBox: Sendable {
  private let sealing: SymmetricKey
  private let digesting: SymmetricKey

  /// - Parameter key: the token key, as it lies on the disk.
  init(key: Data) {
    func derive(_ purpose: String) -> SymmetricKey {
      HKDF<SHA256>.deriveKey(
        inputKeyMaterial: SymmetricKey(data: key), info: Data(purpose.utf8), outputByteCount: 32)
    }
    sealing = derive("radrelay second factor secrets 1")
    digesting = derive("radrelay recovery codes 1")
  }

  /// AES-256-GCM with a random nonce, bound to the account: it opens for no other.
  func seal(_ secret: Data, for account: UserID) throws -> Data {
    let box = try AES.GCM.seal(
      secret, using: sealing, authenticating: Data(account.rawValue.utf8))
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  /// - Throws: when it was sealed for somebody else, under another key, or was changed.
  func open(_ sealed: Data, for account: UserID) throws -> Data {
    try AES.GCM.open(
      AES.GCM.SealedBox(combined: sealed), using: sealing,
      authenticating: Data(account.rawValue.utf8))
  }

  /// What is kept of a recovery code.
  func digest(of code: RecoveryCode, for account: UserID) -> String {
    let message = Data("\(account.rawValue)/\(code.text)".utf8)
    return Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: message, using: digesting))
  }
}

/// A code for the day on which the telephone is lost: 80 random bits, good once.
struct RecoveryCode: Sendable, Equatable {
  /// 16 letters and digits of Base32, lower case.
  let text: String

  static let count = 10

  static func make() -> Self {
    let random = SymmetricKey(size: .init(bitCount: 80)).withUnsafeBytes { Data($0) }
    return Self(text: Base32.encode(random).lowercased())
  }

  private init(text: String) { self.text = text }

  /// As a person typed it; nil when it can be none.
  init?(typed: String) {
    let text = typed.lowercased().filter { $0 != " " && $0 != "-" }
    guard text.utf8.count == 16, Base32.decode(text)?.count == 10 else { return nil }
    self.text = text
  }

  /// In groups of four, for people.
  var shown: String {
    stride(from: 0, to: text.count, by: 4).map { String(text.dropFirst($0).prefix(4)) }
      .joined(separator: "-")
  }
}

/// Lower-case hexadecimal.
enum Hexadecimal {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
