import Crypto
import Foundation

/// Digests as the protocol writes them.
enum Digests {
  /// SHA-256 of the bytes.
  static func sha256(_ bytes: Data) -> Data { Data(SHA256.hash(data: bytes)) }
  /// MD5 of the bytes, for `Content-MD5` only: it guards against accidents, not against malice.
  static func md5(_ bytes: Data) -> Data { Data(Insecure.MD5.hash(data: bytes)) }

  /// Lower-case hexadecimal.
  static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
