import Foundation

// Values are set in the representation of the dictionary; text is written as UTF-8, so that a data
// set with other than ASCII text needs Specific Character Set ISO_IR 192 (see ``useUTF8()``).
extension DataSet {
  /// Sets text; several values are joined by backslashes.
  /// - Parameter vr: that of the dictionary when nil.
  public mutating func set(_ tag: Tag, _ vr: VR? = nil, _ values: String...) {
    let vr = vr ?? DataDictionary.standard.vr(of: tag)
    set(tag, vr, bytes: Array(values.joined(separator: "\\").utf8))
  }

  /// Sets whole numbers: in binary, or as text for IS and DS. Values beyond the range of the
  /// representation are cut to it.
  public mutating func set(_ tag: Tag, _ vr: VR? = nil, ints: [Int]) {
    let vr = vr ?? DataDictionary.standard.vr(of: tag)
    var bytes: [UInt8] = []
    switch vr {
    case .us, .ow:
      for value in ints { Self.append(UInt16(clamping: value), &bytes) }
    case .ss:
      for value in ints { Self.append(UInt16(bitPattern: Int16(clamping: value)), &bytes) }
    case .ul, .ol:
      for value in ints { Self.append(UInt32(clamping: value), &bytes) }
    case .sl:
      for value in ints { Self.append(UInt32(bitPattern: Int32(clamping: value)), &bytes) }
    case .uv, .ov:
      for value in ints { Self.append(UInt64(clamping: value), &bytes) }
    case .sv:
      for value in ints { Self.append(UInt64(bitPattern: Int64(value)), &bytes) }
    case .fl, .fd: return set(tag, vr, doubles: ints.map { Double($0) })
    default: bytes = Array(ints.map(String.init).joined(separator: "\\").utf8)
    }
    set(tag, vr, bytes: bytes)
  }

  /// Sets numbers: in binary, or as text of at most 16 characters for DS.
  public mutating func set(_ tag: Tag, _ vr: VR? = nil, doubles: [Double]) {
    let vr = vr ?? DataDictionary.standard.vr(of: tag)
    var bytes: [UInt8] = []
    switch vr {
    case .fl, .of:
      for value in doubles { Self.append(Float(value).bitPattern, &bytes) }
    case .fd, .od:
      for value in doubles { Self.append(value.bitPattern, &bytes) }
    default: bytes = Array(doubles.map(Self.decimalString).joined(separator: "\\").utf8)
    }
    set(tag, vr, bytes: bytes)
  }

  /// Sets the bytes of a value, numbers in little endian order; padding is added when written.
  public mutating func set(_ tag: Tag, _ vr: VR, bytes: [UInt8]) {
    self[tag] = Element(tag: tag, vr: vr, value: .bytes(bytes))
  }

  /// Sets a sequence.
  public mutating func set(_ tag: Tag, items: [DataSet]) {
    self[tag] = Element(tag: tag, vr: .sq, value: .items(items))
  }

  /// Rewrites all text as UTF-8 and says so in Specific Character Set. Private elements whose type
  /// nobody knows (UN) keep their bytes.
  /// - Returns: the number of elements in which some bytes were no character of their set and
  ///   became U+FFFD.
  @discardableResult
  public mutating func useUTF8() -> Int {
    let damaged = rewriteAsUTF8()
    set(.specificCharacterSet, .cs, "ISO_IR 192")
    return damaged
  }

  private mutating func rewriteAsUTF8() -> Int {
    var damaged = 0
    for var element in elements {
      switch element.value {
      case .items(var items):
        for index in items.indices {
          damaged += items[index].rewriteAsUTF8()
          items[index][.specificCharacterSet] = nil
        }
        element.value = .items(items)
      case .bytes(let bytes) where element.vr.usesCharacterSet:
        let text = characterSets.decode(bytes, isName: element.vr == .pn)
        if text.unicodeScalars.contains("\u{FFFD}") { damaged += 1 }
        element.value = .bytes(Array(text.utf8))
      default: continue
      }
      self[element.tag] = element
    }
    characterSets = .utf8
    return damaged
  }

  /// A number as DS: at most 16 characters, as many digits as they can carry (PS3.5 section 6.2).
  static func decimalString(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    if value == value.rounded(), abs(value) < 1e15 { return String(format: "%.0f", value) }
    for digits in stride(from: 15, through: 1, by: -1) {
      let text = String(format: "%.\(digits)g", value)
      if text.utf8.count <= 16 { return text }
    }
    return "0"
  }

  private static func append(_ word: some FixedWidthInteger, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
