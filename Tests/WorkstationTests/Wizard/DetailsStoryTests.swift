import Domain
import Screen
import Testing

@testable import Workstation

/// Step three: patients and their studies, and what is said of them.
@Suite struct DetailsStoryTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  /// Three studies, the first and the last of one patient.
  static var progress: ScanProgress {
    var progress = WizardSamples.finished
    progress.studies = Array(WizardSamples.studies.prefix(3))
    progress.studies[2].study.patientName = progress.studies[0].study.patientName
    progress.studies[2].study.patientID = progress.studies[0].study.patientID
    progress.studies[2].study.patientBirthDate = ""
    return progress
  }

  private func atDetails(_ width: Int = 80, _ height: Int = 24) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(Self.progress))
    stage.press("n")
    return stage
  }

  private struct NothingQueued: Error {}

  private func wizard(_ stage: Stage) throws -> WizardState {
    try #require(stage.state.uploads.wizard)
  }

  private func drafts(_ stage: inout Stage) throws -> [StudyDraft] {
    stage.press("n")
    stage.send(.review(.finished))
    guard case .perform(.enqueue(let drafts)) = stage.press("Enter").first else {
      Issue.record("nothing was queued: \(stage.text)")
      throw NothingQueued()
    }
    return drafts
  }

  @Test func aPatientsValueHoldsForAllHisStudies() throws {
    var stage = atDetails()
    #expect(
      try wizard(stage).detailRows == [
        .patient("P-1.2.3.1|Okafor^Samuel"), .study(0), .study(2),
        .patient("P-1.2.3.2|Patel^Anita"), .study(1),
      ])
    stage.press("k", "e", "Ctrl-U")
    stage.type("Okafor^Samuel Obi")
    #expect(stage.text.contains("✎ changed, file: Okafor^Samuel"))
    // A name that takes the place of another wants a reason; the form asks for it at its end.
    #expect(stage.text.contains("Reason"))
    stage.press("Enter")
    #expect(stage.text.contains("! Say why the patient is another"))
    stage.type("married name")
    stage.press("Enter")
    #expect(try wizard(stage).form == nil, "\(stage.text)")
    #expect(stage.text.contains("✎ name from patient"))
    // Said once: another value of the patient needs no second reason.
    stage.press("e", "Down", "Down", "Down", "Ctrl-U")
    stage.type("M")
    stage.press("Enter")
    #expect(try wizard(stage).form == nil)
    let drafts = try drafts(&stage)
    #expect(
      drafts.map(\.study.patientName) == ["Okafor^Samuel Obi", "Patel^Anita", "Okafor^Samuel Obi"])
    #expect(drafts.map(\.edited.count) == [2, 0, 2])
    #expect(drafts[0].edited == [.patientName: "Okafor^Samuel Obi", .patientSex: "M"])
    #expect(drafts[2].reasons == [UploadReason(.identityChanged, "married name")])
    #expect(drafts[1].reasons.isEmpty && drafts[1].notes.isEmpty)
    #expect(stage.state.uploads.wizard?.effective(2).patientName == "Okafor^Samuel Obi")
  }

  @Test func aStudysOwnValueWins() throws {
    var stage = atDetails()
    // The patient first, then one of his studies.
    stage.press("k", "e", "Down", "Ctrl-U")
    stage.type("P9")
    stage.press("Down", "Down", "Down")
    stage.type("wrong number")
    stage.press("Enter", "j", "e")
    #expect(stage.text.contains("↑ from patient, file: P-1.2.3.1"))
    stage.press("Down", "Down", "Down", "Down", "Down", "Down", "Ctrl-U")
    stage.type("P7")
    stage.press("Enter")
    var choice = try wizard(stage).choices[0]
    #expect(choice.overrides == [.patientID: StudyOverride("P7")])
    #expect(try wizard(stage).effective(0).patientID == "P7")
    #expect(try wizard(stage).effective(2).patientID == "P9")
    // Back: to the patient's value first, then to the file's, which wins over the patient's.
    stage.press("e", "Up", "Down", "Down", "Down", "Down", "Down", "Down", "Ctrl-R")
    #expect(try wizard(stage).form?.rows[6].value == "P9")
    #expect(try wizard(stage).form?.rows[6].standing == .patient)
    stage.press("Ctrl-R")
    #expect(try wizard(stage).form?.rows[6].standing == .file)
    stage.press("Enter")
    choice = try wizard(stage).choices[0]
    #expect(choice.overrides == [.patientID: StudyOverride("P-1.2.3.1")])
    let drafts = try drafts(&stage)
    #expect(drafts[0].edited.isEmpty && drafts[0].reasons.isEmpty)
    #expect(drafts[2].edited == [.patientID: "P9"])
  }

  @Test func wrongValuesAreRefusedAtTheField() throws {
    var stage = atDetails()
    stage.press("e", "Down", "Ctrl-U")
    stage.type("20261345")
    stage.press("Enter")
    #expect(stage.text.contains("! Study date must be a day as YYYYMMDD."))
    #expect(try wizard(stage).form?.index == 1)
    // The form is not left by accident with something written in it.
    stage.press("Esc")
    #expect(stage.text.contains("Leave without the changes?"))
    stage.press("Esc")
    stage.press("Ctrl-R", "Up", "Ctrl-U")
    stage.type("ß")
    stage.press("Enter")
    #expect(stage.text.contains("! Accession must be written in ASCII"))
    stage.press("Esc", "y")
    #expect(try wizard(stage).form == nil && wizard(stage).choices[0].overrides.isEmpty)
    // Nothing written, nothing asked.
    stage.press("e", "Esc")
    #expect(try wizard(stage).form == nil && !stage.text.contains("Leave without"))
  }

  @Test func whatOnlyTheGatewayIsToldIsSaid() throws {
    var stage = atDetails()
    stage.press("e", "Down", "Down", "Down")
    #expect(stage.text.contains("= not in the file; gateway only"))
    #expect(stage.text.contains("Only the gateway is told"))
    stage.type("CHEST")
    stage.press("Enter")
    #expect(stage.text.contains("✎ body part"))
    let drafts = try drafts(&stage)
    #expect(drafts[0].edited.isEmpty && drafts[0].overridden == [.bodyPart: ""])
    #expect(drafts[0].study.bodyPart == "CHEST")
  }

  @Test func aTemplatesValueIsNamed() throws {
    var stage = atDetails()
    stage.state.uploads.wizard?.choices[0].overrides = [
      .studyDescription: StudyOverride("MR lumbar", origin: .template("Spine"))
    ]
    #expect(stage.text.contains("≡ description from"), "\(stage.text)")
    stage.press("e")
    #expect(try wizard(stage).form?.rows[2].standing == .template("Spine"))
    #expect(stage.text.contains("≡ from template Spine"))
    // Kept as it is it stays the template's; typed over it is the person's.
    stage.press("Enter")
    #expect(
      try wizard(stage).choices[0].overrides[.studyDescription]?.origin == .template("Spine"))
    stage.press("e", "Down", "Down")
    stage.type("!")
    stage.press("Enter")
    #expect(try wizard(stage).choices[0].overrides[.studyDescription]?.origin == .typed)
  }

  @Test func studiesThatNameNobodyAreNotOnePatients() throws {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    var progress = Self.progress
    for index in progress.studies.indices {
      (progress.studies[index].study.patientName, progress.studies[index].study.patientID) = (
        "", ""
      )
    }
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(progress))
    stage.press("n")
    #expect(try wizard(stage).detailRows.count == 6)
    stage.press("k", "e")
    stage.type("Someone")
    stage.press("Enter")
    #expect(try drafts(&stage).map(\.study.patientName) == ["Someone", "", ""])
  }

  /// Reading the folders again, and the organiser, keep what was said.
  @Test func whatWasSaidOutlivesReadingAgain() throws {
    var stage = atDetails()
    stage.press("k", "e", "Down", "Down", "Ctrl-U")
    stage.type("19610403")
    stage.press("Down", "Down")
    stage.type("passport")
    stage.press("Enter", "j", "e")
    stage.type("ACC1")
    stage.press("Enter", "Esc", "r")
    stage.send(.scan(Self.progress))
    #expect(try wizard(stage).effective(0).accessionNumber == "ACC1")
    #expect(try wizard(stage).effective(2).patientBirthDate == "19610403")
    stage.press("o")
    stage.send(.organised(OrganiserSamples.organiser(Self.progress.studies, other: [])))
    stage.press("Enter", "n")
    #expect(try wizard(stage).effective(0).accessionNumber == "ACC1")
    // The second study has no birth date in its files: filling it in is no other identity.
    let drafts = try drafts(&stage)
    #expect(drafts.map(\.reasons.count) == [1, 0, 0])
    #expect(drafts.map { $0.edited.count } == [2, 0, 1])
  }

  @Test(arguments: sizes) func screens(_ width: Int, _ height: Int) {
    var stage = atDetails(width, height)
    stage.press("k", "e", "Ctrl-U")
    stage.type("Okafor^Samuel Obi")
    stage.press("Down", "Down", "Down", "Down")
    stage.type("married name")
    GoldenScreen.expect(stage.draw(), "wizard-patient-\(width)x\(height)")
    stage.press("Enter", "j", "e", "Down", "Down", "Down", "Down", "Down")
    GoldenScreen.expect(stage.draw(), "wizard-form-\(width)x\(height)")
    stage.press("Up", "Up")
    stage.type("LSPINE")
    stage.press("Enter", "j")
    GoldenScreen.expect(stage.draw(), "wizard-changed-\(width)x\(height)")
  }
}
