import Demonstration
import Domain
import Foundation
import TestSupport
import Testing

/// `radrelay view` at 80x24 over a line of 115 kbit/s: whoever holds a key down sees the end of the
/// stack when he lets go, not every image of the way, one after another.
@Suite(.enabled(if: ClientWorkplace.isBuilt, "needs radrelay beside the tests"))
struct ViewerLineTests {
  /// 115,200 bit/s, eight bits a byte.
  private static let rate = 14_400

  @Test(.timeLimit(.minutes(20)), arguments: [TerminalKind.plain, .kitty, .xterm])
  func framesAreDroppedNotQueued(_ kind: TerminalKind) async throws {
    let workplace = try ClientWorkplace()
    let studies = DemoStudy.all.filter { $0.key == "ct-head-1" }
    let written = try #require(
      try DemoStudies.write(
        to: try workplace.makeFolder("studies"), studies: studies, size: 128
      ).first)
    let count = written.files.count
    let screen = try ClientScreen(
      workplace, ["view", written.folder.path], environment: ["COLORTERM": "truecolor"])
    screen.terminal.kind = kind
    screen.terminal.bytesPerSecond = Self.rate
    try await screen.see("image 1/\(count)")
    try await screen.see("1 cell =")
    // Until the picture is finished, and the program knows the line.
    screen.terminal.readUntilQuiet(milliseconds: 1_500)
    let begin = screen.terminal.output.count
    let picturesBefore = pictures(screen, kind)
    // To the end, back and to the end again; now and then a byte is read, as a slow line does it.
    var keys = 0
    for key in [String](repeating: "j", count: count) + .init(repeating: "k", count: count)
      + .init(repeating: "j", count: count)
    {
      screen.type(key)
      keys += 1
      if keys % 4 == 0 { screen.terminal.wait(seconds: 0.005) { _ in false } }
    }
    try await screen.see("image \(count)/\(count)")
    // The answer to the next key: what was under way, and no more than a second of the line.
    let before = screen.terminal.output.count
    screen.type("i")
    try await screen.see("inverted")
    let outstanding = screen.terminal.output.count - before
    #expect(outstanding < Self.rate, "\(outstanding) bytes before the answer")
    screen.terminal.readUntilQuiet(milliseconds: 1_500)
    #expect(screen.text.contains("image \(count)/\(count)"))
    let spent = screen.terminal.output.count - begin
    let shown = pictures(screen, kind) - picturesBefore
    print(
      "\(kind.name): \(keys) keys, \(shown) pictures, \(spent) bytes, \(outstanding) outstanding")
    // A picture of these cells has 10 KB and more; all of them would be megabytes.
    #expect(spent < keys * 2_000, "\(spent) bytes for \(keys) keys")
    if kind.name != "plain" { #expect(shown < keys / 2, "\(shown) pictures for \(keys) keys") }
    #expect(screen.terminal.screen.unknown == [])
    screen.terminal.bytesPerSecond = nil
    screen.type("q")
    #expect(try await screen.end() == .code(0))
    screen.expectRestored()
  }

  /// Pictures that came as graphics.
  private func pictures(_ screen: ClientScreen, _ kind: TerminalKind) -> Int {
    screen.terminal.screen.strings.filter { string in
      kind.name == "kitty"
        ? string.text.hasPrefix("Ga=t") || string.text.hasPrefix("Ga=T")
        : string.text.contains("q\"1;1;")
    }.count
  }
}
