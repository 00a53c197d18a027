import Domain
import Foundation
import Testing

private func calendar(_ zone: String = "Europe/Berlin") -> Calendar {
  var calendar = Calendar(identifier: .gregorian)
  calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
  return calendar
}

private func date(_ text: String, _ calendar: Calendar) -> Date {
  let parts = text.split(whereSeparator: { "-T: ".contains($0) }).compactMap { Int($0) }
  return calendar.date(
    from: DateComponents(
      year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4])) ?? .now
}

@Suite("Timetables of bandwidth")
struct TimetableTests {
  @Test(
    arguments: [
      ("2026-11-21 07:59", nil), ("2026-11-21 08:00", 262_144), ("2026-11-21 17:59", 262_144),
      ("2026-11-21 18:00", nil), ("2026-11-21 23:59", nil), ("2026-11-22 00:00", nil),
      ("2026-11-22 07:59", nil),
    ] as [(String, Int64?)])
  func everyDay(_ time: String, _ rate: Int64?) throws {
    let calendar = calendar()
    let table = try BandwidthTimetable("08:00 256k; 18:00 off")
    #expect(table.rate(at: date(time, calendar), calendar: calendar) == rate)
  }

  /// An entry of the evening holds across midnight; one of Sunday across the end of the week.
  @Test(
    arguments: [
      ("2026-11-20 23:30", 1_048_576), ("2026-11-21 03:00", 1_048_576),
      ("2026-11-21 06:00", 65_536),
      ("2026-11-22 23:59", 1_048_576), ("2026-11-23 00:01", 1_048_576),
      ("2026-11-23 06:00", 65_536),
    ] as [(String, Int64?)])
  func crossesMidnightAndTheWeek(_ time: String, _ rate: Int64?) throws {
    let calendar = calendar()
    let table = try BandwidthTimetable("06:00 64k; 22:00 1M")
    #expect(table.rate(at: date(time, calendar), calendar: calendar) == rate)
  }

  @Test(
    arguments: [
      ("2026-11-20 07:59", 262_144), ("2026-11-20 08:00", 262_144), ("2026-11-20 23:59", 262_144),
      ("2026-11-21 00:00", nil), ("2026-11-22 12:00", nil), ("2026-11-23 07:59", nil),
      ("2026-11-23 08:00", 262_144),
    ] as [(String, Int64?)])
  func daysOfTheWeek(_ time: String, _ rate: Int64?) throws {
    let calendar = calendar()
    let table = try BandwidthTimetable("mon-fri 08:00 256k; sat,sun 00:00 off")
    #expect(table.rate(at: date(time, calendar), calendar: calendar) == rate)
  }

