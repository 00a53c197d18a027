/// Decoding with the escape sequences of ISO 2022 (DICOM PS3.3 table C.12-3 and -4, PS3.5 6.1.2.5).
enum CodeExtensions {
  /// What a half of the code table holds.
  private enum Half: Equatable {
    case single(CharacterSets.Single)
    /// Two bytes a character; iconv's name and what precedes each pair, high bits set.
    case double(String, prefix: [UInt8])
  }

  static func decode(_ bytes: [UInt8], base: CharacterSets.Single, isName: Bool) -> String {
    let initialLow: Half = .single(base == .katakana ? .katakana : .latin1)
    let initialHigh: Half = .single(base)
    var (low, high) = (initialLow, initialHigh)
    var text = ""
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x1B {
        if let (isHigh, half, length) = escape(bytes[index...]) {
          if isHigh { high = half } else { low = half }
          index += length
        } else {
          // Not one of ours: keep it visible; the screen makes it harmless.
          text.unicodeScalars.append("\u{1B}")
          index += 1
        }
        continue
      }
      let isHighByte = byte >= 0x80
      let half = isHighByte ? high : low
      var end = index
      if !isHighByte, isDelimiter(byte, low: low, isName: isName) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
        (low, high) = (initialLow, initialHigh)
        index += 1
        continue
      }
      while end < bytes.count, bytes[end] != 0x1B, (bytes[end] >= 0x80) == isHighByte,
        isHighByte || !isDelimiter(bytes[end], low: low, isName: isName)
      { end += 1 }
      switch half {
      case .single(let single):
        text += CharacterSets.decode(Array(bytes[index..<end]), as: single)
      case .double(let name, let prefix):
        var pairs: [UInt8] = []
        var position = index
        while position + 1 < end {
          pairs += prefix + [bytes[position] | 0x80, bytes[position + 1] | 0x80]
          position += 2
        }
        text += Conversion.text(pairs, from: name)
        if position < end { text += "\u{FFFD}" }
      }
      index = end
    }
    return text
  }

  /// Ends of values, components and lines return to the initial state; inside of a two-byte set
  /// those codes are parts of characters, except for control characters.
  private static func isDelimiter(_ byte: UInt8, low: Half, isName: Bool) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0C, 0x0D: return true
    case 0x5C:
      if case .double = low { return false }
      return true
    case 0x5E, 0x3D:
      if case .double = low { return false }
      return isName
    default: return false
    }
  }

  /// The meaning of an escape sequence: which half it sets, to what, and its length.
  private static func escape(_ bytes: ArraySlice<UInt8>) -> (isHigh: Bool, Half, Int)? {
    let next = Array(bytes.prefix(4).dropFirst())
    guard next.count >= 2 else { return nil }
    switch (next[0], next[1]) {
    case (0x28, 0x42): return (false, .single(.latin1), 3)
    case (0x28, 0x4A): return (false, .single(.katakana), 3)
    case (0x29, 0x49): return (true, .single(.katakana), 3)
    case (0x24, 0x42): return (false, .double("EUC-JP", prefix: []), 3)
    case (0x2D, let final):
      let names: [UInt8: String] = [
        0x41: "ISO-8859-1", 0x42: "ISO-8859-2", 0x43: "ISO-8859-3", 0x44: "ISO-8859-4",
        0x4C: "ISO-8859-5", 0x47: "ISO-8859-6", 0x46: "ISO-8859-7", 0x48: "ISO-8859-8",
        0x4D: "ISO-8859-9", 0x54: "TIS-620", 0x62: "ISO-8859-15",
      ]
      return names[final].map { (true, .single(.table($0)), 3) }
    default: break
    }
    guard next.count == 3, next[0] == 0x24 else { return nil }
    switch (next[1], next[2]) {
    case (0x28, 0x44): return (false, .double("EUC-JP", prefix: [0x8F]), 4)
    case (0x29, 0x43): return (true, .double("EUC-KR", prefix: []), 4)
    case (0x29, 0x41): return (true, .double("GB2312", prefix: []), 4)
    default: return nil
    }
  }
}
