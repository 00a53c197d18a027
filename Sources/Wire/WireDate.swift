public import Foundation

/// A moment as RelayPACS writes it: UTC, up to six fraction digits, with `Z` or without any zone
/// (`2026-11-21T07:07:25.095730`). Reading also takes a numeric offset (RFC 3339). Written with
/// six digits and no zone, as the reference gateway does, except where `Z` is asked for.
public struct WireDate: Codable, Sendable, Equatable, Hashable {
  public var date: Date

  public init(_ date: Date) { self.date = date }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let date = WireDate.parse(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "expected a date such as 2026-11-21T07:07:25.095730, got \(text.prefix(40))")
    }
    self.date = date
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text())
  }

  /// The moment as text.
  /// - Parameter zone: appended as it is; pass `Z` for `expires_at`.
  public func text(zone: String = "") -> String {
    let microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    var seconds = microseconds / 1_000_000
    var fraction = microseconds % 1_000_000
    if fraction < 0 {
      fraction += 1_000_000
      seconds -= 1
    }
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func pad(_ value: some BinaryInteger, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return pad(Int(parts.tm_year) + 1900, 4) + "-" + pad(parts.tm_mon + 1, 2) + "-"
      + pad(parts.tm_mday, 2) + "T" + pad(parts.tm_hour, 2) + ":" + pad(parts.tm_min, 2) + ":"
      + pad(parts.tm_sec, 2) + "." + pad(fraction, 6) + zone
  }

  /// Reads the forms above; nil for anything else.
  public static func parse(_ text: String) -> Date? {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      return value
    }
    func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
    guard let year = number(0..<4), at(4) == 45, let month = number(5..<7), at(7) == 45,
      let day = number(8..<10), at(10) == 84 || at(10) == 32, let hour = number(11..<13),
      at(13) == 58, let minute = number(14..<16), at(16) == 58, let second = number(17..<19),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var index = 19
    var fraction = 0.0
    if at(index) == 46 {
      index += 1
      var scale = 0.1
      while let byte = at(index), byte >= 48, byte <= 57 {
        fraction += Double(byte - 48) * scale
        scale /= 10
        index += 1
      }
    }
    var offset = 0
    switch at(index) {
    case nil: break
    case 90, 122: guard index + 1 == bytes.count else { return nil }
    case 43, 45:
      guard let hours = number(index + 1..<index + 3), at(index + 3) == 58,
        let minutes = number(index + 4..<index + 6), index + 6 == bytes.count
      else { return nil }
      offset = (hours * 60 + minutes) * 60 * (at(index) == 45 ? -1 : 1)
    default: return nil
    }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    parts.tm_sec = Int32(second)
    return Date(timeIntervalSince1970: Double(timegm(&parts) - offset) + fraction)
  }
}
