/// A colour as the program wants it; the terminal side maps it to what the terminal has.
public enum Color: Sendable, Hashable {
  /// The terminal's own foreground or background.
  case standard
  /// One of the 16 colours of the terminal's palette (0…15), or of the 256 (16…255).
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)
}

/// How a cell looks.
public struct Style: Sendable, Hashable {
  /// Attributes; none blinks.
  public struct Attributes: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let underline = Attributes(rawValue: 4)
    public static let reverse = Attributes(rawValue: 8)
    public static let italic = Attributes(rawValue: 16)
  }

  /// Foreground, background (26 bits each) and attributes in one word: a style is compared for
  /// every cell of a frame.
  @usableFromInline var bits: UInt64

  public var foreground: Color {
    get { Color(bits: bits & 0x3FF_FFFF) }
    set { bits = bits & ~0x3FF_FFFF | newValue.bits }
  }
  public var background: Color {
    get { Color(bits: bits >> 26 & 0x3FF_FFFF) }
    set { bits = bits & ~(0x3FF_FFFF << 26) | newValue.bits << 26 }
  }
  public var attributes: Attributes {
    get { Attributes(rawValue: UInt8(truncatingIfNeeded: bits >> 52)) }
    set { bits = bits & ~(0xFF << 52) | UInt64(newValue.rawValue) << 52 }
  }

  public init(
    foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []
  ) {
    bits = foreground.bits | background.bits << 26 | UInt64(attributes.rawValue) << 52
  }
}

extension Color {
  /// The kind in two bits over 24 bits of value.
  fileprivate var bits: UInt64 {
    switch self {
    case .standard: 0
    case .indexed(let index): 1 << 24 | UInt64(index)
    case .rgb(let red, let green, let blue):
      2 << 24 | UInt64(red) << 16 | UInt64(green) << 8 | UInt64(blue)
    }
  }

  fileprivate init(bits: UInt64) {
    let byte = { (shift: UInt64) in UInt8(truncatingIfNeeded: bits >> shift) }
    self =
      switch bits >> 24 {
      case 1: .indexed(byte(0))
      case 2: .rgb(byte(16), byte(8), byte(0))
      default: .standard
      }
  }
}
