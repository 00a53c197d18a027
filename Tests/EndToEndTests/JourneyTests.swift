import Demonstration
import Domain
import Foundation
import Glibc
import TestSupport
import Testing

/// The first day of a person with the full-screen program, key by key.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"),
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
struct JourneyTests {
  struct Size: Sendable, CustomTestStringConvertible {
    var columns: Int
    var rows: Int
    var testDescription: String { "\(columns)x\(rows)" }
  }

  @Test(
    .timeLimit(.minutes(20)), arguments: [Size(columns: 80, rows: 24), Size(columns: 40, rows: 20)])
  func fromTheFirstStartToTheReport(_ size: Size) async throws {
    let site = try await ClientSite.open(logIn: false)
    defer { site.close() }
    let folder = try site.workplace.makeFolder("cd")
    let study = try SyntheticStudy(files: 5, rows: 256)
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let screen = try ClientScreen(site.workplace, rows: size.rows, columns: size.columns)
    let isSmall = size.columns < 80

    // Nobody is logged in: the program says what it is and asks.
    try await screen.see("Welcome to RadRelay")
    try await screen.see("not logged in")
    screen.type("http://127.0.0.1:\(site.gateway.port)\r")
    screen.type("anna\r")
    // A wrong password first: it says so, nothing is lost.
    screen.type("Wrong-Password-1\r")
    try await screen.see("The user name or the password is")
    #expect(!screen.text.contains("Wrong-Password-1"), "the password was shown")
    screen.type(GatewayProcess.password + "\r")
    try await screen.see("● online")
    #expect(!screen.text.contains(GatewayProcess.password))

    // A folder is chosen, its study looked at, and queued.
    screen.type("2")
    try await screen.see("No uploads yet")
    screen.type("a")
    try await screen.see("Add uploads")
    screen.type("/")
    try await screen.see("Enter go there")
    screen.type("\u{15}\(folder.path)")
    screen.type("\r")
    try await screen.see("5 files")
    screen.type("n")
    try await screen.see("SYNTHETIC, STU")
    try await screen.see("Read 5 files")
    screen.type("n")
    try await screen.see(isSmall ? "3/4" : "How urgent")
    screen.type("n")
    try await screen.see("Enter queue")
    screen.type("\r")

    // It goes out and is proven, on the screen, without another key.
    try await screen.see("custody") { $0.text.contains("●") && $0.text.contains("SYNTHETIC") }
    try await screen.see("the proof") { screen in
      (0..<screen.rows - 2).contains { y in
        let line = screen.line(y)
        return line.contains("SYNTHETIC") && (line.contains("●") || line.contains("◉"))
      }
    }
    #expect(try await site.orthanc.instances().count == 5)
    let queue = try await site.workplace.queue()
    #expect(queue.count == 1 && queue.first?.isProven == true)

    // The report arrives by itself.
    screen.type("3")
    try await screen.see("the waiting report") {
      $0.text.contains("SYNTHETIC") && $0.text.contains("assigned")
    }
    let summary = StudySummary(
      studyInstanceUID: study.study, patientName: study.name, patientID: "SYN-1",
      studyDate: "20260115", modality: "CT")
    let report = try DemoReport(
      radiologist: "Ito^Hana", findings: "Noise of good quality.", impression: "Synthetic."
    ).structuredReport(for: summary, signedAt: Date(timeIntervalSince1970: 1_784_000_000))
    let stored = try await RawHTTP.send(
      "POST", "/instances", body: Data(report), to: site.orthanc.port)
    #expect(stored.status == 200)
    try await screen.see("● ready")
    screen.type("\r")
    try await screen.see("Noise of good quality.")
    screen.type("q")
    try await screen.see("All 1")
    screen.type("q")
    #expect(try await screen.end() == .code(0))
    screen.expectRestored()

    // The next start remembers everything, and offline is said in the status line only.
    try await site.gateway.kill()
    let offline = try ClientScreen(site.workplace, rows: size.rows, columns: size.columns)
    try await offline.see("the state offline") {
      let line = $0.line($0.rows - 2)
      return line.contains("reconnecting") || line.contains("offline")
    }
    #expect(!offline.text.contains("Welcome") && !offline.text.contains("Password"))
    offline.type("3")
    try await offline.see("● ready")
    offline.type("2")
    try await offline.see("SYNTHETIC")
    // Killed outright, the terminal is given back all the same.
    let program = try await site.workplace.sendingProcess()
    #expect(kill(program, SIGKILL) == 0)
    #expect(try await offline.end() == .signal(SIGKILL))
    #expect(offline.text.contains("ended unexpectedly"))
    offline.expectRestored()
  }
}
