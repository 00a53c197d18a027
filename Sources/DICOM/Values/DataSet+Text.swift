// Values as text.
extension DataSet {
  /// The first value, trimmed of padding; nil when the element is absent or not text, empty when
  /// it has no value.
  public func string(_ tag: Tag) -> String? { strings(tag)?.first }

  /// The values of a text element, decoded by its character set; nil when it is absent or not
  /// text. Texts that may hold a backslash (LT, ST, UT, UR) are one value.
  public func strings(_ tag: Tag) -> [String]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    guard element.vr.isText || element.vr == .un else { return nil }
    return Self.values(
      of: text(element, bytes), vr: element.vr)
  }

  private func text(_ element: Element, _ bytes: [UInt8]) -> String {
    if element.vr.usesCharacterSet {
      return characterSets.decode(bytes, isName: element.vr == .pn)
    }
    return CharacterSets.standard.decode(bytes)
  }

  static func values(of text: String, vr: VR) -> [String] {
    if vr.isSingleText { return [trimmed(text, leading: false)] }
    // Leading blanks mean nothing in most representations, but stand in the file.
    let keepsLeading = vr.usesCharacterSet || vr == .cs || vr == .ae
    return text.split(separator: "\\", omittingEmptySubsequences: false)
      .map { trimmed($0, leading: !keepsLeading) }
      .map { vr == .pn ? withoutEmptyGroups($0) : $0 }
  }

  /// Without padding: blanks and zero bytes at the end, and at the beginning when asked.
  static func trimmed(_ text: some StringProtocol, leading: Bool = true) -> String {
    func isPadding(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\0" }
    var scalars = text.unicodeScalars[...]
    while let last = scalars.last, isPadding(last) { scalars.removeLast() }
    if leading { while let first = scalars.first, isPadding(first) { scalars.removeFirst() } }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Empty groups at the end of a name mean nothing (PS3.5 section 6.2.1.1).
  private static func withoutEmptyGroups(_ name: String) -> String {
    var name = name[...]
    while name.last == "=" { name = name.dropLast() }
    return String(name)
  }

  /// The items of a sequence; empty when it is absent.
  public func items(_ tag: Tag) -> [DataSet] { self[tag]?.items ?? [] }

  /// A date (DA) as YYYYMMDD; the old form YYYY.MM.DD is understood. Nil when it is no date, or
  /// not complete.
  public func date(_ tag: Tag) -> String? {
    guard let date = string(tag).flatMap({ DateValue($0) }), date.isComplete else { return nil }
    return date.text
  }

  /// A time (TM) as HHMMSS; missing minutes and seconds are zero. Nil when it is no time.
  public func time(_ tag: Tag) -> String? {
    guard let time = string(tag).flatMap({ TimeValue($0) }) else { return nil }
    return Digits.text(time.hour, 2) + Digits.text(time.minute ?? 0, 2)
      + Digits.text(time.second ?? 0, 2)
  }
}
