import Foundation
import TestSupport
import Testing

/// Inside of tmux: with a tmux that is played, and with the real one.
@Suite struct TmuxTests {
  /// A folder with a `tmux` that tells what a test wants.
  private func played(_ facts: String) throws -> (folder: URL, environment: [String: String]) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tmux-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let script = folder.appendingPathComponent("tmux")
    try "#!/bin/sh\nprintf '\(facts)\\n'\n".write(to: script, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: script.path)
    return (
      folder,
      [
        "TERM": "tmux-256color", "TMUX": "/tmp/none,1,0", "TMUX_PANE": "%0",
        "PATH": folder.path + ":/usr/bin:/bin",
      ]
    )
  }

  /// Row and column that each placeholder on the screen names, with its colour.
  private func placeholders(_ screen: VirtualScreen) -> [[Int]: String] {
    var found: [[Int]: String] = [:]
    for y in 0..<screen.rows {
      for x in 0..<screen.columns
      where screen.cell(x, y).text.unicodeScalars.first == "\u{10EEEE}" {
        found[[x, y]] = screen.cell(x, y).look.foreground ?? "none"
      }
    }
    return found
  }

  @Test func passedOnToKitty() throws {
    let (folder, environment) = try played("on\\037kitty(0.35.2)\\037256,RGB,title")
    defer { try? FileManager.default.removeItem(at: folder) }
    var probe = try ImageProbe(.tmux, environment: environment)
    #expect(probe.terminal.waitFor("images kitty sextants cell 10x20"))
    probe.terminal.readUntilQuiet(milliseconds: 250)
    let strings = probe.terminal.screen.takeStrings()
    #expect(strings.allSatisfy { $0.isPassedThrough && $0.kind == .application })
    probe.kitty.take(strings)
    #expect(probe.kitty.problems == [])
    let id = try #require(probe.kitty.pictures.keys.first)
    #expect(probe.kitty.controls[id]?["U"] == "1")
    #expect(probe.kitty.controls[id]?["c"] == "40" && probe.kitty.controls[id]?["r"] == "12")
    let cells = placeholders(probe.terminal.screen)
    #expect(Set(cells.keys) == ImageProbe.pictureCells())
    #expect(Set(cells.values) == ["2;\(id >> 16 & 255);\(id >> 8 & 255);\(id & 255)"])
    // Row 1, column 2 of the picture: the protocol's second and third mark.
    #expect(probe.terminal.screen.cell(4, 3).text == "\u{10EEEE}\u{30D}\u{30E}")
    probe.press("d")
    #expect(
      Set(placeholders(probe.terminal.screen).keys)
        == ImageProbe.pictureCells().subtracting(ImageProbe.dialogCells))
    probe.press("do")
    #expect(placeholders(probe.terminal.screen).isEmpty)
    #expect(probe.kitty.pictures.isEmpty)
    #expect(probe.terminal.screen.unknown == [])
  }

  @Test(arguments: [
    "off\\037kitty(0.35.2)\\037RGB", "0\\037kitty(0.35.2)\\037RGB", "on\\037XTerm(390)\\037sixel",
    "\\037\\037", "nonsense",
  ])
  func nothingIsPassedOnWithoutPermission(_ facts: String) throws {
    let (folder, environment) = try played(facts)
    defer { try? FileManager.default.removeItem(at: folder) }
    var probe = try ImageProbe(.tmux, environment: environment)
    probe.terminal.readUntilQuiet(milliseconds: 400)
    #expect(probe.strings() == [])
    #expect(!probe.terminal.screen.text.contains("images kitty"))
    #expect(placeholders(probe.terminal.screen).isEmpty)
  }

  /// The real tmux, with a terminal outside that says it is kitty.
  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux"), "tmux is not installed"),
    arguments: [true, false])
  func realTmux(_ isAllowed: Bool) throws {
    let socket = FileManager.default.temporaryDirectory
      .appendingPathComponent("rr-\(UUID().uuidString.prefix(8))").path
    defer { try? FileManager.default.removeItem(atPath: socket) }
    let terminal = try PseudoTerminal(
      "/usr/bin/tmux",
      [
        "-f", "/dev/null", "-S", socket, "start-server", ";", "set-option", "-g",
        "allow-passthrough", isAllowed ? "on" : "off", ";", "set-option", "-g", "status", "off",
        ";", "set-option", "-g", "default-terminal", "tmux-256color", ";", "new-session",
        "COLORTERM=truecolor exec \(RestoreTests.probe) image",
      ],
      environment: ["TERM": "xterm-256color", "HOME": "/"], kind: .kitty)
    #expect(terminal.waitFor("slice 0"))
    if isAllowed {
      #expect(terminal.waitFor("images kitty"))
    }
    terminal.readUntilQuiet(milliseconds: 500)
    var kitty = KittyModel()
    let strings = terminal.screen.takeStrings().filter { $0.kind == .application }
    kitty.take(strings)
    // tmux took its wrapping off, or swallowed all of it.
    #expect(strings.allSatisfy { !$0.isPassedThrough })
    #expect(kitty.pictures.count == (isAllowed ? 1 : 0))
    #expect(kitty.problems == [])
    #expect(Set(placeholders(terminal.screen).keys) == (isAllowed ? ImageProbe.pictureCells() : []))
    terminal.send("q")
    #expect(terminal.waitForExit() != nil)
    kitty.take(terminal.screen.takeStrings().filter { $0.kind == .application })
    #expect(kitty.pictures.isEmpty)
  }
}
