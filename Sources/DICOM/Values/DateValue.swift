/// A date (DA, DICOM PS3.5 section 6.2), as far as it is known.
///
/// The standard asks for all eight digits; files also have `YYYY.MM.DD` (before 1993),
/// `YYYY-MM-DD`, and birth dates of which only the year or the month is known.
public struct DateValue: Hashable, Sendable {
  public var year: Int
  /// 1 to 12; nil when only the year is known.
  public var month: Int?
  /// 1 to 31, at most the month's last day; nil when unknown.
  public var day: Int?

  /// Nil when the parts are no date of the years 0 to 9999.
  public init?(year: Int, month: Int? = nil, day: Int? = nil) {
    guard (0...9999).contains(year) else { return nil }
    if let month, !(1...12).contains(month) { return nil }
    if let day {
      guard let month, (1...Self.days(year, month)).contains(day) else { return nil }
    }
    self.year = year
    self.month = month
    self.day = day
  }

  /// - Parameter text: `YYYYMMDD`, `YYYYMM`, `YYYY`, or with dots or hyphens between the parts;
  ///   padding around it is ignored.
  public init?(_ text: some StringProtocol) {
    var bytes = Array(DataSet.trimmed(text).utf8)
    if bytes.count > 4, bytes[4] == UInt8(ascii: ".") || bytes[4] == UInt8(ascii: "-") {
      let separator = bytes[4]
      guard bytes.count == 7 || bytes.count == 10 && bytes[7] == separator else { return nil }
      bytes = bytes.enumerated().filter { $0.offset != 4 && $0.offset != 7 }.map(\.element)
    }
    guard [4, 6, 8].contains(bytes.count), let year = Digits.number(bytes[..<4]) else {
      return nil
    }
    let month = bytes.count > 4 ? Digits.number(bytes[4..<6]) : nil
    let day = bytes.count > 6 ? Digits.number(bytes[6...]) : nil
    if bytes.count > 4 && month == nil || bytes.count > 6 && day == nil { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// True when year, month and day are known.
  public var isComplete: Bool { day != nil }

  /// `YYYYMMDD`, `YYYYMM` or `YYYY`.
  public var text: String {
    Digits.text(year, 4) + (month.map { Digits.text($0, 2) } ?? "")
      + (day.map { Digits.text($0, 2) } ?? "")
  }

  /// Days since 1 January 1970 of the proleptic Gregorian calendar; unknown parts count as 1.
  public var daysSince1970: Int {
    // After Howard Hinnant's days_from_civil: years begin in March, so that leap days come last.
    let month = self.month ?? 1
    let year = month <= 2 ? self.year - 1 : self.year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + (day ?? 1) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func days(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// Numbers of a fixed number of decimal digits. ASCII only: Swift's own conversions also take
/// signs, and digits of other scripts.
enum Digits {
  static func number(_ bytes: some Collection<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 9 else { return nil }
    var value = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  static func text(_ value: Int, _ count: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
