import Foundation
import Glibc
import TestSupport
import Testing

/// `radrelay demo`, as somebody tries it who has nothing but the two programs.
@Suite(
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"),
  .enabled(
    if: ProcessInfo.processInfo.environment["RADRELAY_SOAK"] == "1",
    "needs RADRELAY_SOAK=1: not yet steady on a loaded machine"))
struct JourneyDemoTests {
  @Test(.timeLimit(.minutes(5)))
  func aStudyGoesOutAndItsReportComesBack() async throws {
    let workplace = try ClientWorkplace()
    let screen = try ClientScreen(workplace, ["demo"], rows: 40, columns: 120)
    try await screen.see("● online", within: .seconds(240))
    let gateway = try await children(of: workplace)
    #expect(gateway.count == 1, "one gateway of its own")
    // Cases are there before anything was done.
    screen.type("1")
    try await screen.see("cases") { $0.text.contains("Cases") && !$0.text.contains("No cases") }
    screen.type("2")
    try await screen.see("Uploads")
    screen.type("a")
    try await screen.see("Read this folder")
    screen.type("/")
    try await screen.see("Enter go there")
    let studies = workplace.home.appendingPathComponent("studies").path
    screen.type("\u{15}\(studies)\r")
    try await screen.see("ct-chest-1/")
    // The first of the studies.
    screen.type("jj ")
    try await screen.see("1 folder marked")
    screen.type("n")
    try await screen.see("1 study of 1 patient")
    screen.type("n")
    try await screen.see("How urgent")
    screen.type("n")
    try await screen.see("Enter queue")
    screen.type("\r")
    try await screen.see("the proof", within: .seconds(120)) {
      ($0.text.contains("● verified") || $0.text.contains("◉ committed"))
        && !$0.text.contains("◔ sending") && !$0.text.contains("○ queued")
    }
    // Asked first when something is still on its way.
    screen.type("qy")
    #expect(try await screen.end() == .code(0))
    screen.expectRestored()
    // Its gateway went with it.
    for process in gateway {
      try await Wait.until("end of the gateway", within: .seconds(60)) { kill(process, 0) != 0 }
    }
  }

  /// Gateways that work in the folder of this demonstration.
  private func children(of workplace: ClientWorkplace) async throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).filter {
      let line = try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)
      return line?.contains("radrelay-gateway\u{0}") == true
        && line?.contains(workplace.folder.url.path) == true
    }
  }
}
