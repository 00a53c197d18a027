/// One grapheme as a cell keeps it: a base character with its marks, at most six scalars. Two
/// words without a reference to count: a frame has thousands of them, and they are copied and
/// compared for every key.
public struct Glyph: Sendable, Hashable {
  /// Scalars that fit.
  public static let limit = 6

  /// Three scalars each, 21 bits a scalar, the first one lowest; 0 where there is none. Bit 63 is
  /// left free for ``Cell``.
  @usableFromInline var low: UInt64
  @usableFromInline var high: UInt64

  @inlinable
  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The right half of a wide character.
  public static let empty = Glyph(low: 0, high: 0)
  public static let space = Glyph(low: 0x20, high: 0)

  @inlinable
  public init(_ scalar: Unicode.Scalar) { self.init(low: UInt64(scalar.value), high: 0) }

  @inlinable
  public init(ascii byte: UInt8) { self.init(low: UInt64(byte & 0x7F), high: 0) }

  /// The first six scalars of a text.
  public init(_ text: String) {
    self = .empty
    for scalar in text.unicodeScalars where !append(scalar) { break }
  }

  /// Adds a scalar; false when there is no room for it.
  @discardableResult
  public mutating func append(_ scalar: Unicode.Scalar) -> Bool {
    let value = UInt64(scalar.value)
    for shift in stride(from: UInt64(0), to: 63, by: 21) where low >> shift & 0x1F_FFFF == 0 {
      low |= value << shift
      return true
    }
    for shift in stride(from: UInt64(0), to: 63, by: 21) where high >> shift & 0x1F_FFFF == 0 {
      high |= value << shift
      return true
    }
    return false
  }

  /// True for one ASCII character, and for nothing at all.
  @inlinable public var isASCII: Bool { low < 0x80 && high == 0 }

  /// The scalar at a place below ``limit``; 0 when there are fewer.
  @inlinable
  public subscript(place: Int) -> UInt32 {
    let word = place < 3 ? low : high
    return UInt32(truncatingIfNeeded: word >> UInt64(place % 3 * 21) & 0x1F_FFFF)
  }

  /// The grapheme as text.
  public var text: String {
    if isASCII { return low == 0 ? "" : SafeText.ascii[Int(low)] }
    var result = ""
    for place in 0..<Self.limit {
      // Only scalars were put in.
      guard self[place] != 0, let scalar = Unicode.Scalar(self[place]) else { break }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
