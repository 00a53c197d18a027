/// Numbers written as text (IS and DS, DICOM PS3.5 section 6.2). Swift's own conversions also take
/// hexadecimal numbers, infinities and `nan`, none of which a file may hold.
public enum NumberText {
  /// A whole number: IS. The standard allows −2³¹ to 2³¹−1 in 12 characters; what is larger is
  /// still read, see ``isStandardInteger(_:)``. `12.0` and `1e3`, which some equipment writes, are
  /// read as well.
  public static func integer(_ text: some StringProtocol) -> Int? {
    let text = DataSet.trimmed(text)
    guard hasOnlyDecimalCharacters(text) else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  /// A number: DS. Nil when it is none or not finite.
  public static func decimal(_ text: some StringProtocol) -> Double? {
    let text = DataSet.trimmed(text)
    guard hasOnlyDecimalCharacters(text), let value = Double(text), value.isFinite else {
      return nil
    }
    return value
  }

  /// True for a sign and digits, at most 12 characters, in the range of 32 bits.
  public static func isStandardInteger(_ text: some StringProtocol) -> Bool {
    let text = DataSet.trimmed(text)
    guard text.utf8.count <= 12, !text.utf8.contains(where: { $0 == 0x2E || $0 | 0x20 == 0x65 }),
      let value = integer(text)
    else { return false }
    return Int(Int32.min)...Int(Int32.max) ~= value
  }

  /// True for a fixed or floating point number of at most 16 characters.
  public static func isStandardDecimal(_ text: some StringProtocol) -> Bool {
    let text = DataSet.trimmed(text)
    return text.utf8.count <= 16 && decimal(text) != nil
  }

  private static func hasOnlyDecimalCharacters(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E || $0 | 0x20 == 0x65
    }
  }
}
