import Demonstration
import Domain
import Foundation
import TestSupport
import Testing

/// `radrelay view` in a pseudo-terminal: the demonstration's CT is opened and scrolled.
@Suite(.enabled(if: ClientWorkplace.isBuilt, "needs radrelay beside the tests"))
struct ViewerTests {
  /// A CT of the demonstration, small, in a folder of its own.
  private func makeCT(_ workplace: ClientWorkplace) throws -> DemoStudies.Written {
    let studies = DemoStudy.all.filter { $0.key == "ct-head-1" }
    let written = try DemoStudies.write(
      to: try workplace.makeFolder("studies"), studies: studies, size: 64)
    return try #require(written.first)
  }

  @Test(.timeLimit(.minutes(15))) func aStackIsScrolled() async throws {
    let workplace = try ClientWorkplace()
    let written = try makeCT(workplace)
    let count = written.files.count
    let screen = try ClientScreen(workplace, ["view", written.folder.path])
    try await screen.see("image 1/\(count)")
    try await screen.see("1 cell =")
    #expect(screen.text.contains("NOT FOR DIAGNOSTIC USE"))
    #expect(screen.text.contains("ID \(written.study.patientID)"))
    #expect(screen.text.contains("acc \(written.study.accessionNumber)"))
    // Nobody has to log in to look at files.
    #expect(!screen.text.contains("Log in"))
    screen.type("j")
    try await screen.see("image 2/\(count)")
    screen.type("\u{1B}[6~")
    try await screen.see("image 12/\(count)")
    screen.type("G")
    try await screen.see("image \(count)/\(count)")
    screen.type("g")
    try await screen.see("image 1/\(count)")
    screen.type("3")
    try await screen.see("W 1500 L 300")
    screen.type("c")
    try await screen.see("the stack moves by itself") {
      $0.text.contains("cine") && !$0.text.contains("image 1/")
    }
    screen.type("cm")
    try await screen.see("Transfer Syntax UID")
    screen.type("\u{1B}")
    try await screen.see("1 cell =")
    screen.type("q")
    #expect(try await screen.end() == .code(0))
    screen.expectRestored()
  }

  @Test(.timeLimit(.minutes(15))) func aBrokenFileSaysSoInItsPlace() async throws {
    let workplace = try ClientWorkplace()
    let written = try makeCT(workplace)
    let broken = written.files[1]
    let bytes = try Data(contentsOf: broken)
    try bytes.prefix(bytes.count - 2_000).write(to: broken)
    let screen = try ClientScreen(workplace, ["view", written.folder.path])
    try await screen.see("image 1/\(written.files.count)")
    screen.type("j")
    try await screen.see("Image 2 cannot be shown")
    #expect(screen.text.contains(broken.lastPathComponent))
    screen.type("j")
    try await screen.see("image 3/")
    try await screen.see("1 cell =")
    screen.type("q")
    #expect(try await screen.end() == .code(0))
  }

  @Test func aPathThatIsNotThere() async throws {
    let workplace = try ClientWorkplace()
    let child = try await workplace.run(["view", "/nowhere/at/all"])
    #expect(child.exitStatus == 8)
    #expect(child.errors.contains("There is no file or folder /nowhere/at/all"))
  }
}
