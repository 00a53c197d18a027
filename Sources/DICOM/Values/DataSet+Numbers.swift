// Values as numbers.
extension DataSet {
  /// The first value as an integer; nil when absent, empty or not a whole number in range.
  public func int(_ tag: Tag) -> Int? { ints(tag)?.first ?? nil }

  /// The values of IS, DS or a binary representation; nil for values that are no whole number.
  public func ints(_ tag: Tag) -> [Int?]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    switch element.vr {
    case .us, .ow: return Self.numbers(bytes, UInt16.self).map { Int($0) }
    case .ss: return Self.numbers(bytes, UInt16.self).map { Int(Int16(bitPattern: $0)) }
    case .ul, .ol: return Self.numbers(bytes, UInt32.self).map { Int($0) }
    case .sl: return Self.numbers(bytes, UInt32.self).map { Int(Int32(bitPattern: $0)) }
    case .uv, .ov: return Self.numbers(bytes, UInt64.self).map { Int(exactly: $0) }
    case .sv: return Self.numbers(bytes, UInt64.self).map { Int(Int64(bitPattern: $0)) }
    case .ob: return bytes.map { Int($0) }
    case .fl, .fd, .of, .od:
      return doubles(tag)?.map { $0.flatMap { Int(exactly: $0) } }
    default:
      return strings(tag)?.map { NumberText.integer($0) }
    }
  }

  /// The first value as a number; nil when absent, empty or not a number.
  public func double(_ tag: Tag) -> Double? { doubles(tag)?.first ?? nil }

  /// The values of DS, IS or a binary representation; nil for values that are no finite number.
  public func doubles(_ tag: Tag) -> [Double?]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    switch element.vr {
    case .fl, .of:
      return Self.numbers(bytes, UInt32.self).map { Double(Float(bitPattern: $0)) }
    case .fd, .od:
      return Self.numbers(bytes, UInt64.self).map { Double(bitPattern: $0) }
    case .us, .ss, .ul, .sl, .uv, .sv, .ob, .ow, .ol, .ov:
      return ints(tag)?.map { $0.map { Double($0) } }
    default:
      return strings(tag)?.map { NumberText.decimal($0) }
    }
  }

  /// The tags of an AT element.
  public func tags(_ tag: Tag) -> [Tag] {
    guard let bytes = self[tag]?.bytes else { return [] }
    let words = Self.numbers(bytes, UInt16.self)
    return stride(from: 0, to: words.count - 1, by: 2).map { Tag(words[$0], words[$0 + 1]) }
  }

  /// Little endian words; a remainder is left out.
  static func numbers<Word: FixedWidthInteger>(_ bytes: [UInt8], _: Word.Type) -> [Word] {
    let size = MemoryLayout<Word>.size
    return bytes.withUnsafeBytes { raw in
      (0..<bytes.count / size).map { index in
        Word(littleEndian: raw.loadUnaligned(fromByteOffset: index * size, as: Word.self))
      }
    }
  }
}
