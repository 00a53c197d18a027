public import Foundation

/// Numbers and times as they stand on the screen. Pure: time and time zone come by parameter.
public enum Format {
  /// `1 204` with a narrow no-break space between groups.
  public static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    guard digits.count > 3 else { return String(value) }
    var result = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append("\u{202F}") }
      result.append(digit)
    }
    return result
  }

  /// `0 B`, `312 KB`, `148 MB`, `1.2 GB`: powers of ten, one decimal below ten.
  public static func bytes(_ value: Int64) -> String {
    let units = ["B", "KB", "MB", "GB", "TB", "PB"]
    var amount = Double(max(0, value))
    var unit = 0
    while amount >= 999.5, unit < units.count - 1 {
      amount /= 1_000
      unit += 1
    }
    let text =
      unit > 0 && amount < 9.95
      ? decimal(amount) : String(Int(amount.rounded()))
    return "\(text) \(units[unit])"
  }

  /// `148 MB of 209 MB`.
  public static func bytes(_ part: Int64, of whole: Int64) -> String {
    "\(bytes(part)) of \(bytes(whole))"
  }

  /// `1.8 MB/s`; empty when nothing moves.
  public static func speed(_ bytesPerSecond: Double) -> String {
    guard bytesPerSecond.isFinite, bytesPerSecond >= 1 else { return "" }
    return bytes(Int64(min(bytesPerSecond, 1e18))) + "/s"
  }

  /// `71 %`; below 100 only when it is, above 0 only when it is. `0 %` for nothing of nothing.
  public static func percent(_ part: Int64, of whole: Int64) -> String {
    guard whole > 0, part > 0 else { return "0 %" }
    guard part < whole else { return "100 %" }
    return "\(min(99, Int(Double(part) / Double(whole) * 100))) %"
  }

  /// `12 s`, `4 min`, `2 h 10`, `3 d`; negative durations by their size.
  public static func duration(_ seconds: TimeInterval) -> String {
    guard seconds.isFinite else { return "–" }
    let seconds = min(abs(seconds), 1e12)
    if seconds < 59.5 { return "\(Int(seconds.rounded())) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 60 { return "\(minutes) min" }
    if minutes < 48 * 60 {
      let rest = minutes % 60
      return rest == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h " + twoDigits(rest)
    }
    return "\(minutes / 1_440) d"
  }

  /// A time on the day of `now` as `09:12`, in the same year as `20 Nov`, else as `20 Nov 2025`.
  public static func time(_ date: Date, now: Date, calendar: Calendar) -> String {
    let time = CivilTime(date, calendar)
    let present = CivilTime(now, calendar)
    if time.isSameDay(as: present) { return clock(time) }
    let day = "\(time.day) \(month(time.month))"
    return time.year == present.year ? day : "\(day) \(time.year)"
  }

  /// `20 Nov 2026 16:40`.
  public static func dateAndTime(_ date: Date, calendar: Calendar) -> String {
    let time = CivilTime(date, calendar)
    return "\(time.day) \(month(time.month)) \(time.year) " + clock(time)
  }

  /// `09:12`.
  public static func clock(_ date: Date, calendar: Calendar) -> String {
    clock(CivilTime(date, calendar))
  }

  private static func clock(_ time: CivilTime) -> String {
    twoDigits(time.hour) + ":" + twoDigits(time.minute)
  }

  /// How long ago, in steps coarse enough that a screen at rest changes once a minute at most:
  /// `just now`, `4 min ago`, `2 h ago`, then the time.
  public static func age(_ date: Date, now: Date, calendar: Calendar) -> String {
    let seconds = now.timeIntervalSince(date)
    if seconds < 60 { return "just now" }
    if seconds < 3_600 { return "\(Int(seconds / 60)) min ago" }
    if seconds < 12 * 3_600 { return "\(Int(seconds / 3_600)) h ago" }
    return time(date, now: now, calendar: calendar)
  }

  /// A DICOM date (DA, `19610402`) as `1961-04-02`; other text as it stands.
  public static func dicomDate(_ text: String) -> String {
    let digits = Array(text)
    guard digits.count == 8, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return text }
    return String(digits[0..<4]) + "-" + String(digits[4..<6]) + "-" + String(digits[6..<8])
  }

  private static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  private static let names = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func month(_ number: Int) -> String {
    names.indices.contains(number - 1) ? names[number - 1] : "?"
  }
}
