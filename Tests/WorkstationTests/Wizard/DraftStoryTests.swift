import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// The program ends in the middle of the wizard, and begins again.
@Suite struct DraftStoryTests {
  private func atStudies(_ store: SampleStore = UploadSamples.store) -> Stage {
    var stage = Stage.showing(.uploads, store)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(WizardSamples.finished))
    return stage
  }

  /// What the store would have, written and read as it does.
  private func kept(_ stage: Stage) throws -> WizardDraft {
    let wizard = try #require(stage.kept.last ?? nil)
    let data = try JSONEncoder().encode(WizardDraft(wizard))
    return try JSONDecoder().decode(WizardDraft.self, from: data)
  }

  /// A new program on a store that has this.
  private func begun(_ draft: WizardDraft, _ width: Int = 80, _ height: Int = 24) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    // The program asks once, as it begins; see `theProgramAsksAsItBegins`.
    stage.send(
      .loaded(
        .draft(UnfinishedSelection(draft, at: Stage.now.addingTimeInterval(-3_600)))))
    return stage
  }

  private func wizard(_ stage: Stage) throws -> WizardState {
    try #require(stage.state.uploads.wizard)
  }

  @Test func changesAreKeptAfterAWhileAndStepsAtOnce() throws {
    var stage = atStudies()
    #expect(stage.kept.isEmpty)
    stage.press("Space")
    #expect(stage.kept.isEmpty && stage.state.uploads.awaitsDraftTimer)
    stage.send(.timer(.draftDue))
    #expect(stage.kept.count == 1 && !stage.state.uploads.awaitsDraftTimer)
    // Nothing happens, nothing is kept.
    stage.send(.storeChanged([.uploads]))
    #expect(!stage.state.uploads.awaitsDraftTimer)
    stage.press("n")
    #expect(stage.kept.count == 2)
    stage.press("Enter")
    stage.type("half a sen")
    stage.send(.timer(.draftDue))
    let draft = try kept(stage)
    #expect(draft.writing == .history(study: "1.2.3.2", text: "half a sen"))
    #expect(draft.chosenCount == 2 && draft.roots == ["/media/usb"])
    // Brought to its end it is forgotten.
    stage.press("Enter", "n")
    stage.send(.review(.finished))
    stage.press("Enter")
    stage.send(.done(.enqueued([UploadID("u1")])))
    #expect(stage.kept.last == .some(nil))
    let count = stage.kept.count
    stage.send(.timer(.draftDue))
    stage.press("j")
    #expect(stage.kept.count == count)
  }

  @Test func theProgramAsksAsItBegins() {
    var state = AppState(
      size: Size(width: 80, height: 24), now: Stage.now, calendar: Stage.utc,
      capabilities: ScreenCapabilities(depth: .palette256))
    #expect(state.start().contains(.load(.draft)))
    // Once: what another program began meanwhile is not this one's.
    #expect(!update(&state, .storeChanged([.uploads])).contains(.load(.draft)))
  }

  @Test func leavingOnPurposeForgets() {
    var stage = atStudies()
    stage.press("Space", "n", "Esc", "Esc", "Esc", "y")
    #expect(stage.state.uploads.wizard == nil)
    #expect(stage.kept.last == .some(nil))
    // What was never kept is not forgotten either.
    stage.press("a")
    stage.send(.folder(WizardSamples.home))
    let count = stage.kept.count
    stage.press("Esc")
    #expect(stage.kept.count == count)
  }

  @Test func everythingIsPutBack() throws {
    var stage = atStudies()
    stage.press("j", "Space", "n", "v", "v", "v", "e")
    stage.type("ACC9")
    stage.press("Enter", "k", "e", "Ctrl-U")
    stage.type("Okafor^Sam")
    stage.press("Enter")
    stage.type("nickname in the passport")
    stage.press("Enter", "j", "j", "j", "Enter")
    stage.type("cough, fever since")
    stage.send(.timer(.draftDue))
    let before = try wizard(stage)

    var again = begun(try kept(stage))
    #expect(again.text.contains("! An unfinished selection of 2 studies from 08:14: a goes on"))
    again.press("a")
    #expect(again.text.contains("Go on with the unfinished selection?"))
    #expect(again.text.contains("b begin anew"))
    #expect(
      again.press("y") == [
        .listFolder(path: "/media/usb"), .scan(roots: ["/media/usb"]), .load(.templates),
      ])
    #expect(!again.text.contains("unfinished selection"))
    // A crash before the folders are read loses nothing either.
    #expect(try kept(again) == kept(stage))
    again.send(.folder(WizardSamples.usb))
    again.send(.scan(WizardSamples.underWay))
    again.send(.timer(.draftDue))
    #expect(try kept(again).writing == kept(stage).writing)
    #expect(try kept(again).chosenCount == 2)
    again.send(.scan(WizardSamples.finished))
    let after = try wizard(again)
    #expect(after.step == .details && after.problem == nil)
    #expect(after.choices == before.choices)
    #expect(after.patientOverrides == before.patientOverrides)
    #expect(after.identityReasons == before.identityReasons)
    #expect(after.editing?.text == "cough, fever since" && after.selection == before.selection)
    // It goes on as if nothing had been.
    again.type(" Monday")
    again.press("Enter", "n")
    again.send(.review(.finished))
    guard case .perform(.enqueue(let drafts)) = again.press("Enter").first else {
      Issue.record("nothing was queued: \(again.text)")
      return
    }
    #expect(drafts.map(\.clinicalHistory) == ["", "cough, fever since Monday"])
    #expect(drafts[0].edited == [.patientName: "Okafor^Sam", .accessionNumber: "ACC9"])
    #expect(drafts[0].serviceLevel == .subspecialty)
  }

  @Test func whatIsGoneOrChangedIsSaid() throws {
    var stage = atStudies()
    stage.press("n", "Enter")
    stage.type("of the first")
    stage.press("Enter", "j", "j", "Enter")
    stage.type("of the second")
    stage.send(.timer(.draftDue))
    var progress = WizardSamples.finished
    progress.studies.remove(at: 1)
    progress.studies[1].files.removeLast()
    var again = begun(try kept(stage))
    again.press("a", "y")
    again.send(.scan(progress))
    let after = try wizard(again)
    let problem = try #require(after.problem)
    #expect(problem.contains("a study of PATEL, Anita is gone"))
    #expect(problem.contains("has other files"))
    #expect(problem.contains("the history that was being written has no study to go to"))
    #expect(after.choices[0].history == "of the first")
    // The medium comes back: so does what was written for it.
    again.press("Esc", "r")
    again.send(.scan(WizardSamples.finished))
    #expect(try wizard(again).choices[1].history == "of the second")
  }

  @Test func aFormIsOpenedAgain() throws {
    var stage = atStudies()
    stage.press("n", "e")
    stage.type("ACC")
    stage.send(.timer(.draftDue))
    var again = begun(try kept(stage))
    again.press("a", "y")
    again.send(.scan(WizardSamples.finished))
    #expect(try wizard(again).form?.subject == .study(0))
    #expect(try wizard(again).form?.rows[0].value == "ACC")
    again.type("1")
    again.press("Enter")
    #expect(try wizard(again).choices[0].overrides == [.accessionNumber: StudyOverride("ACC1")])
  }

  @Test func whatWasOrganisedIsDoneAgain() throws {
    let studies = OrganiserStoryTests.studies()
    var progress = WizardSamples.finished
    progress.studies = studies
    var stage = atStudies()
    stage.press("r")
    stage.send(.scan(progress))
    stage.press("o")
    stage.send(.organised(OrganiserSamples.organiser(studies, other: [1, 3])))
    stage.press("s", "Enter", "n", "j", "j", "Enter")
    stage.type("second patient")
    stage.press("Enter")
    stage.send(.timer(.draftDue))
    let before = try wizard(stage)
    #expect(before.choices.count == 3)

    // The scan finds the studies in another order this time.
    progress.studies.reverse()
    var again = begun(try kept(stage))
    again.press("a", "y")
    #expect(again.send(.scan(progress)) == [.organise(progress.studies)])
    let headers = OrganiserSamples.headers(studies, other: [1, 3])
    again.send(
      .organised(
        Organiser(progress.studies, headers: headers.suffix(3) + headers.prefix(6), seed: UUID())))
    let after = try wizard(again)
    #expect(after.step == .details && after.problem == nil, "\(after.problem ?? "")")
    func sorted(_ wizard: WizardState) -> [StudyDraft] {
      wizard.chosen.map { wizard.draft(of: $0) }
        .sorted { $0.study.studyInstanceUID < $1.study.studyInstanceUID }
    }
    #expect(sorted(after) == sorted(before))
    #expect(after.choices.contains { $0.history == "second patient" })

    // With other files it cannot be done again, and says so.
    var other = begun(try kept(stage))
    other.press("a", "y")
    progress.studies[0].files[0].byteCount += 1
    other.send(.scan(progress))
    other.send(.organised(OrganiserSamples.organiser(progress.studies, other: [])))
    #expect(try wizard(other).problem?.contains("what was organised was not put back") == true)
  }

  @Test func beginningAnewForgets() throws {
    var stage = atStudies()
    stage.press("n")
    var again = begun(try kept(stage))
    again.press("a", "Esc")
    #expect(again.state.uploads.unfinished != nil && again.state.uploads.wizard == nil)
    again.press("a")
    #expect(again.press("b") == [.listFolder(path: "~"), .load(.templates)])
    #expect(again.kept == [nil])
    #expect(again.state.uploads.unfinished == nil)
  }

  @Test(arguments: [(200, 60), (80, 24), (40, 20)]) func screens(_ width: Int, _ height: Int) throws
  {
    var stage = atStudies()
    stage.press("n")
    var again = begun(try kept(stage), width, height)
    GoldenScreen.expect(again.draw(), "uploads-unfinished-\(width)x\(height)")
    again.press("a")
    GoldenScreen.expect(again.draw(), "wizard-unfinished-\(width)x\(height)")
  }
}
