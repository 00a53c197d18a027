/// Makes names readable (DICOM PS3.5 section 6.2, PN: `family^given^middle^prefix^suffix`, groups
/// alphabetic, ideographic and phonetic separated by `=`).
public enum PersonName {
  /// `SURNAME, Given` in the person's own script where the name has one (the ideographic group),
  /// otherwise from the alphabetic group; `?` when there is no name.
  public static func display(_ value: String) -> String {
    if let plain = plain(value) { return plain }
    // By bytes: the delimiters are ASCII in every character set.
    var groups = value[...].split("=")
    if let own = groups.next(), let ideographic = groups.next() {
      let text = readable(ideographic, uppercased: false)
      return text.isEmpty ? latin(own) : text
    }
    return latin(value[...])
  }

  /// The common case, which lists show by the dozen: one group of ASCII. Nil when it is not.
  private static func plain(_ value: String) -> String? {
    var text: [UInt8] = []
    text.reserveCapacity(value.utf8.count + 1)
    var part = 0
    var hasBegun = false
    var hasGiven = false
    var blanks = 0
    for byte in value.utf8 {
      switch byte {
      case 0x3D, 0x80...: return nil
      case 0x5E:
        part += 1
        hasBegun = false
        blanks = 0
      case 0x20: blanks += hasBegun ? 1 : 0
      default:
        // Prefix and suffix are not shown.
        guard part <= 2 else { continue }
        if !hasBegun, !text.isEmpty { text += hasGiven ? [0x20] : [0x2C, 0x20] }
        hasBegun = true
        hasGiven = part > 0
        for _ in 0..<blanks { text.append(0x20) }
        blanks = 0
        text.append(part == 0 && (0x61...0x7A).contains(byte) ? byte - 0x20 : byte)
      }
    }
    return text.isEmpty ? "?" : String(decoding: text, as: UTF8.self)
  }

  private static func latin(_ group: Substring) -> String {
    let text = readable(group, uppercased: true)
    return text.isEmpty ? "?" : text
  }

  private static func readable(_ group: Substring, uppercased: Bool) -> String {
    var parts = group.split("^")
    let family = parts.next()?.trimmed ?? ""
    var result = uppercased ? family.uppercased() : String(family)
    var separator = result.isEmpty ? "" : ", "
    for part in [parts.next(), parts.next()] {
      guard let name = part?.trimmed, !name.isEmpty else { continue }
      result += separator
      result += name
      separator = " "
    }
    return result
  }
}

/// The pieces of a text between delimiters, empty ones included.
private struct Pieces: IteratorProtocol {
  var rest: Substring?
  let delimiter: UInt8

  mutating func next() -> Substring? {
    guard let text = rest else { return nil }
    guard let end = text.utf8.firstIndex(of: delimiter) else {
      rest = nil
      return text
    }
    rest = text[text.utf8.index(after: end)...]
    return text[..<end]
  }
}

extension Substring {
  fileprivate func split(_ delimiter: Unicode.Scalar) -> Pieces {
    Pieces(rest: self, delimiter: UInt8(ascii: delimiter))
  }

  /// Without the blanks around it, which DICOM allows as padding.
  fileprivate var trimmed: Substring {
    let isBlank = { (byte: UInt8) in byte == 0x20 }
    guard let first = utf8.firstIndex(where: { !isBlank($0) }),
      let last = utf8.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return self[first..<utf8.index(after: last)]
  }
}
