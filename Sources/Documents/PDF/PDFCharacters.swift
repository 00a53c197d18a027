import Foundation

/// Text in the characters of a plain PDF (Windows-1252, "WinAnsi").
enum PDFCharacters {
  /// The bytes; `?` for what the encoding does not have.
  static func winAnsi(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { byte($0) ?? 63 }
  }

  /// The text with nothing lost: runs of characters that the encoding does not have are
  /// transliterated (ICU Any-Latin, Latin-ASCII) where that works, otherwise each is given by its
  /// number, `{U+5C71}`. Text that needs neither comes back as it is.
  static func readable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { byte($0) == nil }) else { return text }
    var result = ""
    var run = String.UnicodeScalarView()
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      if byte(scalar) == nil {
        run.append(scalar)
        continue
      }
      result += spelled(String(run))
      run = String.UnicodeScalarView()
      result.unicodeScalars.append(scalar)
    }
    return result + spelled(String(run))
  }

  private static func spelled(_ run: String) -> String {
    guard !run.isEmpty else { return "" }
    let way = StringTransform("Any-Latin; Latin-ASCII")
    if let latin = run.applyingTransform(way, reverse: false), !latin.isEmpty,
      latin.unicodeScalars.allSatisfy({ byte($0) != nil }), !latin.contains("?")
    {
      return latin
    }
    return run.unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "{U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "}"
    }.joined()
  }

  private static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 9: 32
    case 32...126, 160...255: UInt8(scalar.value)
    // The control characters between the two ranges have no sign.
    case 127...159: nil
    default:
      String(scalar).data(using: .windowsCP1252)?.first.flatMap { $0 >= 32 ? $0 : nil }
    }
  }
}
