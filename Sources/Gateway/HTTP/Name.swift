/// Checks of short texts that come from outside.
enum Name {
  /// Letters, digits, dot, underscore, hyphen.
  static func isSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 46, 95: true
    default: false
    }
  }

  /// `[A-Za-z0-9._-]{1,64}`, not beginning with a dot: file ids and client upload ids.
  static func isIdentifier(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.first != 46 && text.utf8.allSatisfy(isSafe)
  }

  /// A DICOM UID (PS3.5 chapter 9): digits and dots, at most 64.
  static func isUID(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) }
  }

  /// Lower-case hexadecimal SHA-256.
  static func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  /// `[a-zA-Z0-9_-]{3,50}`.
  static func isUsername(_ text: String) -> Bool {
    (3...50).contains(text.utf8.count)
      && text.utf8.allSatisfy { isSafe($0) && $0 != 46 }
  }

  /// A UUID in its usual form; the only ids that this gateway makes.
  static func isUUID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return false }
    for (index, byte) in bytes.enumerated() {
      if [8, 13, 18, 23].contains(index) {
        guard byte == 45 else { return false }
      } else {
        guard (48...57).contains(byte) || (97...102).contains(byte) else { return false }
      }
    }
    return true
  }
}
