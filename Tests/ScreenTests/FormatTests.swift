import Foundation
import Testing

@testable import Screen

@Suite struct FormatTests {
  private let now = Date(timeIntervalSince1970: 1_795_252_440)
  private let utc: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  @Test(arguments: [
    (0, "0"), (999, "999"), (1_204, "1\u{202F}204"), (1_234_567, "1\u{202F}234\u{202F}567"),
    (-1_204, "-1\u{202F}204"),
    (Int.min, "-9\u{202F}223\u{202F}372\u{202F}036\u{202F}854\u{202F}775\u{202F}808"),
  ])
  func counts(_ value: Int, _ text: String) { #expect(Format.count(value) == text) }

  @Test(arguments: [
    (Int64(0), "0 B"), (999, "999 B"), (1_000, "1.0 KB"), (1_840_000, "1.8 MB"),
    (148_000_000, "148 MB"), (999_600, "1.0 MB"), (402_000_000_000, "402 GB"), (-5, "0 B"),
    (Int64.max, "9223 PB"),
  ])
  func sizes(_ value: Int64, _ text: String) { #expect(Format.bytes(value) == text) }

  @Test(arguments: [
    (12.0, "12 s"), (59.7, "1 min"), (240, "4 min"), (7_800, "2 h 10"), (7_200, "2 h"),
    (3_900, "1 h 05"), (300_000, "3 d"), (-120, "2 min"), (.infinity, "–"),
  ])
  func durations(_ seconds: Double, _ text: String) { #expect(Format.duration(seconds) == text) }

  @Test func times() {
    #expect(Format.time(now, now: now, calendar: utc) == "09:14")
    #expect(Format.time(now - 86_400, now: now, calendar: utc) == "20 Nov")
    #expect(Format.time(now - 400 * 86_400, now: now, calendar: utc) == "17 Oct 2025")
    #expect(Format.dateAndTime(now, calendar: utc) == "21 Nov 2026 09:14")
    #expect(Format.age(now - 4, now: now, calendar: utc) == "just now")
    #expect(Format.age(now - 250, now: now, calendar: utc) == "4 min ago")
    var tokyo = utc
    tokyo.timeZone = TimeZone(secondsFromGMT: 9 * 3_600) ?? .gmt
    #expect(Format.time(now, now: now, calendar: tokyo) == "18:14")
  }

  /// Never 100 % before all is there, never 0 % once something is.
  @Test func percentages() {
    #expect(Format.percent(0, of: 0) == "0 %")
    #expect(Format.percent(9_999, of: 10_000) == "99 %")
    #expect(Format.percent(10_000, of: 10_000) == "100 %")
  }

  @Test func dicomDates() {
    #expect(Format.dicomDate("19610402") == "1961-04-02")
    #expect(Format.dicomDate("196104") == "196104")
    #expect(Format.dicomDate("") == "")
  }
}
