/// The character sets that Specific Character Set (0008,0005) names (DICOM PS3.3 C.12.1.1.2).
public struct CharacterSets: Sendable, Equatable {
  /// Decoding without code extensions.
  enum Single: Equatable, Sendable {
    /// Bytes above 127 read as ISO 8859-1, which is what files without the attribute mostly hold.
    case latin1
    case utf8
    /// JIS X 0201: Roman letters and half-width Katakana.
    case katakana
    /// A character set of iconv in which every byte (or sequence) stands by itself.
    case table(String)
  }

  /// How bytes are read before the first escape sequence.
  let base: Single
  /// True when escape sequences of ISO 2022 switch sets.
  let hasExtensions: Bool
  /// The terms as written.
  public let terms: [String]

  /// ISO_IR 192.
  public static let utf8 = CharacterSets(terms: ["ISO_IR 192"])
  /// The default repertoire.
  public static let standard = CharacterSets(terms: [])

  /// - Parameter terms: the defined terms; misspelt ones (`ISO-IR 100`, `ISO 2022-IR 87`) are
  ///   understood, unknown ones read as ISO 8859-1.
  public init(terms: [String]) {
    self.terms = terms
    let names = terms.map(Self.normal)
    base = Self.single(names.first ?? "")
    let isAlone = base == .utf8 || base == .table("GB18030") || base == .table("GBK")
    hasExtensions = !isAlone && (names.count > 1 || (names.first ?? "").hasPrefix("2022"))
  }

  init(bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let terms = text.split(separator: "\\", omittingEmptySubsequences: false)
      .map { DataSet.trimmed($0) }
    self.init(terms: terms == [""] ? [] : terms)
  }

  /// `ISO_IR 100`, `ISO-IR 100` and `ISO IR 100` give `IR 100`; `ISO 2022 IR 87` gives `2022 IR 87`.
  private static func normal(_ term: String) -> String {
    let parts = term.uppercased().split { $0 == " " || $0 == "_" || $0 == "-" }
    return (parts.first == "ISO" ? parts.dropFirst() : parts[...]).joined(separator: " ")
  }

  private static func single(_ name: String) -> Single {
    let number = name.split(separator: " ").last.map(String.init) ?? ""
    return switch number {
    case "192": .utf8
    case "GB18030": .table("GB18030")
    case "GBK": .table("GBK")
    case "13": .katakana
    case "101": .table("ISO-8859-2")
    case "109": .table("ISO-8859-3")
    case "110": .table("ISO-8859-4")
    case "144": .table("ISO-8859-5")
    case "127": .table("ISO-8859-6")
    case "126": .table("ISO-8859-7")
    case "138": .table("ISO-8859-8")
    case "148": .table("ISO-8859-9")
    case "203": .table("ISO-8859-15")
    case "166": .table("TIS-620")
    default: .latin1
    }
  }

  /// The text of a value. Never fails: what cannot be read becomes U+FFFD.
  /// - Parameter isName: `^` and `=` end a code extension too (PS3.5 section 6.1.2.5.3).
  public func decode(_ bytes: some Collection<UInt8>, isName: Bool = false) -> String {
    if bytes.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    let bytes = Array(bytes)
    if hasExtensions {
      return CodeExtensions.decode(bytes, base: base, isName: isName)
    }
    return Self.decode(bytes, as: base)
  }

  static func decode(_ bytes: [UInt8], as single: Single) -> String {
    switch single {
    case .utf8: return String(decoding: bytes, as: UTF8.self)
    case .latin1: return latin1(bytes)
    case .katakana: return katakana(bytes)
    case .table(let name): return Conversion.text(bytes, from: name)
    }
  }

  private static func latin1(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
    return text
  }

  private static func katakana(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
      switch byte {
      case 0x7E: text.unicodeScalars.append("\u{203E}")
      case 0..<0x80: text.unicodeScalars.append(Unicode.Scalar(byte))
      // Half-width Katakana stand in the same order from U+FF61 on.
      case 0xA1...0xDF:
        text.unicodeScalars.append(Unicode.Scalar(0xFF00 + UInt16(byte) - 0x40) ?? "\u{FFFD}")
      default: text.unicodeScalars.append("\u{FFFD}")
      }
    }
    return text
  }
}
