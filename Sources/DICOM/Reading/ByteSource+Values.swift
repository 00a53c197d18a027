import Foundation

// Values of a scan, read without copies where they can be.
extension ByteSource {
  /// The character sets that a range names; a scan meets the same ones in every file.
  func characterSets(_ offset: Int, _ length: Int) throws(DICOMError) -> CharacterSets {
    let bytes = try bytes(offset, length)
    if let last = lastSets, last.bytes == bytes { return last.sets }
    let sets = CharacterSets(bytes: bytes)
    lastSets = (bytes, sets)
    return sets
  }

  /// The text of a range without padding; plain ASCII takes the short way.
  /// - Parameter known: a text that is probably the same: it is given back then, so that files of
  ///   one series share their texts in memory and nothing is decoded twice.
  func text(
    _ offset: Int, _ length: Int, sets: CharacterSets, isName: Bool = false, known: String = ""
  ) throws(DICOMError) -> String {
    guard let range = try trimmed(offset, length) else { return "" }
    let bytes = UnsafeRawBufferPointer(rebasing: window[range])
    if !sets.hasExtensions && Self.equal(bytes, known) { return known }
    let text = sets.decode(bytes, isName: isName)
    return text == known ? known : text
  }

  /// The text of a range in the default repertoire, without padding; see
  /// ``text(_:_:sets:isName:known:)``.
  func plainText(_ offset: Int, _ length: Int, known: String = "") throws(DICOMError) -> String {
    guard let range = try trimmed(offset, length) else { return "" }
    let bytes = UnsafeRawBufferPointer(rebasing: window[range])
    if Self.equal(bytes, known) { return known }
    if Self.isASCII(bytes) { return String(decoding: bytes, as: UTF8.self) }
    return CharacterSets.standard.decode(bytes)
  }

  /// A number written as text (IS), nil when it is none; only the first of several values.
  func integer(_ offset: Int, _ length: Int) throws(DICOMError) -> Int? {
    guard let range = try trimmed(offset, length) else { return nil }
    var value = 0
    var isNegative = false
    var digits = 0
    for index in range {
      let byte = window[index]
      switch byte {
      case 0x30...0x39 where digits < 18:
        value = value * 10 + Int(byte - 0x30)
        digits += 1
      case 0x2B where index == range.lowerBound: break
      case 0x2D where index == range.lowerBound: isNegative = true
      // Not the usual form: the long way decides.
      default: return try unusualInteger(offset, length)
      }
    }
    if digits == 0 { return nil }
    return isNegative ? -value : value
  }

  private func unusualInteger(_ offset: Int, _ length: Int) throws(DICOMError) -> Int? {
    let first = try plainText(offset, length).split(separator: "\\").first
    return first.flatMap { NumberText.integer($0) }
  }

  /// Numbers written as text (DS), separated by backslashes; empty when one of them is none.
  func decimals(_ offset: Int, _ length: Int) throws(DICOMError) -> [Double] {
    // The array is used again when nobody keeps it.
    numbers.removeAll(keepingCapacity: true)
    guard let range = try trimmed(offset, length) else { return numbers }
    var begin = range.lowerBound
    while begin <= range.upperBound {
      var end = begin
      while end < range.upperBound, window[end] != 0x5C { end += 1 }
      guard let number = Self.decimal(UnsafeRawBufferPointer(rebasing: window[begin..<end])) else {
        numbers.removeAll(keepingCapacity: true)
        return numbers
      }
      numbers.append(number)
      begin = end + 1
    }
    return numbers
  }

  /// The usual form `-123.456` by whole numbers, which is exact up to 15 digits: both the digits
  /// and the power of ten are then without rounding, and the division rounds once.
  private static func decimal(_ bytes: UnsafeRawBufferPointer) -> Double? {
    var value = 0
    var digits = 0
    var fraction = -1
    var isNegative = false
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0x30...0x39 where digits < 15:
        value = value * 10 + Int(byte - 0x30)
        digits += 1
        if fraction >= 0 { fraction += 1 }
      case 0x2E where fraction < 0: fraction = 0
      case 0x2B where index == 0: break
      case 0x2D where index == 0: isNegative = true
      default: return NumberText.decimal(String(decoding: bytes, as: UTF8.self))
      }
    }
    if digits == 0 { return nil }
    let magnitude = Double(value) / powers[max(0, fraction)]
    return isNegative ? -magnitude : magnitude
  }

  private static let powers: [Double] = (0..<16).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// The window's range of a value without padding; nil when nothing is left.
  private func trimmed(_ offset: Int, _ length: Int) throws(DICOMError) -> Range<Int>? {
    if length == 0 { return nil }
    var begin = try place(offset, length)
    var end = begin + length
    while end > begin, window[end - 1] == 0x20 || window[end - 1] == 0 { end -= 1 }
    while begin < end, window[begin] == 0x20 || window[begin] == 0 { begin += 1 }
    return begin < end ? begin..<end : nil
  }

  /// True when the bytes are ASCII and the text's own: without escape sequences no character set
  /// says otherwise.
  private static func equal(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
    guard text.utf8.count == bytes.count else { return false }
    return text.utf8.withContiguousStorageIfAvailable { known in
      guard let a = bytes.baseAddress, let b = known.baseAddress, memcmp(a, b, known.count) == 0
      else { return false }
      return isASCII(bytes)
    } ?? false
  }

  private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while bytes.count - index >= 8 {
      if bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
        return false
      }
      index += 8
    }
    while index < bytes.count {
      if bytes[index] >= 0x80 { return false }
      index += 1
    }
    return true
  }
}
