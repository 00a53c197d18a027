import Foundation

/// The wall clock's reading of a moment. Worked out by arithmetic where the calendar is the
/// Gregorian one: lists show dozens of times for every key, and `Calendar` takes some ten
/// microseconds for each.
struct CivilTime: Equatable {
  var year: Int
  /// 1…12.
  var month: Int
  /// 1…31.
  var day: Int
  var hour: Int
  var minute: Int

  init(_ date: Date, _ calendar: Calendar) {
    let seconds =
      date.timeIntervalSince1970 + Double(calendar.timeZone.secondsFromGMT(for: date))
    guard calendar.identifier == .gregorian, Self.range.contains(seconds) else {
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
      year = parts.year ?? 0
      month = parts.month ?? 0
      day = parts.day ?? 0
      hour = parts.hour ?? 0
      minute = parts.minute ?? 0
      return
    }
    let minutes = Int((seconds / 60).rounded(.down))
    let days = Int((seconds / 86_400).rounded(.down))
    hour = (minutes - days * 1_440) / 60
    minute = minutes - days * 1_440 - hour * 60
    // Years that begin in March end with the leap day; 400 of them have 146,097 days. (Howard
    // Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.)
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let place = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * place + 2) / 5 + 1
    month = place < 10 ? place + 3 : place - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// 1600 to 9999: all Gregorian, no overflow.
  private static let range = -11_676_096_000.0..<253_402_300_800.0

  /// True on the same day.
  func isSameDay(as other: CivilTime) -> Bool {
    day == other.day && month == other.month && year == other.year
  }
}
