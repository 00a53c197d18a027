/// A time of day (TM, DICOM PS3.5 section 6.2), as far as it is known: `HH`, `HHMM`, `HHMMSS` or
/// `HHMMSS.F` with one to six digits. `HH:MM:SS` (before 1993) is understood.
public struct TimeValue: Hashable, Sendable {
  /// 0 to 23.
  public var hour: Int
  /// 0 to 59; nil when unknown.
  public var minute: Int?
  /// 0 to 60 (a leap second); nil when unknown.
  public var second: Int?
  /// Millionths of a second; nil when the text has no fraction.
  public var microsecond: Int?

  /// Nil when the parts are out of range, or known below an unknown one.
  public init?(hour: Int, minute: Int? = nil, second: Int? = nil, microsecond: Int? = nil) {
    guard (0...23).contains(hour) else { return nil }
    if let minute, !(0...59).contains(minute) { return nil }
    if let second { guard minute != nil, (0...60).contains(second) else { return nil } }
    if let microsecond {
      guard second != nil, (0...999_999).contains(microsecond) else { return nil }
    }
    self.hour = hour
    self.minute = minute
    self.second = second
    self.microsecond = microsecond
  }

  /// - Parameter text: padding around it is ignored.
  public init?(_ text: some StringProtocol) {
    var bytes = Array(DataSet.trimmed(text).utf8)
    if bytes.count > 2, bytes[2] == UInt8(ascii: ":") {
      guard bytes.count == 5 || bytes.count > 7 && bytes[5] == UInt8(ascii: ":") else {
        return nil
      }
      bytes = bytes.enumerated().filter { $0.offset != 2 && $0.offset != 5 }.map(\.element)
    }
    self.init(digits: bytes[...])
  }

  init?(digits bytes: ArraySlice<UInt8>) {
    let whole = bytes.prefix { $0 != UInt8(ascii: ".") }
    let fraction = bytes.dropFirst(whole.count)
    guard [2, 4, 6].contains(whole.count), let number = Digits.number(whole) else { return nil }
    var microsecond: Int?
    if !fraction.isEmpty {
      guard whole.count == 6, (2...7).contains(fraction.count),
        let value = Digits.number(fraction.dropFirst())
      else { return nil }
      microsecond = (fraction.count..<7).reduce(value) { value, _ in value * 10 }
    }
    switch whole.count {
    case 2: self.init(hour: number)
    case 4: self.init(hour: number / 100, minute: number % 100)
    default:
      self.init(
        hour: number / 10_000, minute: number / 100 % 100, second: number % 100,
        microsecond: microsecond)
    }
  }

  /// As the standard writes it, as much as is known.
  public var text: String {
    var text = Digits.text(hour, 2)
    for part in [minute, second].compactMap({ $0 }) { text += Digits.text(part, 2) }
    return text + (microsecond.map { "." + Digits.text($0, 6) } ?? "")
  }

  /// Seconds since midnight; unknown parts count as 0.
  public var seconds: Double {
    Double(hour * 3600 + (minute ?? 0) * 60 + (second ?? 0))
      + Double(microsecond ?? 0) / 1_000_000
  }
}
