import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// From the list of studies into the organiser and back, as a person goes.
@Suite struct OrganiserStoryTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  /// A study, and one beside it; the organiser's samples put another patient into the first.
  static func studies(images: Int = 6) -> [ScannedStudy] {
    var first = WizardSamples.study(
      "1.2.3.4", name: "Demo^Anna", "CT", "chest", images: images, series: 2)
    // As a scan gives them: series by series.
    first.files =
      first.files.filter { $0.seriesInstanceUID.hasSuffix("100") }
      + first.files.filter { !$0.seriesInstanceUID.hasSuffix("100") }
    return [first, WizardSamples.study("1.2.3.5", name: "Demo^Boris", "MR", "knee", images: 3)]
  }

  private func open(_ width: Int = 80, _ height: Int = 24, images: Int = 6) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    let studies = Self.studies(images: images)
    var progress = WizardSamples.finished
    progress.studies = studies
    stage.send(.scan(progress))
    let effects = stage.press("o")
    #expect(effects == [.organise(studies)])
    stage.send(.organised(OrganiserSamples.organiser(studies, other: [1, 3])))
    return stage
  }

  private func organiser(_ stage: Stage) throws -> OrganiserState {
    try #require(stage.state.uploads.wizard?.organiser)
  }

  @Test func aMixtureIsSplitAndGoesBackToTheWizard() throws {
    var stage = open()
    #expect(stage.text.contains("Organise"))
    #expect(stage.text.contains("! 2 patients"))
    #expect(stage.text.contains("1 needs you"))
    stage.press("s")
    #expect(try organiser(stage).model.containers.map(\.count) == [4, 3, 2])
    #expect(try organiser(stage).flags.allSatisfy { $0.objection == nil })
    #expect(stage.text.contains("± 2 changed"))
    stage.press("u")
    #expect(try organiser(stage).model.containers.count == 2)
    #expect(stage.text.contains("Undone: split"))
    stage.press("Ctrl-R")
    #expect(try organiser(stage).model.containers.count == 3)
    stage.press("Enter")
    let wizard = try #require(stage.state.uploads.wizard)
    #expect(!wizard.isOrganising)
    #expect(wizard.choices.map(\.isChecked) == [true, true, true])
    #expect(wizard.choices.map { $0.scanned.files.count } == [4, 3, 2])
    let drafts = wizard.choices.map(\.draft)
    #expect(drafts[2].files.allSatisfy { $0.rewrite != nil })
    #expect(drafts[2].notes.contains { $0.contains("2 images moved here") })
    // Again: everything is as it was left.
    stage.press("o")
    #expect(stage.effects.isEmpty)
    #expect(try organiser(stage).model.containers.count == 3)
  }

  @Test func mixedPatientsAreNotChosenByAKeyAndGoOutWithAReason() throws {
    var stage = open()
    stage.press("R")
    stage.type("one patient, two spellings")
    stage.press("Enter")
    #expect(try organiser(stage).flags[0].objection == nil)
    #expect(stage.text.contains("mixed, with a reason"))
    stage.press("Enter")
    let choice = try #require(stage.state.uploads.wizard?.choices.first)
    #expect(choice.objection == nil && choice.isChecked)
    #expect(choice.draft.notes.contains { $0.hasSuffix("reason: one patient, two spellings") })
    #expect(choice.draft.files.allSatisfy { $0.rewrite == nil })
  }

  @Test func marksRangesAndMoves() throws {
    var stage = open()
    stage.press("Tab", "j", "Space", "Space")
    #expect(OrganiserState.count(try organiser(stage).chosen) == 2)
    #expect(stage.text.contains("2 images marked"))
    stage.press("Esc")
    #expect(OrganiserState.count(try organiser(stage).chosen) == 0)
    // From the first image to the last of its series.
    stage.press("g", "j", "v", "j", "j", "v")
    #expect(OrganiserState.count(try organiser(stage).chosen) == 3)
    stage.press("m")
    #expect(stage.text.contains("Move 3 images to"))
    stage.press("Esc", "m", "Enter")
    #expect(try organiser(stage).model.containers.map(\.count) == [3, 6])
    // It is another patient's study now, and says so.
    #expect(try organiser(stage).flags[1].objection != nil)
    stage.press("←", "j")
    #expect(stage.text.contains("! says DEMO, Anna") || stage.text.contains("! says"))
    // A heading stands for its whole series.
    stage.press("→", "g", "Space")
    #expect(OrganiserState.count(try organiser(stage).chosen) == 3)
    stage.press("n")
    #expect(try organiser(stage).model.containers.map(\.count) == [3, 3, 3])
    #expect(try organiser(stage).study == 2)
  }

  @Test func dataAreChangedMergedAndKept() throws {
    var stage = open()
    stage.press("j", "e")
    #expect(stage.text.contains("What this study says when it is sent"))
    stage.press("Ctrl-U")
    stage.type("Demo^Carla")
    stage.press("Down", "Down")
    stage.type("x")
    stage.press("Enter")
    #expect(stage.text.contains("YYYYMMDD"))
    stage.press("Backspace", "Enter")
    #expect(try organiser(stage).editor == nil)
    #expect(try organiser(stage).model.containers[1].identity.patientName == "Demo^Carla")
    #expect(stage.text.contains("± 3 changed"))
    stage.press("M", "Enter")
    #expect(try organiser(stage).model.containers.map(\.count) == [9, 0])
  }

  @Test func leavingWithChangesAsks() throws {
    var stage = open()
    stage.press("s", "Esc")
    #expect(stage.text.contains("Leave without the changes?"))
    stage.press("y")
    #expect(stage.state.uploads.wizard?.isOrganising == false)
    #expect(stage.state.uploads.wizard?.organiser?.model.containers.count == 2)
  }

  /// What a scan found mixed cannot be chosen by one key.
  @Test func aMixtureIsRefusedInTheWizard() throws {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(WizardSamples.finished))
    stage.press("G", "Space")
    #expect(stage.state.uploads.wizard?.choices.last?.isChecked == false)
    #expect(stage.text.contains("Different patients"))
  }

  @Test func imagesAreDraggedOntoAStudy() throws {
    var stage = open()
    let before = try organiser(stage).model.containers.map(\.count)
    #expect(before == [6, 3])
    func place(_ text: String) throws -> Point {
      let lines = stage.text.split(separator: "\n", omittingEmptySubsequences: false)
      let y = try #require(lines.firstIndex { $0.contains(text) }, "\(text)")
      let line = lines[y]
      let found = try #require(line.range(of: text))
      return Point(x: line.distance(from: line.startIndex, to: found.lowerBound) + 1, y: y)
    }
    let start = try place("[ ] 1")
    let target = try place("DEMO, Boris")
    func mouse(_ action: Mouse.Action, _ x: Int, _ y: Int) {
      stage.send(
        .input(.mouse(Mouse(action: action, button: .left, point: Point(x: x, y: y)))))
    }
    mouse(.press, start.x + 8, start.y)
    mouse(.drag, start.x - 4, start.y)
    #expect(stage.text.contains("Dragging 1 image"))
    mouse(.drag, target.x, target.y)
    #expect(stage.text.contains("→ DEMO, Boris"))
    mouse(.release, target.x, target.y)
    #expect(try organiser(stage).model.containers.map(\.count) == [5, 4])
    // A click alone moves nothing; on the box it marks.
    let other = try place("[ ] ")
    mouse(.press, other.x, other.y)
    mouse(.release, other.x, other.y)
    #expect(OrganiserState.count(try organiser(stage).chosen) == 1)
  }

  @Test func aLargeStudyMakesOnlyWhatIsInSight() throws {
    var stage = open(200, 60, images: 20_000)
    #expect(try organiser(stage).rows.count == 20_002)
    stage.press("Tab", "G", "Space", "m", "Enter")
    #expect(try organiser(stage).model.containers.map(\.count) == [19_999, 4])
    stage.press("u")
    #expect(try organiser(stage).model.containers.map(\.count) == [20_000, 3])
  }

  @Test(arguments: sizes) func screens(_ width: Int, _ height: Int) {
    var stage = open(width, height)
    GoldenScreen.expect(stage.draw(), "organiser-\(width)x\(height)")
    stage.press("s", "G", "Tab", "j", "Space")
    GoldenScreen.expect(stage.draw(), "organiser-split-\(width)x\(height)")
    stage.press("m")
    GoldenScreen.expect(stage.draw(), "organiser-move-\(width)x\(height)")
    stage.press("Esc", "Esc", "e")
    GoldenScreen.expect(stage.draw(), "organiser-data-\(width)x\(height)")
  }
}
