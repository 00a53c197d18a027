public import Foundation

/// Unique identifiers (DICOM PS3.5 section 9 and annex B).
public enum UID {
  /// A new identifier under the root `2.25`: a UUID as one decimal number (PS3.5 section B.2).
  public static func make(_ uuid: UUID = UUID()) -> String {
    // Long division of the 128-bit number by ten, in bytes.
    var number = withUnsafeBytes(of: uuid.uuid) { Array($0) }
    var digits: [UInt8] = []
    while number.contains(where: { $0 != 0 }) {
      var remainder = 0
      for index in number.indices {
        let value = remainder << 8 | Int(number[index])
        number[index] = UInt8(value / 10)
        remainder = value % 10
      }
      digits.append(UInt8(ascii: "0") + UInt8(remainder))
    }
    if digits.isEmpty { digits = [UInt8(ascii: "0")] }
    return "2.25." + String(decoding: digits.reversed(), as: UTF8.self)
  }

  /// True for 1 to 64 characters of digits and dots, no component empty or with a leading zero.
  public static func isValid(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count) else { return false }
    return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { part in
        guard let first = part.first else { return false }
        if part.count > 1 && first == UInt8(ascii: "0") { return false }
        return part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      }
  }

  /// True when it can name a file or a row without harm: 1 to 64 digits and dots, not only dots.
  /// Old equipment writes leading zeros, which break the rule of ``isValid(_:)`` but no system.
  public static func isUsable(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count) else { return false }
    var hasDigit = false
    for byte in text.utf8 {
      if (0x30...0x39).contains(byte) { hasDigit = true } else if byte != 0x2E { return false }
    }
    return hasDigit
  }
}
