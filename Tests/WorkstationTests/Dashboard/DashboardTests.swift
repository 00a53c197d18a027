import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// The dashboard: what is seen and what keys do.
@Suite struct DashboardTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  static func counts(_ period: DashboardPeriod, days: Int, proven: Int = 1_276) -> DashboardCounts {
    DashboardCounts(
      period: period, asOf: Stage.now, uploads: 1_284, bytes: 402_000_000_000, proven: proven,
      failed: 3, medianSecondsToPACS: 372, overdueReports: 2,
      days: (0..<days).map { day in
        DashboardCounts.Day(
          date: Stage.now.addingTimeInterval(Double(day + 1 - days) * 86_400)
            .formatted(.iso8601.year().month().day()),
          count: (day * 7) % 61 + (day % 7 < 5 ? 20 : 0),
          bytes: Int64(day) * 120_000_000)
      },
      byModality: [("CT", 612), ("MR", 271), ("DX", 207), ("US", 156), ("", 38)].map(bucket),
      byStatus: [("verified", 1_270), ("committed", 6), ("sending", 3), ("failed", 3), ("held", 2)]
        .map(bucket),
      byServiceLevel: [("routine", 1_051), ("emergency", 118), ("stat", 74), ("subspecialty", 41)]
        .map(bucket))
  }

  private static func bucket(_ pair: (String, Int)) -> DashboardCounts.Bucket {
    DashboardCounts.Bucket(name: pair.0, count: pair.1)
  }

  static let store = SampleStore(counts: [
    .oneMonth: counts(.oneMonth, days: 30), .oneWeek: counts(.oneWeek, days: 7, proven: 1_284),
    .sixMonths: counts(.sixMonths, days: 180),
  ])

  @Test(arguments: sizes) func charts(_ width: Int, _ height: Int) {
    let stage = Stage.showing(.dashboard, Self.store, width, height)
    GoldenScreen.expect(stage.draw(), "dashboard-\(width)x\(height)")
  }

  @Test(arguments: sizes) func table(_ width: Int, _ height: Int) {
    var stage = Stage.showing(.dashboard, Self.store, width, height)
    stage.press("v")
    GoldenScreen.expect(stage.draw(), "dashboard-table-\(width)x\(height)")
  }

  @Test(arguments: sizes) func empty(_ width: Int, _ height: Int) {
    let stage = Stage.showing(.dashboard, SampleStore(), width, height)
    GoldenScreen.expect(stage.draw(), "dashboard-empty-\(width)x\(height)")
  }

  @Test func periodsKeepTheOldNumbersUntilTheNewAreHere() {
    var stage = Stage.showing(.dashboard, Self.store)
    #expect(stage.press("←") == [.load(.dashboard(.twoWeeks))])
    #expect(stage.text.contains("1\u{202F}284") && stage.text.contains("still 1m"))
    // An answer to a period that was left meanwhile is dropped.
    stage.press("←")
    stage.send(.loaded(.dashboard(Self.counts(.twoWeeks, days: 14))))
    #expect(stage.state.dashboard.counts?.period == .oneMonth)
    stage.send(.loaded(.dashboard(Self.counts(.oneWeek, days: 7))))
    #expect(stage.state.dashboard.counts?.period == .oneWeek)
    #expect(!stage.text.contains("still"))
  }

  @Test func greenOnlyWhenAllIsProven() {
    var stage = Stage.showing(.dashboard, Self.store)
    let green = Look()[.proven].foreground
    func cell(_ text: String) -> Cell? {
      let buffer = stage.draw()
      for y in 0..<24 {
        let row = buffer.row(y)
        let line = row.map { $0.text.isEmpty ? " " : $0.text }.joined()
        if let range = line.range(of: text) {
          return buffer[line.distance(from: line.startIndex, to: range.lowerBound), y]
        }
      }
      return nil
    }
    #expect(cell("99.3 %")?.style.foreground != green)
    stage.press("←", "←", answeredBy: Self.store)
    #expect(cell("100 %")?.style.foreground == green)
  }

  @Test func chartsScrollWhereTheyDoNotFit() {
    var stage = Stage.showing(.dashboard, Self.store, 40, 20)
    #expect(!stage.text.contains("committed"))
    stage.press("G")
    #expect(stage.text.contains("committed"))
  }
}
