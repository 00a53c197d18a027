import Crypto
public import Foundation

/// The key with which a workstation signs receipts (Ed25519, RFC 8032).
public struct ReceiptKey: Sendable {
  let privateKey: Curve25519.Signing.PrivateKey

  /// - Parameter seed: 32 secret bytes.
  /// - Returns: nil when they are not 32.
  public init?(seed: Data) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
    privateKey = key
  }

  /// A new secret.
  public static func makeSeed() -> Data { Curve25519.Signing.PrivateKey().rawRepresentation }

  /// See ``SignedReceipt/fingerprint``.
  public var fingerprint: String {
    Self.fingerprint(of: privateKey.publicKey.rawRepresentation)
  }

  /// SHA-256 of the 32 bytes of a public key, 64 lower-case hexadecimal digits.
  static func fingerprint(of key: Data) -> String {
    hexadecimal(SHA256.hash(data: key))
  }
}

/// Lower case, two digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
