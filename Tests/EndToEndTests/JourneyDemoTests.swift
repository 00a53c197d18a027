import Foundation
import Glibc
import TestSupport
import Testing

/// `radrelay demo`, as somebody tries it who has nothing but the two programs.
@Suite(
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct JourneyDemoTests {
  @Test(.timeLimit(.minutes(60)))
  func aStudyGoesOutAndItsReportComesBack() async throws {
    let workplace = try ClientWorkplace()
    // The command line looks into the store of the running demonstration.
    var seen = workplace
    seen.home = workplace.home.appendingPathComponent("workstation")
    let screen = try ClientScreen(workplace, ["demo"], rows: 40, columns: 120)
    try await screen.see("● online", within: .seconds(1_200))
    let gateway = try await children(of: workplace)
    #expect(gateway.count == 1, "one gateway of its own")
    let past = Set(try await seen.queue().map(\.uploadId))
    #expect(!past.isEmpty, "a demonstration has a past")
    // Cases are there before anything was done.
    screen.type("1")
    try await screen.see("cases") { $0.text.contains("Cases") && !$0.text.contains("No cases") }
    screen.type("2")
    try await screen.see("Uploads")
    // The wizard begins where the demonstration's studies lie.
    screen.type("a")
    try await screen.see("ct-chest-1/")
    // Past "read this folder" and "..": the first of the studies.
    screen.type("jj ")
    try await screen.see("1 folder marked")
    screen.type("n")
    try await screen.see("1 study of 1 patient")
    screen.type("n")
    try await screen.see("How urgent")
    screen.type("n")
    try await screen.see("Enter queue")
    screen.type("\r")
    let upload = try await Wait.value("the proof", within: .seconds(300)) {
      try await seen.queue().first { !past.contains($0.uploadId) && $0.isProven }
    }
    #expect(upload.instances > 0 && upload.instancesVerified == upload.instances)
    // The invented radiologist reads it; the report arrives without a key.
    _ = try await Wait.value("the report", within: .seconds(300)) {
      try await seen.reports().first {
        $0.studyInstanceUid == upload.studyInstanceUid && $0.status == "ready"
      }
    }
    screen.type("q")
    #expect(try await screen.end() == .code(0))
    screen.expectRestored()
    // Its gateway went with it.
    for process in gateway {
      try await Wait.until("end of the gateway", within: .seconds(300)) {
        !ProcessTree.isRunning(process)
      }
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
