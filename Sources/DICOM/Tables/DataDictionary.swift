/// The data dictionary (DICOM PS3.6): the attributes that the standard defines.
public struct DataDictionary: Sendable {
  /// What the standard says of one attribute.
  public struct Entry: Sendable, Equatable {
    /// `US`, or alternatives as `US or SS`.
    public let vr: String
    /// `1`, `1-n`, `2-2n` …
    public let vm: String
    public let keyword: String
    public let name: String
    public let isRetired: Bool

    init(vr: String, vm: String, keyword: String, name: String, isRetired: Bool) {
      self.vr = vr
      self.vm = vm
      self.keyword = keyword
      self.name = name
      self.isRetired = isRetired
    }

    /// - Parameter fields: of a line: tag, VR, VM, keyword, name, `R`.
    fileprivate init?(_ fields: [String]) {
      guard fields.count >= 5 else { return nil }
      self.init(
        vr: fields[1], vm: fields[2], keyword: fields[3], name: fields[4],
        isRetired: fields.count > 5 && fields[5] == "R")
    }
  }

  /// The dictionary that ships with the program; empty when its files are missing.
  public static let standard = DataDictionary(
    table: SortedTable(resource: "dicom/dictionary.tsv"),
    repeating: SortedTable(resource: "dicom/repeating.tsv"))

  /// Read when the first keyword is looked up: most work begins with tags.
  private static let keywords = SortedTable(resource: "dicom/keywords.tsv")

  private struct Repeater: Sendable {
    let mask: UInt32
    let value: UInt32
    let entry: Entry
  }

  private let table: SortedTable
  private let repeaters: [Repeater]

  init(table: SortedTable, repeating: SortedTable) {
    self.table = table
    repeaters = repeating.lines.compactMap { line in
      let fields = repeating.fields(of: line)
      guard let tag = fields.first, let entry = Entry(fields),
        let value = UInt32(tag.replacing("x", with: "0"), radix: 16),
        let mask = UInt32(String(tag.map { $0 == "x" ? "0" : "f" }), radix: 16)
      else { return nil }
      return Repeater(mask: mask, value: value, entry: entry)
    }
  }

  /// The entry of a tag; group lengths and private creators are known, other private tags are not.
  public subscript(_ tag: Tag) -> Entry? {
    if let line = table.line(Self.key(tag)) { return Entry(table.fields(of: line)) }
    if tag.isPrivateCreator {
      return Entry(vr: "LO", vm: "1", keyword: "", name: "Private Creator", isRetired: false)
    }
    if tag.element == 0 {
      return Entry(vr: "UL", vm: "1", keyword: "", name: "Group Length", isRetired: true)
    }
    if tag.isPrivate { return nil }
    return repeaters.first { tag.rawValue & $0.mask == $0.value }?.entry
  }

  /// The tag of a keyword such as `PatientName`; capitals count.
  public func tag(keyword: String) -> Tag? {
    guard !keyword.isEmpty, let line = Self.keywords.line(keyword.utf8) else { return nil }
    let digits = Self.keywords.field(1, of: line)
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16).map { Tag(rawValue: $0) }
  }

  /// The representation to assume where the file does not tell it (implicit VR): the first of
  /// several alternatives, OW before OB; UN for unknown attributes.
  func vr(of tag: Tag) -> VR {
    guard let line = table.line(Self.key(tag)) else {
      return self[tag].map { Self.representation(Array($0.vr.utf8)[...]) } ?? .un
    }
    return Self.representation(table.field(1, of: line))
  }

  private static func representation(_ text: ArraySlice<UInt8>) -> VR {
    switch text.count {
    // Alternatives, or NONE of the delimiters.
    case 4: return .un
    case 3...:
      let text = String(decoding: text, as: UTF8.self)
      return text.hasSuffix("OW") && !text.hasPrefix("US or SS") ? .ow : VR(String(text.prefix(2)))
    default: return VR(String(decoding: text, as: UTF8.self))
    }
  }

  /// True when PixelRepresentation decides whether the number is signed.
  func isSignAmbiguous(_ tag: Tag) -> Bool {
    table.line(Self.key(tag)).map { table.field(1, of: $0).starts(with: "US or SS".utf8) } ?? false
  }

  /// Eight lower-case hexadecimal digits.
  private static func key(_ tag: Tag) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 8) { digits, count in
      for index in 0..<8 {
        let digit = UInt8(truncatingIfNeeded: tag.rawValue >> UInt32(28 - 4 * index)) & 15
        digits[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
      }
      count = 8
    }
  }
}
