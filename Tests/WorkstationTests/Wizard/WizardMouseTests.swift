import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// The wizard without keys.
@Suite struct WizardMouseTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  private func atStudies(_ width: Int, _ height: Int) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(WizardSamples.finished))
    return stage
  }

  private func wizard(_ stage: Stage) throws -> WizardState {
    try #require(stage.state.uploads.wizard)
  }

  /// Where a text stands on the screen.
  private func place(_ text: String, _ stage: Stage) throws -> Point {
    let lines = stage.text.split(separator: "\n", omittingEmptySubsequences: false)
    let y = try #require(lines.firstIndex { $0.contains(text) }, "\(text) in\n\(stage.text)")
    let start = try #require(lines[y].range(of: text)?.lowerBound)
    return Point(x: lines[y].distance(from: lines[y].startIndex, to: start), y: y)
  }

  private func click(_ point: Point, _ stage: inout Stage) {
    for action in [Mouse.Action.press, .release] {
      stage.send(.input(.mouse(Mouse(action: action, button: .left, point: point))))
    }
  }

  @Test(arguments: sizes) func rowsBoxesAndSecondClicks(_ size: (Int, Int)) throws {
    var stage = atStudies(size.0, size.1)
    // The box alone chooses; its row is selected by it.
    let box = try place("[x]", stage)
    click(Point(x: box.x + 1, y: box.y), &stage)
    #expect(try wizard(stage).choices.map(\.isChecked) == [false, true, true, false])
    // The name selects, and does what Enter does when it is selected.
    let name = try place("PATEL", stage)
    click(name, &stage)
    #expect(try wizard(stage).selectedChoice == 1 && !wizard(stage).choices[1].isOpen)
    #expect(try wizard(stage).choices[1].isChecked)
    click(name, &stage)
    #expect(try wizard(stage).choices[1].isOpen)
    // What needs a decision is not chosen by a click either.
    click(name, &stage)
    let mixed = try place("[!]", stage)
    click(Point(x: mixed.x + 1, y: mixed.y), &stage)
    #expect(try !wizard(stage).choices[3].isChecked)
    #expect(try wizard(stage).problem?.contains("organiser") == true)
    stage.send(
      .input(.mouse(Mouse(action: .wheelUp, button: .none, point: name))))
    #expect(try wizard(stage).selection == 0)
  }

  @Test(arguments: sizes) func detailsAndForm(_ size: (Int, Int)) throws {
    var stage = atStudies(size.0, size.1)
    click(try place("n next", stage), &stage)
    #expect(try wizard(stage).step == .details)
    let patient = try place("OKAFOR", stage)
    click(patient, &stage)
    #expect(try wizard(stage).selectedDetail == .patient("P-1.2.3.1|Okafor^Samuel"))
    click(patient, &stage)
    #expect(try wizard(stage).form?.subject == .patient("P-1.2.3.1|Okafor^Samuel"))
    click(try place("Sex", stage), &stage)
    #expect(try wizard(stage).form?.index == 3)
    stage.send(
      .input(.mouse(Mouse(action: .wheelUp, button: .none, point: patient))))
    #expect(try wizard(stage).form?.index == 0)
    click(try place("Esc back", stage), &stage)
    #expect(try wizard(stage).form == nil)
  }

  /// What is being written stays its study's: neither wheel nor click takes it to another one.
  @Test func writingIsNotCarriedAway() throws {
    var stage = atStudies(80, 24)
    stage.press("n", "Enter")
    stage.type("of the first")
    let other = try place("chest", stage)
    stage.send(.input(.mouse(Mouse(action: .wheelDown, button: .none, point: other))))
    click(other, &stage)
    stage.press("Enter")
    #expect(try wizard(stage).choices.map(\.history) == ["of the first", "", "", ""])
  }
}
