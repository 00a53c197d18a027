import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// The reports pane: what is seen and what keys do.
@Suite struct ReportsTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  @Test(arguments: sizes) func list(_ width: Int, _ height: Int) {
    var stage = Stage.showing(.reports, ReportSamples.store, width, height)
    stage.press("j", "j", answeredBy: ReportSamples.store)
    GoldenScreen.expect(stage.draw(), "reports-\(width)x\(height)")
  }

  @Test(arguments: sizes) func opened(_ width: Int, _ height: Int) {
    var stage = Stage.showing(.reports, ReportSamples.store, width, height)
    stage.press("j", "j", "Enter", answeredBy: ReportSamples.store)
    GoldenScreen.expect(stage.draw(), "reports-open-\(width)x\(height)")
  }

  @Test(arguments: sizes) func empty(_ width: Int, _ height: Int) {
    let stage = Stage.showing(.reports, SampleStore(), width, height)
    GoldenScreen.expect(stage.draw(), "reports-empty-\(width)x\(height)")
  }

  @Test(arguments: sizes) func amended(_ width: Int, _ height: Int) {
    let store = SampleStore(reports: [ReportSamples.amended])
    var stage = Stage.showing(.reports, store, width, height)
    stage.press("Enter", answeredBy: store)
    GoldenScreen.expect(stage.draw(), "reports-amended-\(width)x\(height)")
  }

  @Test func aVersionThatComesWhileItIsOpenShowsByItselfAndIsSeen() {
    var store = ReportSamples.store
    var stage = Stage.showing(.reports, store)
    stage.press("j", "j", "Enter", answeredBy: store)
    #expect(stage.text.contains("● ready"))
    var report = ReportSamples.amended
    report.id = ReportID("r3")
    store.reports[2] = report
    stage.send(.storeChanged([.reports]))
    stage.settle(store)
    #expect(stage.text.contains("● updated") && stage.text.contains("version 4"))
    #expect(stage.text.contains("has not changed"))
    #expect(stage.effects.contains(.perform(.markReportViewed(ReportID("r3")))))
    stage.press("Esc", answeredBy: store)
    #expect(stage.text.contains("● updated"))
  }

  @Test func whatWasReplacedSaysSo() {
    let context = ViewContext(
      look: Look(), now: .minutes(0), calendar: Calendar(identifier: .gregorian), layout: .wide)
    let lines = ReportHistory(ReportSamples.amended.versions.reversed()).lines(
      width: 100, context
    ).lines.map { $0.map(\.text).joined() }
    let replaced = lines.filter { $0.contains("replaced by a later version") }
    #expect(replaced.count == 1 && replaced[0].contains("version 1"))
    #expect(lines.contains { $0.contains("The same text as in version 4.") })
    #expect(lines.contains { $0.contains("Lungs clear.") })
  }

  @Test func openingMarksAReadyReportViewedOnce() {
    var stage = Stage.showing(.reports, ReportSamples.store)
    stage.press("j", "j", answeredBy: ReportSamples.store)
    // Looking at it beside the list is not opening it.
    #expect(!stage.effects.contains(.perform(.markReportViewed(ReportID("r3")))))
    #expect(stage.text.contains("new"))
    stage.press("Enter")
    #expect(stage.effects.contains(.perform(.markReportViewed(ReportID("r3")))))
    stage.press("Esc")
    // One that is not ready is not marked.
    stage.press("g", "Enter")
    #expect(!stage.effects.contains { if case .perform = $0 { true } else { false } })
  }

  @Test func tabsNarrowByStatus() {
    var stage = Stage.showing(.reports, ReportSamples.store)
    stage.press("→", answeredBy: ReportSamples.store)
    #expect(stage.state.reports.status == .assigned)
    #expect(stage.state.reports.list.count == 3)
    stage.press("f", "f", answeredBy: ReportSamples.store)
    #expect(stage.state.reports.status == .ready)
    #expect(stage.text.contains("LINDQVIST") && !stage.text.contains("OKAFOR"))
    stage.press("←", "←", "←", answeredBy: ReportSamples.store)
    #expect(stage.state.reports.status == nil)
  }

  @Test func pdfOnlyWhereThereIsOne() {
    var stage = Stage.showing(.reports, ReportSamples.store)
    #expect(!stage.press("p").contains { if case .savePDF = $0 { true } else { false } })
    #expect(stage.text.contains("the report is not ready"))
    stage.press("j", "j", answeredBy: ReportSamples.store)
    #expect(stage.press("p") == [.savePDF(ReportID("r3"))])
  }

  @Test func overdueIsSeen() {
    let stage = Stage.showing(.reports, ReportSamples.store)
    #expect(stage.text.contains("✕ 1 overdue"))
    #expect(stage.text.contains("1 h 15 late"))
    let buffer = stage.draw()
    let alarm = Look()[.alarm].foreground
    let row = (0..<24).first { buffer.row($0).map(\.text).joined().contains("1 h 15 late") } ?? 0
    #expect(buffer.row(row).contains { $0.style.foreground == alarm && $0.text == "1" })
  }

  @Test func textScrollsBesideTheList() {
    var stage = Stage.showing(.reports, ReportSamples.store)
    stage.press("j", "j", answeredBy: ReportSamples.store)
    #expect(!stage.text.contains("No acute cardiopulmonary"))
    stage.press("Tab", "G")
    #expect(stage.text.contains("No acute cardiopulmonary"))
    #expect(stage.state.reports.list.selected == 2)
    stage.press("Esc", "j", answeredBy: ReportSamples.store)
    #expect(stage.state.reports.list.selected == 3)
  }

  @Test func aReportThatTurnsReadyShowsByItself() {
    var stage = Stage.showing(.reports, ReportSamples.store)
    #expect(stage.text.contains("◑ being read"))
    var store = ReportSamples.store
    store.reports[0] = ReportSamples.report(
      "r1", .ready, name: "Patel^Anita", "CT", "head", level: .stat,
      text: "Impression: no bleeding.")
    stage.send(.storeChanged([.reports]))
    stage.settle(store)
    #expect(stage.text.contains("no bleeding"))
    #expect(stage.text.contains("● ready"))
  }

  @Test func sectionsAreFoundAndNothingIsLost() {
    let text = ReportText(ReportSamples.text)
    #expect(
      text.sections.map(\.title) == ["Clinical history", "Technique", "Findings", "Impression"])
    #expect(text.sections[2].body.contains("Old fracture"))
    let plain = ReportText("No headings: here\njust words\n\nFindings matter")
    #expect(
      plain.sections == [.init(title: "", body: "No headings: here\njust words\n\nFindings matter")]
    )
  }
}
