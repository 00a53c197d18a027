import Crypto
import Foundation

/// Digests as the protocol writes them.
enum Digests {
  /// SHA-256 of the bytes.
  static func sha256(_ bytes: Data) -> Data { Data(SHA256.hash(data: bytes)) }
  /// MD5 of the bytes, for `Content-MD5` only: it guards against accidents, not against malice.
  static func md5(_ bytes: Data) -> Data { Data(Insecure.MD5.hash(data: bytes)) }

  /// The bytes of a digest in hexadecimal; nil for a text that is none.
  static func bytes(_ hexadecimal: String) -> Data? {
    var bytes = Data(capacity: hexadecimal.utf8.count / 2)
    var high: UInt8?
    for character in hexadecimal.utf8 {
      let digit: UInt8
      switch character {
      case 48...57: digit = character - 48
      case 97...102: digit = character - 87
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }

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
