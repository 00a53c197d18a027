public import Foundation

/// How long a pause lasts, as a person says it: `4h`, `90m`, `1h30m`, or until `23:00`.
public struct PauseTerm: Sendable, Equatable {
  /// When it ends.
  public var end: Date
  /// Seconds, when it was given as a duration: after the clock was set back it is counted anew.
  /// Nil for a time of day.
  public var duration: TimeInterval?

  /// A duration of 1 minute to 31 days, such as `4h`, `90m`, `2d`, `1h30m`; nil for anything else.
  public static func seconds(_ text: some StringProtocol) -> TimeInterval? {
    var seconds = 0
    var number = ""
    for letter in text.lowercased() where letter != " " {
      if letter.isASCII, letter.isNumber, number.count < 6 {
        number.append(letter)
        continue
      }
      guard let unit = ["m": 60, "h": 3_600, "d": 86_400][letter], let count = Int(number) else {
        return nil
      }
      seconds += count * unit
      number = ""
    }
    guard number.isEmpty, (60...31 * 86_400).contains(seconds) else { return nil }
    return TimeInterval(seconds)
  }

  /// - Parameter text: `4h` or `23:00`; a time of day that has passed is tomorrow's.
  public init?(_ text: String, now: Date, calendar: Calendar) {
    if let seconds = Self.seconds(text) {
      self.init(end: now.addingTimeInterval(seconds), duration: seconds)
      return
    }
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    guard let minute = BandwidthTimetable.minute(of: trimmed),
      let end = calendar.nextDate(
        after: now, matching: DateComponents(hour: minute / 60, minute: minute % 60, second: 0),
        matchingPolicy: .nextTime)
    else { return nil }
    self.init(end: end, duration: nil)
  }

  public init(end: Date, duration: TimeInterval?) {
    self.end = end
    self.duration = duration
  }

  /// The end as it is now: the clock may have been set back since the pause began.
  /// - Parameter began: the clock's time then.
  public func end(now: Date, began: Date) -> Date {
    if let duration {
      return end.timeIntervalSince(now) > duration ? now.addingTimeInterval(duration) : end
    }
    guard now < began else { return end }
    // A time of day is at most a day ahead, whatever the date was thought to be.
    let days = (end.timeIntervalSince(now) / 86_400).rounded(.up) - 1
    return days > 0 ? end.addingTimeInterval(-days * 86_400) : end
  }
}
