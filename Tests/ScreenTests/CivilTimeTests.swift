import Foundation
import Testing

@testable import Screen

/// The arithmetic gives what Foundation's calendar gives.
@Suite struct CivilTimeTests {
  private static func calendar(_ zone: String) -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
    return calendar
  }

  private func expected(_ date: Date, _ calendar: Calendar) -> [Int] {
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
    return [parts.year, parts.month, parts.day, parts.hour, parts.minute].map { $0 ?? -1 }
  }

  private func found(_ date: Date, _ calendar: Calendar) -> [Int] {
    let time = CivilTime(date, calendar)
    return [time.year, time.month, time.day, time.hour, time.minute]
  }

  @Test(arguments: ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Pacific/Apia"])
  func agreesWithTheCalendar(_ zone: String) {
    let calendar = Self.calendar(zone)
    var seconds = -10_000_000_000.0
    // Steps of some years and odd hours, over leap days, century years and daylight saving.
    while seconds < 12_000_000_000 {
      let date = Date(timeIntervalSince1970: seconds)
      #expect(found(date, calendar) == expected(date, calendar), "\(date)")
      seconds += 8_765_432.1
    }
    for day in [951_782_399.0, 951_782_400, 951_868_800, 4_107_542_399, 4_107_542_400, -1, 0] {
      let date = Date(timeIntervalSince1970: day)
      #expect(found(date, calendar) == expected(date, calendar), "\(date)")
    }
  }

  /// Every quarter of an hour around both changes of the clocks in a year.
  @Test func changesOfTheClocks() {
    let calendar = Self.calendar("Europe/Berlin")
    for change in [1_774_746_000.0, 1_792_890_000] {
      for step in -200..<200 {
        let date = Date(timeIntervalSince1970: change + Double(step) * 900)
        #expect(found(date, calendar) == expected(date, calendar), "\(date)")
      }
    }
  }

  @Test func farTimesAndOtherCalendarsAreLeftToFoundation() {
    let utc = Self.calendar("UTC")
    for seconds in [-62_000_000_000.0, -1e12, 1e12] {
      let date = Date(timeIntervalSince1970: seconds)
      #expect(found(date, utc) == expected(date, utc))
    }
    var buddhist = Calendar(identifier: .buddhist)
    buddhist.timeZone = .gmt
    let date = Date(timeIntervalSince1970: 1_795_252_440)
    #expect(CivilTime(date, buddhist).year == 2569)
    #expect(CivilTime(date, utc).isSameDay(as: CivilTime(date + 3_600, utc)))
    #expect(!CivilTime(date, utc).isSameDay(as: CivilTime(date + 86_400, utc)))
  }
}
