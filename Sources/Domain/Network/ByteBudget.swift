public import Foundation

/// How many bytes may go out in a day or a month of the local calendar: `500M per day`.
public struct ByteBudget: Sendable, Equatable, CustomStringConvertible {
  public enum Period: String, Sendable, CaseIterable { case day, month }

  public var bytes: Int64
  public var period: Period

  public init(bytes: Int64, period: Period) {
    self.bytes = bytes
    self.period = period
  }

  /// Reads `500M per day`, `10G per month`; a day when no period is named.
  /// - Returns: nil for `off` and an empty text.
  public static func parse(_ text: String) throws(BandwidthTimetable.Problem) -> ByteBudget? {
    let words = text.lowercased().split(separator: " ").map(String.init)
    if words.isEmpty || words == ["off"] { return nil }
    let period = words.count == 3 && words[1] == "per" ? Period(rawValue: words[2]) : .day
    guard words.count == 1 || words.count == 3, let period, let bytes = ByteAmount.parse(words[0])
    else {
      throw BandwidthTimetable.Problem(
        description: "\u{201C}\(text.prefix(40))\u{201D} is no budget; write for example: "
          + "500M per day")
    }
    return ByteBudget(bytes: bytes, period: period)
  }

  public var description: String { "\(ByteAmount.text(bytes)) per \(period.rawValue)" }

  /// The name of a day: `2026-11-21`. Days of a month have a prefix of 7 characters in common.
  public static func day(of time: Date, calendar: Calendar) -> String {
    let parts = calendar.dateComponents([.year, .month, .day], from: time)
    func digits(_ value: Int?, _ count: Int) -> String {
      let text = String(max(0, value ?? 0))
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return [digits(parts.year, 4), digits(parts.month, 2), digits(parts.day, 2)]
      .joined(separator: "-")
  }

  /// What the names of all days of the period begin with.
  public func prefix(at time: Date, calendar: Calendar) -> String {
    let day = Self.day(of: time, calendar: calendar)
    return period == .day ? day : String(day.prefix(7))
  }

  /// When the next period begins.
  public func next(after time: Date, calendar: Calendar) -> Date {
    calendar.dateInterval(of: period == .day ? .day : .month, for: time)?.end
      ?? time.addingTimeInterval(86_400)
  }
}
