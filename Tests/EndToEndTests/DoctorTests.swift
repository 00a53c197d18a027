import Foundation
import TestSupport
import Testing

/// `radrelay doctor` in terminals of several kinds, and `image render` that takes the best of each.
@Suite(.enabled(if: ClientWorkplace.isBuilt, "needs radrelay beside the tests"))
struct DoctorTests {
  private func run(
    _ arguments: [String], _ kind: TerminalKind, environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let workplace = try ClientWorkplace()
    var variables = ["COLORTERM": "truecolor", "RADRELAY_HOME": workplace.home.path]
    variables.merge(environment) { $1 }
    let terminal = try PseudoTerminal(
      BuiltProduct.path("radrelay"), arguments, environment: variables, rows: 60, columns: 120,
      kind: kind)
    let before = terminal.initialModes
    #expect(terminal.waitForExit(seconds: 120) == .code(0), "\(terminal.screen)")
    #expect(terminal.modes == before)
    return terminal
  }

  @Test(arguments: [
    (TerminalKind.kitty, "by kitty graphics: it answered", "calls itself kitty(0.35.2)"),
    (.xterm, "by sixel: it names it among its attributes", "calls itself XTerm(390)"),
    (.foot, "by sixel", "calls itself foot(1.16.2)"),
    (.iterm2, "by iTerm2 inline images: it answered", "cell        20 x 40 pixels"),
    (.plain, "by characters: the terminal claims no graphics", "size not known"),
    (.silent, "by characters", "it answers no questions"),
  ])
  func saysWhatWasFound(_ kind: TerminalKind, _ pictures: String, _ more: String) throws {
    let terminal = try run(["doctor"], kind)
    #expect(terminal.screen.text.contains(pictures), "\(terminal.screen)")
    #expect(terminal.screen.text.contains(more), "\(terminal.screen)")
    #expect(terminal.screen.text.contains("16 million"))
    #expect(terminal.screen.text.contains("UTF-8"))
    #expect(terminal.screen.strings == [])
    #expect(terminal.screen.unknown == [])
  }

  @Test func tmuxGetsItsLine() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tmux-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = folder.appendingPathComponent("tmux")
    try "#!/bin/sh\nprintf '0\\037kitty(0.35.2)\\037256,title\\n'\n"
      .write(to: script, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script.path)
    let terminal = try run(
      ["doctor"], .tmux,
      environment: [
        "TERM": "tmux-256color", "TMUX": "/tmp/none,1,0", "COLORTERM": "",
        "PATH": folder.path + ":/usr/bin:/bin",
      ])
    #expect(terminal.screen.text.contains("set -g allow-passthrough on"), "\(terminal.screen)")
    #expect(terminal.screen.text.contains("terminal-features"))
  }

  @Test func asJSONWithoutATerminal() async throws {
    let workplace = try ClientWorkplace()
    // As a service starts it, whatever started the test.
    let child = try await ChildProcess.run(
      "setsid", ["--wait", ClientWorkplace.program, "doctor", "--json"],
      environment: workplace.environment.merging(["TERM": ""]) { $1 })
    #expect(child.exitStatus == 0, "\(child.output)")
    struct Line: Decodable { var verdict, subject, text: String }
    let lines = try child.output.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
    #expect(lines.contains { $0.subject == "store" })
    #expect(lines.allSatisfy { ["ok", "hint", "fail"].contains($0.verdict) })
  }

  /// The picture comes by what the terminal claims, and leaves the terminal as it was.
  @Test(arguments: [
    (TerminalKind.kitty, "Ga=T"), (.xterm, "0;1q"), (.iterm2, "1337;File=inline=1"), (.plain, ""),
  ])
  func renderTakesTheBest(_ kind: TerminalKind, _ opening: String) throws {
    let workplace = try ClientWorkplace()
    let study = try SyntheticStudy(files: 1, rows: 64)
    let file = try workplace.makeFolder("study").appendingPathComponent("1.dcm")
    try #require(study.files.first).bytes.write(to: file)
    let terminal = try run(["image", "render", file.path, "--size", "20x10"], kind)
    if opening.isEmpty {
      #expect(terminal.screen.strings == [])
      #expect((0..<10).contains { terminal.screen.cell(3, $0).look.background != nil })
    } else {
      #expect(terminal.screen.strings.contains { $0.text.hasPrefix(opening) })
    }
    #expect(terminal.screen.text.contains("NOT FOR DIAGNOSTIC USE"))
  }
}
