public import Foundation

/// A date with a time (DT, DICOM PS3.5 section 6.2): `YYYYMMDDHHMMSS.FFFFFF&ZZXX`, as far as it is
/// known; only the year must be there.
public struct DateTimeValue: Hashable, Sendable {
  public var date: DateValue
  /// Nil when only the date is known.
  public var time: TimeValue?
  /// Minutes east of UTC, −720 to 840; nil when the text does not say: then Timezone Offset From
  /// UTC (0008,0201) holds, or the local time of whoever wrote it.
  public var offsetMinutes: Int?

  /// Nil when a time stands with an incomplete date, or the offset is out of range.
  public init?(date: DateValue, time: TimeValue? = nil, offsetMinutes: Int? = nil) {
    if time != nil && !date.isComplete { return nil }
    if let offsetMinutes, !(-720...840).contains(offsetMinutes) { return nil }
    self.date = date
    self.time = time
    self.offsetMinutes = offsetMinutes
  }

  /// - Parameter text: padding around it is ignored.
  public init?(_ text: some StringProtocol) {
    var bytes = Array(DataSet.trimmed(text).utf8)[...]
    var offset: Int?
    // The year comes first: a sign in the first four places is none of a zone.
    if let sign = bytes.dropFirst(4).firstIndex(where: { $0 == 0x2B || $0 == 0x2D }) {
      guard let minutes = Self.offset(bytes[sign...]) else { return nil }
      offset = minutes
      bytes = bytes[..<sign]
    }
    let day = bytes.prefix(8)
    guard day.allSatisfy({ (0x30...0x39).contains($0) }),
      let date = DateValue(String(decoding: day, as: UTF8.self))
    else { return nil }
    let rest = bytes.dropFirst(8)
    if rest.isEmpty {
      self.init(date: date, offsetMinutes: offset)
    } else {
      guard let time = TimeValue(digits: rest) else { return nil }
      self.init(date: date, time: time, offsetMinutes: offset)
    }
  }

  /// Minutes of `+ZZXX` or `-ZZXX`, as in Timezone Offset From UTC (0008,0201); nil when it is none.
  public static func offset(_ text: some StringProtocol) -> Int? {
    offset(Array(DataSet.trimmed(text).utf8)[...])
  }

  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count == 5, let sign = bytes.first, sign == 0x2B || sign == 0x2D,
      let number = Digits.number(bytes.dropFirst()), number % 100 < 60
    else { return nil }
    let minutes = (number / 100 * 60 + number % 100) * (sign == 0x2D ? -1 : 1)
    // −0000 is not allowed: nobody knows what it would mean.
    if sign == 0x2D && minutes == 0 { return nil }
    return (-720...840).contains(minutes) ? minutes : nil
  }

  /// The instant; unknown parts count as the earliest.
  /// - Parameter defaultOffset: minutes east of UTC where the text does not say.
  public func instant(defaultOffset: Int = 0) -> Date {
    let minutes = offsetMinutes ?? defaultOffset
    return Date(
      timeIntervalSince1970: Double(date.daysSince1970 * 86_400 - minutes * 60)
        + (time?.seconds ?? 0))
  }

  /// As the standard writes it, as much as is known.
  public var text: String {
    var text = date.text + (time?.text ?? "")
    if let offsetMinutes {
      text += offsetMinutes < 0 ? "-" : "+"
      text += Digits.text(abs(offsetMinutes) / 60, 2) + Digits.text(abs(offsetMinutes) % 60, 2)
    }
    return text
  }
}
