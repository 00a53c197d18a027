public import Foundation

/// A JSON value (RFC 8259) without fractions: what a signed document may hold.
public indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// Within ±(2^53 − 1), so that every reader has the same number.
  case integer(Int64)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The one way to write the value: RFC 8785 (JSON Canonicalization Scheme), which for values
  /// without fractions is: UTF-8, no white space, the members of an object sorted by the UTF-16
  /// code units of their names, integers in decimal digits without sign or zeros in front, and in
  /// strings only `"`, `\` and the control characters below U+0020 escaped: `\b \t \n \f \r` where
  /// there is such a form, otherwise `\u00xx` with lower-case digits. Python makes the same bytes
  /// with `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)` as long as
  /// the names are ASCII, as they are in receipts.
  public var canonical: Data {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return Data(bytes)
  }

  private func write(into bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .integer(let value): bytes += Array(String(value).utf8)
    case .string(let text): Self.write(text, into: &bytes)
    case .array(let values):
      bytes.append(0x5B)
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(0x2C) }
        value.write(into: &bytes)
      }
      bytes.append(0x5D)
    case .object(let members):
      bytes.append(0x7B)
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      for (index, member) in sorted.enumerated() {
        if index > 0 { bytes.append(0x2C) }
        Self.write(member.key, into: &bytes)
        bytes.append(0x3A)
        member.value.write(into: &bytes)
      }
      bytes.append(0x7D)
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x08: bytes += [0x5C, 0x62]
      case 0x09: bytes += [0x5C, 0x74]
      case 0x0A: bytes += [0x5C, 0x6E]
      case 0x0C: bytes += [0x5C, 0x66]
      case 0x0D: bytes += [0x5C, 0x72]
      case 0..<0x20:
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}
