import Domain
import Screen
import Testing

@testable import Workstation

/// Templates in the wizard: picked, applied, marked, taken back, filled in.
@Suite struct TemplateWizardTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  /// At the step of level and history, on the CT of the head.
  private func atDetails(_ width: Int = 80, _ height: Int = 24) -> Stage {
    var stage = Stage.showing(.uploads, TemplateSamples.store, width, height)
    stage.press("a", answeredBy: TemplateSamples.store)
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(WizardSamples.finished))
    stage.press("n", "j", "j")
    return stage
  }

  private func choice(_ stage: Stage, _ index: Int = 1) -> StudyChoice {
    stage.state.uploads.wizard?.choices[index]
      ?? StudyChoice(WizardSamples.studies[0], level: .routine)
  }

  private func told(_ stage: Stage, _ index: Int = 1) -> StudySummary? {
    stage.state.uploads.wizard?.effective(index)
  }

  @Test(arguments: sizes) func screens(_ size: (Int, Int)) {
    var stage = atDetails(size.0, size.1)
    GoldenScreen.expect(stage.draw(), "template-offer-\(size.0)x\(size.1)")
    stage.press("t")
    GoldenScreen.expect(stage.draw(), "template-picker-\(size.0)x\(size.1)")
    stage.press("Enter")
    GoldenScreen.expect(stage.draw(), "template-applied-\(size.0)x\(size.1)")
  }

  @Test func theSuggestedComesFirstAndFillsWhatIsFree() {
    var stage = atDetails()
    #expect(stage.text.contains("Brain trauma (CT, “head”) is suggested"))
    stage.press("t")
    #expect(stage.text.contains("suggested: CT, “head”"))
    stage.press("Enter")
    #expect(choice(stage).level == .stat)
    #expect(choice(stage).levelOrigin == .template("Brain trauma"))
    #expect(choice(stage).history == "Trauma, CT of 2026-11-21. {{indication?}} Dose: {{dose?}}")
    #expect(told(stage)?.studyDescription == "CT brain")
    // What the files say of the patient is as it was.
    #expect(told(stage)?.patientName == choice(stage).scanned.study.patientName)
    #expect(stage.text.contains("≡ STAT") && stage.text.contains("≡ description"))
    #expect(stage.text.contains("≡ template Brain trauma"))
    #expect(
      stage.text.contains("Brain trauma filled level, description, body part, history."))
    // The others are as they were.
    #expect(choice(stage, 0).values == StudyValues(level: .routine))
    stage.press("u")
    #expect(choice(stage).values == StudyValues(level: .routine))
    #expect(stage.text.contains("Brain trauma taken back."))
    #expect(!stage.text.contains("≡"))
  }

  @Test func whatWasTypedStaysAndIsNamed() {
    var stage = atDetails()
    stage.press("v", "Enter")
    stage.type("My own words")
    stage.press("Enter", "t", "Enter")
    #expect(choice(stage).level == .emergency && choice(stage).history == "My own words")
    #expect(told(stage)?.studyDescription == "CT brain")
    #expect(stage.text.contains("Typed, left: level, history."))
    // Undo takes back what was filled, not what was typed.
    stage.press("u")
    #expect(choice(stage).level == .emergency && choice(stage).history == "My own words")
    #expect(choice(stage).overrides.isEmpty)
  }

  @Test func whatIsOpenIsFilledInBeforeItIsQueued() {
    var stage = atDetails()
    stage.press("t", "Enter", "n")
    #expect(stage.state.uploads.wizard?.step == .details)
    #expect(stage.text.contains("{{indication?}} is to be filled in. Enter writes it."))
    // The caret stands at the first one, typing takes its place, Tab goes to the next.
    stage.press("Enter")
    stage.type("Fell.")
    stage.press("Tab")
    stage.send(.input(.paste("none")))
    #expect(
      stage.state.uploads.wizard?.editing?.text == "Trauma, CT of 2026-11-21. Fell. Dose: none")
    stage.press("Enter", "n")
    #expect(stage.state.uploads.wizard?.step == .review)
    #expect(choice(stage).historyOrigin == .typed)
    stage.send(.review(.finished))
    let effects = stage.press("Enter")
    guard case .perform(.enqueue(let drafts)) = effects.first, drafts.count == 3 else {
      Issue.record("expected an enqueue, got \(effects)")
      return
    }
    #expect(drafts[1].clinicalHistory == "Trauma, CT of 2026-11-21. Fell. Dose: none")
    #expect(drafts[1].study.studyDescription == "CT brain")
    // The description goes out in copies, what no file has is told; the patient is the files'.
    #expect(drafts[1].edited == [.studyDescription: "CT brain"])
    #expect(drafts[1].overridden == [.bodyPart: ""])
    #expect(drafts[1].study.patientName == "Patel^Anita" && drafts[1].reasons.isEmpty)
  }

  @Test func deleteRemovesAPlaceholderAndOtherKeysDoNot() {
    var stage = atDetails()
    stage.press("t", "Enter", "Enter", "→", "←", "Delete")
    #expect(
      stage.state.uploads.wizard?.editing?.text == "Trauma, CT of 2026-11-21.  Dose: {{dose?}}")
    // Esc keeps what is written; what was written is typed.
    stage.press("Esc")
    #expect(choice(stage).historyOrigin == .typed)
    // A look into the history changes nothing.
    var other = atDetails()
    other.press("t", "Enter", "Enter", "Esc")
    #expect(choice(other).historyOrigin == .template("Brain trauma"))
  }

  @Test func toAllThatItSuits() {
    var stage = atDetails()
    stage.press("k", "k")
    // The MR: the facility's template suits it alone; one without a rule suits all.
    stage.press("t", "*")
    #expect(
      (0..<3).map { choice(stage, $0).levelOrigin == .template("Spine follow-up") }
        == [true, false, false])
    #expect(stage.text.contains("given to 1 study, 2 not suited."))
    stage.press("t", "G", "*")
    #expect((0..<3).map { choice(stage, $0).level } == [.emergency, .emergency, .emergency])
    #expect(stage.text.contains("given to 3 studies."))
    // Each application is taken back as a whole.
    stage.press("u")
    #expect((0..<3).map { choice(stage, $0).level } == [.routine, .routine, .routine])
    #expect(choice(stage, 0).levelOrigin == .template("Spine follow-up"))
    stage.press("u")
    #expect((0..<3).allSatisfy { choice(stage, $0).values == StudyValues(level: .routine) })
    #expect(stage.state.uploads.wizard?.desk.canUndo == false)
  }

  @Test func escLeavesTheListAndNothingIsChanged() {
    var stage = atDetails()
    let before = stage.state.uploads.wizard?.choices
    stage.press("t", "j", "Esc")
    #expect(stage.state.uploads.wizard?.step == .details)
    #expect(stage.state.uploads.wizard?.desk.picker == nil)
    #expect(stage.state.uploads.wizard?.choices == before)
  }

  /// Read again or sorted by hand, a study keeps its values with their marks.
  @Test func marksSurviveReadingAgain() {
    var stage = atDetails()
    stage.press("t", "Enter")
    let values = choice(stage).values
    stage.press("Esc", "r")
    stage.send(.scan(WizardSamples.finished))
    #expect(choice(stage).values == values)
    stage.press("o")
    stage.send(.organised(OrganiserSamples.organiser(WizardSamples.studies, other: [])))
    stage.press("Enter")
    #expect(
      stage.state.uploads.wizard?.choices.contains { $0.values == values } == true)
  }

  @Test func withoutTemplatesTheKeySaysSo() {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    stage.press("a", answeredBy: UploadSamples.store)
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(WizardSamples.finished))
    stage.press("n", "t")
    #expect(stage.text.contains("there are no templates yet"))
    // News of the store are read at once.
    #expect(stage.send(.storeChanged([.templates])).contains(.load(.templates)))
  }
}
