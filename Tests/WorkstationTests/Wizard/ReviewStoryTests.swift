import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// What the review step says of earlier sendings, room and time, and what follows from it.
@Suite struct ReviewStoryTests {
  /// At the review of three studies; nothing is answered yet.
  private func atReview(
    _ width: Int = 80, _ height: Int = 24, _ scan: ScanProgress = WizardSamples.finished
  ) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(scan))
    stage.press("n", "n")
    return stage
  }

  private static let before = Stage.now.addingTimeInterval(-86_400)

  private func earlier(_ study: Int, _ known: Int, conflicts: Int = 0) -> ReviewAnswer {
    let files = WizardSamples.studies[study].files
    let image = EarlierImage(standing: .sent, at: Self.before, upload: "up-\(study)")
    return .earlier(
      key: WizardSamples.studies[study].study.studyInstanceUID,
      EarlierSending(
        source: .gateway,
        known: Dictionary(
          files.prefix(known).map { ($0.sopInstanceUID, image) }, uniquingKeysWith: { $1 }),
        conflicts: Dictionary(
          files.suffix(conflicts).map { ($0.sopInstanceUID, image) }, uniquingKeysWith: { $1 })))
  }

  private func drafts(_ effects: [Effect]) -> [StudyDraft] {
    for case .perform(.enqueue(let drafts)) in effects { return drafts }
    return []
  }

  @Test func onlyWhatIsNewIsQueued() {
    var stage = atReview()
    guard case .review(let subjects) = stage.effects.last, stage.effects.first == .estimate else {
      Issue.record("\(stage.effects)")
      return
    }
    #expect(subjects.map(\.key) == ["1.2.3.1", "1.2.3.2", "1.2.3.3"])
    #expect(stage.text.contains("Comparing with what was sent before"))
    stage.send(.review(earlier(0, 204)))
    stage.send(.review(earlier(1, 200)))
    stage.send(.review(earlier(2, 0)))
    stage.send(.review(.finished))
    #expect(stage.text.contains("already there: sent 20 Nov, all 204 images"))
    #expect(stage.text.contains("12 new of 212"))
    #expect(stage.text.contains("50 images, 26"))
    let queued = drafts(stage.press("Enter"))
    #expect(queued.map(\.study.studyInstanceUID) == ["1.2.3.2", "1.2.3.3"])
    #expect(queued.map(\.files.count) == [12, 38])
    #expect(queued[0].notes == ["Left out 200 of 212 images that were sent before: upload up-1."])
  }

  @Test func aReasonSendsEverything() {
    var stage = atReview()
    stage.send(.review(earlier(0, 204)))
    // Nothing of the second is known: there is nothing to force.
    stage.send(.review(earlier(1, 0)))
    stage.send(.review(earlier(2, 10)))
    stage.send(.review(.finished))
    stage.press("j", "F")
    #expect(stage.text.contains("all of it is sent"))
    stage.press("k", "F")
    #expect(stage.text.contains("Send all images again"))
    stage.type("lost in the PACS")
    stage.press("Enter")
    #expect(stage.text.contains("All images are sent again, reason: lost in the PACS"))
    // Given by mistake: the same key takes it back.
    stage.press("j", "j", "F")
    stage.type("x")
    stage.press("Enter", "F")
    #expect(stage.state.uploads.wizard?.review.reasons.count == 1)
    let queued = drafts(stage.press("Enter"))
    #expect(queued.map(\.files.count) == [204, 212, 28])
    #expect(queued[0].forceReason == "lost in the PACS")
    #expect(queued[0].reasons == [UploadReason(.duplicateForced, "lost in the PACS")])
    #expect(queued[1].forceReason == nil && queued[2].reasons.isEmpty)
  }

  @Test func aConflictNeedsAPerson() {
    var stage = atReview()
    stage.send(.review(earlier(0, 0)))
    stage.send(.review(earlier(1, 100, conflicts: 3)))
    stage.send(.review(earlier(2, 38)))
    stage.send(.review(.finished))
    #expect(stage.press("Enter") == [.estimate])
    #expect(stage.state.uploads.wizard?.selection == 1)
    #expect(stage.text.contains("! PATEL, Anita: same identifiers, other contents."))
    #expect(stage.text.contains("conflict: 3 of 212 images"))
    stage.press("Space")
    #expect(drafts(stage.press("Enter")).map(\.study.studyInstanceUID) == ["1.2.3.1"])
  }

  @Test func allOfItWasSentBefore() {
    var stage = atReview()
    for study in 0...2 {
      stage.send(.review(earlier(study, WizardSamples.studies[study].files.count)))
    }
    stage.send(.review(.finished))
    #expect(drafts(stage.press("Enter")).isEmpty)
    #expect(stage.text.contains("! All of it was sent before."))
    stage.press("Space", "Space", "Space")
    #expect(stage.text.contains("Nothing is chosen any more"))
    stage.press("Enter", "Esc", "Esc")
    #expect(stage.state.uploads.wizard?.step == .studies)
  }

  /// No key waits: Enter before the answers queues when they are there, twice at once.
  @Test func enterBeforeTheAnswers() {
    var stage = atReview()
    #expect(drafts(stage.press("Enter")).isEmpty)
    #expect(stage.text.contains("queued when that is done"))
    stage.send(.review(earlier(0, 204)))
    #expect(drafts(stage.send(.review(.finished))).count == 2)

    var hasty = atReview()
    hasty.press("Enter")
    let effects = hasty.press("Enter")
    #expect(effects.first == .cancelReview && drafts(effects).count == 3)

    // Going back gives it up; a late answer queues nothing.
    var back = atReview()
    back.press("Enter")
    #expect(back.press("Esc") == [.cancelReview])
    #expect(back.send(.review(.finished)).isEmpty)
    #expect(back.state.uploads.wizard?.step == .details)
  }

  @Test func tooLittleRoomIsSaidBeforeAnythingIsCopied() {
    var scan = WizardSamples.finished
    for study in scan.studies.indices {
      for file in scan.studies[study].files.indices {
        scan.studies[study].files[file].staging = .removable
      }
    }
    var stage = atReview(80, 24, scan)
    stage.send(.review(.finished))
    stage.send(.review(.estimate(HandoverEstimate(room: 200_000_000))))
    #expect(stage.text.contains("39 MB too little"))
    #expect(stage.press("Enter") == [.estimate])
    #expect(stage.text.contains("! 39 MB too little room for the copies"))
    // What was in the way is gone.
    stage.send(.review(.estimate(HandoverEstimate(room: 300_000_000))))
    #expect(stage.text.contains("there is room for 300 MB"))
    #expect(drafts(stage.press("Enter")).count == 3)
  }

  /// The facility's rule comes with the login.
  @Test func aFacilityMayDoWithoutHistory() {
    for isRequired in [true, false] {
      var stage = Stage.showing(.uploads, UploadSamples.store)
      var user = Stage.user
      user.clinicalHistoryRequired = isRequired
      stage.send(.loaded(.frame(FrameInfo(user: user, server: "https://relay.example"))))
      stage.press("a")
      stage.send(.folder(WizardSamples.usb))
      stage.press("Enter")
      stage.send(.scan(WizardSamples.finished))
      for index in stage.state.uploads.wizard?.choices.indices ?? 0..<0 {
        stage.state.uploads.wizard?.choices[index].level = .stat
      }
      stage.press("n", "n")
      #expect(stage.state.uploads.wizard?.step == (isRequired ? .details : .review))
    }
  }

  @Test(arguments: WizardStoryTests.sizes) func screens(_ width: Int, _ height: Int) {
    var stage = atReview(width, height)
    stage.send(.review(earlier(0, 204)))
    stage.send(.review(earlier(1, 200)))
    stage.send(.review(earlier(2, 0, conflicts: 2)))
    stage.send(
      .review(
        .estimate(
          HandoverEstimate(
            room: 12_000_000_000,
            speed: .init(bytesPerSecond: 1_800_000, at: Self.before)))))
    stage.send(.review(.finished))
    GoldenScreen.expect(stage.draw(), "wizard-review-before-\(width)x\(height)")
    stage.press("j", "j")
    GoldenScreen.expect(stage.draw(), "wizard-review-conflict-\(width)x\(height)")
  }
}
