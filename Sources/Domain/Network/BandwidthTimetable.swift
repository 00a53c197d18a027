public import Foundation

/// How fast may be sent, by local time: `08:00 256k; 18:00 off`, or with days `mon-fri 08:00 256k;
/// sat,sun 00:00 off`. An entry holds until the next one, across midnight and the end of the week. A
/// rate alone (`256k`) always holds. Rates are bytes a second (`256k` = 262,144), `off` is no limit.
///
/// Times are those of the clock on the wall: an hour that summer time leaves out begins what stood
/// in it at its end, an hour that comes twice is gone through twice.
public struct BandwidthTimetable: Sendable, Equatable, CustomStringConvertible {
  /// From a time of some days on.
  public struct Entry: Sendable, Equatable {
    /// 1 Sunday … 7 Saturday, as Foundation counts; never empty.
    public var days: Set<Int>
    /// Minutes since midnight, 0 …< 1440.
    public var minute: Int
    /// Bytes a second; nil: no limit.
    public var rate: Int64?
  }

  /// Why a text is no timetable, in words that say what to write.
  public struct Problem: Error, Equatable, CustomStringConvertible {
    public var description: String
  }

  /// In the order in which they were written.
  public let entries: [Entry]

  /// No limit, ever.
  public static let unlimited = BandwidthTimetable(entries: [])

  private init(entries: [Entry]) { self.entries = entries }

  private static let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// Reads what a person wrote; empty or `off` is no limit.
  public init(_ text: String) throws(Problem) {
    let parts = text.lowercased().split(separator: ";").map {
      $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    }.filter { !$0.isEmpty }
    guard parts.count <= 200 else { throw Problem(description: "At most 200 entries fit.") }
    if parts.isEmpty || parts == [["off"]] {
      self = .unlimited
      return
    }
    if parts.count == 1, parts[0].count == 1, let rate = ByteAmount.parse(parts[0][0]) {
      self.init(entries: [Entry(days: Set(1...7), minute: 0, rate: rate)])
      return
    }
    var entries: [Entry] = []
    for words in parts { entries.append(try Self.entry(words)) }
    for (index, one) in entries.enumerated() {
      for other in entries.dropFirst(index + 1)
      where one.minute == other.minute && !one.days.isDisjoint(with: other.days) {
        throw Problem(
          description: "Two entries begin at \(Self.clock(one.minute)) of one day; leave one.")
      }
    }
    self.init(entries: entries)
  }

  private static func entry(_ words: [String]) throws(Problem) -> Entry {
    let shown = words.joined(separator: " ").prefix(40)
    guard words.count == 2 || words.count == 3 else {
      throw Problem(
        description: "\u{201C}\(shown)\u{201D} is no entry; write for example: "
          + "08:00 256k; 18:00 off")
    }
    let days = words.count == 3 ? try self.days(words[0]) : Set(1...7)
    guard let minute = minute(of: words[words.count - 2]) else {
      throw Problem(
        description: "\u{201C}\(words[words.count - 2].prefix(20))\u{201D} is no time; write 08:00")
    }
    let last = words[words.count - 1]
    if last == "off" { return Entry(days: days, minute: minute, rate: nil) }
    guard let rate = ByteAmount.parse(last) else {
      throw Problem(
        description:
          "\u{201C}\(last.prefix(20))\u{201D} is no rate; write 256k, 2M (bytes a second) "
          + "or off")
    }
    return Entry(days: days, minute: minute, rate: rate)
  }

  private static func days(_ text: String) throws(Problem) -> Set<Int> {
    var days: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      let places = ends.compactMap { name in names.firstIndex { $0 == name } }
      guard places.count == ends.count, let first = places.first, let last = places.last,
        places.count <= 2
      else {
        throw Problem(
          description: "\u{201C}\(part.prefix(20))\u{201D} is no day; write mon-fri or sat,sun")
      }
      // `fri-mon` goes round the end of the week.
      var day = first
      days.insert(day + 1)
      while day != last {
        day = (day + 1) % 7
        days.insert(day + 1)
      }
    }
    return days
  }

  /// Minutes since midnight of `08:00`; nil when it is no time.
  public static func minute(of text: some StringProtocol) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      text.utf8.allSatisfy({ (48...58).contains($0) }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  /// Bytes a second that hold at a time; nil: no limit.
  /// - Parameter calendar: with the time zone of the wall.
  public func rate(at time: Date, calendar: Calendar) -> Int64? {
    guard !entries.isEmpty else { return nil }
    let now = calendar.dateComponents([.weekday, .hour, .minute], from: time)
    let week = 7 * 1_440
    let place = ((now.weekday ?? 1) - 1) * 1_440 + (now.hour ?? 0) * 60 + (now.minute ?? 0)
    var nearest = week
    var rate: Int64?
    for entry in entries {
      for day in entry.days {
        let begin = (day - 1) * 1_440 + entry.minute
        let ago = (place - begin + week) % week
        if ago < nearest {
          nearest = ago
          rate = entry.rate
        }
      }
    }
    return rate
  }

  /// When another rate begins to hold; nil when none ever does.
  public func change(after time: Date, calendar: Calendar) -> Date? {
    let present = rate(at: time, calendar: calendar)
    var candidates: [Date] = []
    let midnight = calendar.startOfDay(for: time)
    for offset in 0...8 {
      guard let day = calendar.date(byAdding: .day, value: offset, to: midnight) else { continue }
      let weekday = calendar.component(.weekday, from: day)
      for entry in entries where entry.days.contains(weekday) {
        guard
          let begin = calendar.date(
            bySettingHour: entry.minute / 60, minute: entry.minute % 60, second: 0, of: day),
          begin > time
        else { continue }
        candidates.append(begin)
      }
    }
    return candidates.sorted().first { rate(at: $0, calendar: calendar) != present }
  }

  private static func clock(_ minute: Int) -> String {
    let (hour, minute) = (minute / 60, minute % 60)
    return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
  }

  /// As ``init(_:)`` reads it.
  public var description: String {
    if entries.isEmpty { return "off" }
    return entries.map { entry in
      let week = [2, 3, 4, 5, 6, 7, 1].filter { entry.days.contains($0) }
      let days = week.count == 7 ? "" : week.map { Self.names[$0 - 1] }.joined(separator: ",") + " "
      return days + Self.clock(entry.minute) + " " + (entry.rate.map(ByteAmount.text) ?? "off")
    }.joined(separator: "; ")
  }
}
