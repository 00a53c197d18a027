import Demonstration
import Domain
import Foundation
import TestSupport
import Testing

/// The window with the viewer is closed, or the connection breaks, while pictures are on.
@Suite(.enabled(if: ClientWorkplace.isBuilt, "needs radrelay beside the tests"))
struct ViewerHangUpTests {
  private static let setsid = "/usr/bin/setsid"

  /// Opens a stack, runs through it, and takes the terminal away.
  private func hangUp(_ program: String, _ arguments: [String], _ kind: TerminalKind) async throws {
    let workplace = try ClientWorkplace()
    let studies = DemoStudy.all.filter { $0.key == "ct-head-1" }
    let written = try #require(
      try DemoStudies.write(
        to: try workplace.makeFolder("studies"), studies: studies, size: 64
      ).first)
    let terminal = try PseudoTerminal(
      program, arguments + ["view", written.folder.path],
      environment: workplace.environment
        .merging(["HOME": workplace.folder.url.path, "COLORTERM": "truecolor"]) { $1 },
      kind: kind)
    try await Wait.until("the first image", within: .seconds(120)) {
      terminal.wait(seconds: 0.01) { $0.text.contains("1 cell =") }
    }
    // Cine: pictures are under way whenever the terminal goes.
    terminal.send("c")
    try await Wait.until("cine", within: .seconds(120)) {
      terminal.wait(seconds: 0.01) { $0.text.contains("cine") }
    }
    let started = ProcessTree.descendants(of: terminal.process)
    #expect(!started.isEmpty)
    terminal.hangUp()
    let hasEnded = ProcessTree.waitForEnd(of: started, seconds: 120)
    #expect(hasEnded, "\(started) go on without a terminal")
    if !hasEnded { for process in started { kill(process, SIGKILL) } }
  }

  @Test(.timeLimit(.minutes(15)), arguments: [TerminalKind.kitty, .xterm, .plain])
  func theProgramEndsWithItsTerminal(_ kind: TerminalKind) async throws {
    try await hangUp(ClientWorkplace.program, [], kind)
  }

  /// No SIGHUP comes: the terminal is not the session's.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: setsid), "needs setsid"),
    .timeLimit(.minutes(15)), arguments: [TerminalKind.kitty, .plain])
  func theProgramEndsWithoutASignal(_ kind: TerminalKind) async throws {
    try await hangUp(Self.setsid, ["--fork", "--wait", ClientWorkplace.program], kind)
  }
}