  @Test func oneEntryOfOneDayHoldsAllWeek() throws {
    let calendar = calendar()
    let table = try BandwidthTimetable("wed 09:00 10k")
    for day in 16...22 {
      #expect(
        table.rate(at: date("2026-11-\(day) 08:59", calendar), calendar: calendar) == 10_240)
    }
    #expect(table.change(after: date("2026-11-16 08:59", calendar), calendar: calendar) == nil)
  }

  /// Berlin, 2026: on 29 March 02:00 becomes 03:00; on 25 October 03:00 becomes 02:00.
  @Test func summerTime() throws {
    let calendar = calendar()
    let table = try BandwidthTimetable("02:30 100k; 05:00 off")
    let spring = date("2026-03-29 01:59", calendar)
    #expect(table.rate(at: spring, calendar: calendar) == nil)
    // A minute later it is 03:00: what would have begun at 02:30 holds.
    #expect(table.rate(at: spring.addingTimeInterval(60), calendar: calendar) == 102_400)
    let autumn = date("2026-10-25 01:59", calendar)
    let rates = [31, 60, 61, 90, 91, 120, 121].map { minutes in
      table.rate(at: autumn.addingTimeInterval(Double(minutes) * 60), calendar: calendar)
    }
    // 02:30, 02:59, again 02:00, 02:29, 02:30, 02:59, 03:00: the hour is gone through twice.
    #expect(rates == [102_400, 102_400, nil, nil, 102_400, 102_400, 102_400])
    let change = table.change(after: date("2026-03-28 12:00", calendar), calendar: calendar)
    #expect(change == date("2026-03-29 03:00", calendar))
  }

  @Test func tellsTheNextChange() throws {
    let calendar = calendar()
    let table = try BandwidthTimetable("mon-fri 08:00 256k; mon-fri 18:00 off")
    func next(_ time: String) -> Date? {
      table.change(after: date(time, calendar), calendar: calendar)
    }
    #expect(next("2026-11-20 09:00") == date("2026-11-20 18:00", calendar))
    #expect(next("2026-11-20 18:00") == date("2026-11-23 08:00", calendar))
    #expect(try BandwidthTimetable("off").change(after: .now, calendar: calendar) == nil)
    #expect(try BandwidthTimetable("64k").change(after: .now, calendar: calendar) == nil)
  }

  @Test(arguments: [
    "08:00 256k; 18:00 off", "mon,tue,wed,thu,fri 08:00 256k; sat,sun 00:00 off", "00:00 1M", "off",
  ])
  func isWrittenAsItIsRead(_ text: String) throws {
    let table = try BandwidthTimetable(text)
    #expect(table.description == text)
    #expect(try BandwidthTimetable(table.description) == table)
  }

  @Test(arguments: [
    "08:00", "25:00 256k", "08:60 256k", "8 256k", "08:00 fast", "08:00 0", "08:00 -5k",
    "mon-xyz 08:00 off", "mon--tue 08:00 off", "08:00 1k; 08:00 2k", "mon 08:00 1k; 08:00 2k",
    "08:00 256k extra words", "١٢:00 off", "99999999999999999999",
  ])
  func saysWhatIsWrong(_ text: String) {
    #expect(throws: BandwidthTimetable.Problem.self) { try BandwidthTimetable(text) }
  }

  @Test(
    arguments: [
      ("256k", 262_144), ("1.5M", 1_572_864), ("500M", 524_288_000), ("1g", 1_073_741_824),
      ("512", 512), ("64kB", 65_536), ("", nil), ("k", nil), ("0", nil), ("-1k", nil), ("1e9", nil),
      ("1.2.3", nil), ("nan", nil), ("9999999T", nil),
    ] as [(String, Int64?)])
  func amounts(_ text: String, _ bytes: Int64?) {
    #expect(ByteAmount.parse(text) == bytes)
    if let bytes { #expect(ByteAmount.parse(ByteAmount.text(bytes)) == bytes) }
  }

  @Test func budgets() throws {
    let calendar = calendar()
    let daily = try #require(try ByteBudget.parse("500M per day"))
    #expect(daily == ByteBudget(bytes: 524_288_000, period: .day))
    #expect(try ByteBudget.parse("500M") == daily)
    #expect(try ByteBudget.parse("off") == nil)
    let monthly = try #require(try ByteBudget.parse("10G per month"))
    let time = date("2026-12-31 23:59", calendar)
    #expect(daily.prefix(at: time, calendar: calendar) == "2026-12-31")
    #expect(monthly.prefix(at: time, calendar: calendar) == "2026-12")
    #expect(daily.next(after: time, calendar: calendar) == date("2027-01-01 00:00", calendar))
    #expect(monthly.next(after: time, calendar: calendar) == date("2027-01-01 00:00", calendar))
    for text in ["much", "5M per year", "5M day", "per day"] {
      #expect(throws: BandwidthTimetable.Problem.self) { try ByteBudget.parse(text) }
    }
  }
}

@Suite("Pauses with an end")
struct PauseTermTests {
  private let now = Date(timeIntervalSince1970: 1_790_000_000)

  @Test(
    arguments: [
      ("4h", 14_400), ("90m", 5_400), ("1h30m", 5_400), ("2d", 172_800), ("1m", 60),
      ("4 h", 14_400),
      ("", nil), ("4", nil), ("h", nil), ("0m", nil), ("99d", nil), ("-4h", nil), ("4x", nil),
      ("99999999999h", nil),
    ] as [(String, TimeInterval?)])
  func lengths(_ text: String, _ seconds: TimeInterval?) {
    #expect(PauseTerm.seconds(text) == seconds)
  }

  @Test func aTimeOfDayIsTheNextOne() throws {
    let calendar = calendar()
    let evening = date("2026-11-21 22:00", calendar)
    let term = try #require(PauseTerm("23:00", now: evening, calendar: calendar))
    #expect(term == PauseTerm(end: date("2026-11-21 23:00", calendar), duration: nil))
    let morning = try #require(PauseTerm("07:30", now: evening, calendar: calendar))
    #expect(morning.end == date("2026-11-22 07:30", calendar))
    #expect(PauseTerm("24:00", now: evening, calendar: calendar) == nil)
    #expect(PauseTerm("soon", now: evening, calendar: calendar) == nil)
  }

  /// After the clock was set back a duration is counted anew, once; a time of day stays that time.
  @Test func theClockIsSetBack() {
    let pause = PauseTerm(end: now.addingTimeInterval(14_400), duration: 14_400)
    #expect(pause.end(now: now.addingTimeInterval(60), began: now) == pause.end)
    let year = now.addingTimeInterval(-365 * 86_400)
    #expect(pause.end(now: year, began: now) == year.addingTimeInterval(14_400))
    let evening = PauseTerm(end: now.addingTimeInterval(3_600), duration: nil)
    let hourBack = now.addingTimeInterval(-3_600)
    #expect(evening.end(now: hourBack, began: now) == evening.end)
    let end = evening.end(now: year, began: now)
    #expect(end > year && end.timeIntervalSince(year) <= 86_400)
    #expect(evening.end.timeIntervalSince(end).truncatingRemainder(dividingBy: 86_400) == 0)
  }
}
