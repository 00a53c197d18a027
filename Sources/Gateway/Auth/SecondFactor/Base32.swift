import Foundation

/// Base32 (RFC 4648 section 6), as people type secrets.
enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  /// Without padding, as authenticator programs expect it.
  static func encode(_ data: Data) -> String {
    var text: [UInt8] = []
    var bits = 0
    var value: UInt32 = 0
    for byte in data {
      value = value << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[Int(value >> UInt32(bits) & 31)])
      }
      value &= (1 << UInt32(bits)) - 1
    }
    if bits > 0 { text.append(alphabet[Int(value << UInt32(5 - bits) & 31)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Upper or lower case; blanks, hyphens and padding are passed over. Nil for anything else.
  static func decode(_ text: String) -> Data? {
    var data = Data()
    var bits = 0
    var value: UInt32 = 0
    for byte in text.uppercased().utf8 where !" -=".utf8.contains(byte) {
      guard let digit = alphabet.firstIndex(of: byte) else { return nil }
      value = value << 5 | UInt32(digit)
      bits += 5
      if bits >= 8 {
        bits -= 8
        data.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
        value &= (1 << UInt32(bits)) - 1
      }
    }
    return data
  }
}
