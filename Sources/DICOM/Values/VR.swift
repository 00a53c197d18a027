/// A value representation (DICOM PS3.5 section 6.2): two upper-case letters.
public struct VR: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The first letter in the upper, the second in the lower byte.
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// - Parameter letters: two ASCII letters; anything else gives ``un``.
  public init(_ letters: String) {
    let bytes = Array(letters.utf8)
    guard bytes.count == 2 else {
      self = .un
      return
    }
    rawValue = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
  }

  public var description: String {
    String(decoding: [UInt8(rawValue >> 8), UInt8(rawValue & 0xFF)], as: UTF8.self)
  }

  public static let ae = VR(rawValue: 0x4145)
  public static let at = VR(rawValue: 0x4154)
  public static let `as` = VR(rawValue: 0x4153)
  public static let cs = VR(rawValue: 0x4353)
  public static let da = VR(rawValue: 0x4441)
  public static let ds = VR(rawValue: 0x4453)
  public static let dt = VR(rawValue: 0x4454)
  public static let fd = VR(rawValue: 0x4644)
  public static let fl = VR(rawValue: 0x464C)
  public static let `is` = VR(rawValue: 0x4953)
  public static let lo = VR(rawValue: 0x4C4F)
  public static let lt = VR(rawValue: 0x4C54)
  public static let ob = VR(rawValue: 0x4F42)
  public static let od = VR(rawValue: 0x4F44)
  public static let of = VR(rawValue: 0x4F46)
  public static let ol = VR(rawValue: 0x4F4C)
  public static let ov = VR(rawValue: 0x4F56)
  public static let ow = VR(rawValue: 0x4F57)
  public static let pn = VR(rawValue: 0x504E)
  public static let sh = VR(rawValue: 0x5348)
  public static let sl = VR(rawValue: 0x534C)
  public static let sq = VR(rawValue: 0x5351)
  public static let ss = VR(rawValue: 0x5353)
  public static let st = VR(rawValue: 0x5354)
  public static let sv = VR(rawValue: 0x5356)
  public static let tm = VR(rawValue: 0x544D)
  public static let uc = VR(rawValue: 0x5543)
  public static let ui = VR(rawValue: 0x5549)
  public static let ul = VR(rawValue: 0x554C)
  public static let un = VR(rawValue: 0x554E)
  public static let ur = VR(rawValue: 0x5552)
  public static let us = VR(rawValue: 0x5553)
  public static let ut = VR(rawValue: 0x5554)
  public static let uv = VR(rawValue: 0x5556)
}

extension VR {
  /// True when both bytes are letters A to Z, as explicit data sets require.
  var isPlausible: Bool {
    (0x41...0x5A).contains(rawValue >> 8) && (0x41...0x5A).contains(rawValue & 0xFF)
  }

  /// True for the representations of PS3.5.
  var isStandard: Bool {
    switch self {
    case .ae, .at, .as, .cs, .da, .ds, .dt, .fd, .fl, .is, .lo, .lt, .ob, .od, .of, .ol, .ov, .ow,
      .pn, .sh, .sl, .sq, .ss, .st, .sv, .tm, .uc, .ui, .ul, .un, .ur, .us, .ut, .uv:
      true
    default: false
    }
  }

  /// True when explicit encodings spend 32 bits on the length (PS3.5 table 7.1-1).
  var hasLongLength: Bool {
    switch self {
    case .ob, .od, .of, .ol, .ov, .ow, .sq, .sv, .uc, .un, .ur, .ut, .uv: true
    default: false
    }
  }

  /// True when the value is text.
  public var isText: Bool {
    switch self {
    case .ae, .as, .cs, .da, .ds, .dt, .is, .lo, .lt, .pn, .sh, .st, .tm, .uc, .ui, .ur, .ut: true
    default: false
    }
  }

  /// True when Specific Character Set governs the text (PS3.5 section 6.1.2.3).
  var usesCharacterSet: Bool {
    switch self {
    case .lo, .lt, .pn, .sh, .st, .uc, .ut: true
    default: false
    }
  }

  /// True when a backslash is an ordinary character: the text is one value.
  var isSingleText: Bool {
    switch self {
    case .lt, .st, .ur, .ut: true
    default: false
    }
  }

  /// Bytes of one number; 1 where there is nothing to swap.
  var unitSize: Int {
    switch self {
    case .us, .ss, .ow, .at: 2
    case .ul, .sl, .fl, .of, .ol: 4
    case .fd, .od, .ov, .sv, .uv: 8
    default: 1
    }
  }
}

extension VR {
  /// How an explicit element continues after its representation.
  enum LengthField: UInt8 {
    /// Nothing that the standard knows.
    case unknown
    case short
    case long
  }

  /// ``LengthField`` by the two letters, five bits each: one look instead of several comparisons
  /// for every element of every file of a scan.
  static let lengthFields: [UInt8] = {
    var fields = [UInt8](repeating: LengthField.unknown.rawValue, count: 1 << 10)
    for first in UInt16(0x41)...0x5A {
      for second in UInt16(0x41)...0x5A {
        let vr = VR(rawValue: first << 8 | second)
        guard vr.isStandard else { continue }
        let field: LengthField = vr.hasLongLength ? .long : .short
        fields[Int(first - 0x41) << 5 | Int(second - 0x41)] = field.rawValue
      }
    }
    return fields
  }()
}
