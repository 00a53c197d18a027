/// Names an attribute: group and element number (DICOM PS3.5 section 7.1).
public struct Tag: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Group in the upper, element in the lower 16 bits.
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public init(_ group: UInt16, _ element: UInt16) {
    rawValue = UInt32(group) << 16 | UInt32(element)
  }

  public var group: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
  public var element: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

  /// True for tags of odd groups, whose meaning the standard does not define.
  public var isPrivate: Bool { group & 1 == 1 }

  /// True for the element that reserves a block of private tags (PS3.5 section 7.8.1).
  public var isPrivateCreator: Bool { isPrivate && (0x10...0xFF).contains(element) }

  /// True for pixel data of any kind: (7FE0,0008), (7FE0,0009), (7FE0,0010).
  public var isPixelData: Bool {
    rawValue == 0x7FE0_0010 || rawValue == 0x7FE0_0008 || rawValue == 0x7FE0_0009
  }

  /// `(gggg,eeee)`.
  public var description: String { "(\(Self.hex(group)),\(Self.hex(element)))" }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  static func hex(_ value: UInt16) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - text.count) + text
  }
}

extension Tag {
  static let item = Tag(0xFFFE, 0xE000)
  static let itemDelimiter = Tag(0xFFFE, 0xE00D)
  static let sequenceDelimiter = Tag(0xFFFE, 0xE0DD)
}
