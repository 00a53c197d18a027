import Foundation
import Testing
import Workstation

/// The README's key table is made from the commands, so that it stays true.
@Suite struct ReadmeTests {
  @Test func theKeyTableIsFresh() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("README.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let begin = try #require(text.range(of: "filter ReadmeTests` -->\n"))
    let end = try #require(text.range(of: "<!-- /keys -->"))
    let table = "\n" + CommandTable.markdown() + "\n"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      let new = text[..<begin.upperBound] + table + text[end.lowerBound...]
      try String(new).write(to: file, atomically: true, encoding: .utf8)
      return
    }
    #expect(
      text[begin.upperBound..<end.lowerBound] == table,
      "run: UPDATE_GOLDEN=1 swift test --filter ReadmeTests")
  }
}
