import Foundation

/// `Retry-After` (RFC 9110 section 10.2.3): seconds or an HTTP date.
enum RetryAfter {
  /// Seconds from `now`; nil when the text is neither. Never negative, at most a day.
  static func seconds(_ text: String, now: Date) -> TimeInterval? {
    let text = text.trimmingCharacters(in: .whitespaces)
    if !text.isEmpty, text.utf8.count <= 10, text.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Double(text)
    {
      return min(number, 86_400)
    }
    guard let date = date(text) else { return nil }
    return max(0, min(date.timeIntervalSince(now), 86_400))
  }

  /// The three forms of RFC 9110 section 5.6.7; the two old ones too, because a reader must.
  private static func date(_ text: String) -> Date? {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" }).map(String.init)
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    // "Sun, 06 Nov 1994 08:49:37 GMT" · "Sunday, 06-Nov-94 08:49:37 GMT" · "Sun Nov  6 08:49:37 1994"
    guard words.count >= 5 else { return nil }
    let isAsctime = months.contains(words[1])
    guard let day = Int(isAsctime ? words[2] : words[1]),
      let month = months.firstIndex(of: isAsctime ? words[1] : words[2]),
      var year = Int(isAsctime ? words[4] : words[3]), (1...31).contains(day), (0...9999) ~= year
    else { return nil }
    if year < 100 { year += year < 70 ? 2000 : 1900 }
    let clock = (isAsctime ? words[3] : words[4]).split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3, (0..<24) ~= clock[0], (0..<60) ~= clock[1], (0...60) ~= clock[2] else {
      return nil
    }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(clock[0])
    parts.tm_min = Int32(clock[1])
    parts.tm_sec = Int32(clock[2])
    return Date(timeIntervalSince1970: Double(timegm(&parts)))
  }
}
