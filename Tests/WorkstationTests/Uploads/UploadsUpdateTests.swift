import Domain
import Screen
import Testing

@testable import Workstation

/// What keys do to uploads.
@Suite struct UploadsUpdateTests {
  private func stage(selecting row: Int) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    for _ in 0..<row { stage.press("j", answeredBy: UploadSamples.store) }
    return stage
  }

  @Test func spacePausesAndGoesOn() {
    var sending = stage(selecting: 0)
    #expect(sending.press("Space") == [.perform(.pause(UploadID("u1")))])
    var paused = stage(selecting: 3)
    #expect(paused.press("Space") == [.perform(.resume(UploadID("u4")))])
    var verified = stage(selecting: 5)
    #expect(!verified.press("Space").contains { if case .perform = $0 { true } else { false } })
    #expect(verified.text.contains("not under way"))
  }

  @Test func cancelAsksFirstAndMeansTheUploadThatWasAsked() {
    var stage = stage(selecting: 1)
    #expect(stage.press("X").isEmpty)
    #expect(stage.text.contains("OKAFOR, Samuel"))
    // Rows move while the question stands.
    var store = UploadSamples.store
    store.uploads.insert(
      UploadSamples.upload(
        "u0", .queued, name: "New^Row", "CT", "x", images: 1, bytes: 1), at: 0)
    stage.send(.storeChanged([.uploads]))
    stage.settle(store)
    #expect(stage.press("y") == [.perform(.cancel(UploadID("u2")))])
    #expect(stage.state.uploads.list.selectedRow?.id == UploadID("u2"))

    var kept = self.stage(selecting: 1)
    kept.press("X", "Esc")
    #expect(kept.effects.isEmpty)
  }

  @Test func forgettingAsksAndIsOnlyForWhatEndedWithoutAProof() {
    var store = UploadSamples.store
    store.details[UploadID("u9")]?.copies = SpoolCopies(uploads: 1, files: 46, bytes: 24_000_000)
    var failed = Stage.showing(.uploads, store)
    for _ in 0..<8 { failed.press("j", answeredBy: store) }
    failed.send(.timer(.selectionRested))
    failed.settle(store)
    #expect(failed.text.contains("46 copies of its files (24 MB)"))
    #expect(failed.press("D").isEmpty)
    #expect(failed.text.contains("Forget this upload?"))
    #expect(failed.press("y") == [.perform(.forget(UploadID("u9")))])
    failed.send(.done(.performed(.forget(UploadID("u9")))))
    #expect(failed.text.contains("its record and copies are gone"))

    var sending = stage(selecting: 0)
    sending.press("D")
    #expect(sending.text.contains("X gives it up first"))
    var verified = stage(selecting: 5)
    verified.press("D")
    #expect(verified.text.contains("it is proven"))
  }

  @Test func aDuplicateNeedsAReason() {
    var stage = stage(selecting: 9)
    stage.press("F")
    #expect(!stage.press("Enter").contains { if case .perform = $0 { true } else { false } })
    stage.type("earlier one lacked the lateral view")
    #expect(
      stage.press("Enter") == [
        .perform(.force(UploadID("u10"), reason: "earlier one lacked the lateral view"))
      ])
    // Where there is no duplicate the key has no meaning.
    var other = self.stage(selecting: 0)
    other.press("F")
    #expect(!other.text.contains("Send the duplicate"))
  }

  @Test func anotherLevelAsksForTheHistoryThatItNeeds() {
    var stage = stage(selecting: 0)
    stage.press("S")
    #expect(stage.text.contains("Another service level"))
    var store = UploadSamples.store
    let id = store.uploads[0].id
    store.uploads[0].clinicalHistory = ""
    stage.send(.storeChanged([.uploads]))
    stage.settle(store)
    stage.press("Ctrl-U")
    stage.type("stat")
    #expect(!stage.press("Enter").contains { if case .perform = $0 { true } else { false } })
    #expect(stage.text.contains("STAT needs one: what, since when, question"))
    stage.type("fall, headache")
    #expect(
      stage.press("Enter") == [.perform(.setLevel(id, .stat, history: "fall, headache"))])

    // One that has it goes at once; a beginning of the word will do, and other words will not.
    store.uploads[0].clinicalHistory = "fall"
    var other = Stage.showing(.uploads, store)
    other.press("S", "Ctrl-U")
    other.type("emer")
    #expect(other.press("Enter") == [.perform(.setLevel(id, .emergency, history: nil))])
    other.press("S", "Ctrl-U")
    other.type("urgent")
    #expect(!other.press("Enter").contains { if case .perform = $0 { true } else { false } })
    #expect(other.text.contains("urgent is no service level"))
    var proven = self.stage(selecting: 5)
    proven.press("S")
    #expect(proven.text.contains("nothing of it is left to send"))
  }

  @Test func receiptOfTheSelectedUpload() {
    var stage = stage(selecting: 8)
    #expect(stage.press("p") == [.saveReceipt(UploadID("u9"))])
    stage.send(.done(.savedReceipt(path: "/d/receipt-u9.pdf")))
    #expect(stage.text.contains("Saved /d/receipt-u9.pdf, and .json beside it"))
  }

  @Test func retryWhereItHelps() {
    var failed = stage(selecting: 8)
    #expect(failed.press("R") == [.perform(.retry(UploadID("u9")))])
    var proven = stage(selecting: 6)
    #expect(!proven.press("R").contains { if case .perform = $0 { true } else { false } })
  }

  /// A list scrolls in few bytes: the keys below it change when the selection rests.
  @Test func theKeysWaitForTheSelectionToRest() {
    var stage = stage(selecting: 7)
    let before = stage.state.barItems
    stage.press("j")
    #expect(stage.state.uploads.list.selectedRow?.state == .failed)
    #expect(stage.state.barItems == before && !before.contains { $0.title == "retry" })
    #expect(stage.effects.contains(.after(seconds: 0.12, .selectionRested)))
    #expect(stage.press("R") == [.perform(.retry(UploadID("u9")))], "the key itself does not wait")
    #expect(stage.state.barItems.contains { $0.title == "retry" })
    stage.press("k", "j")
    stage.send(.timer(.selectionRested))
    #expect(stage.state.barItems.contains { $0.title == "retry" })
  }

  /// Rows that come meanwhile change nothing of that.
  @Test func detailsWaitForTheSelectionToRest() {
    var stage = stage(selecting: 2)
    let before = stage.state.uploads.focus
    stage.press("j")
    let query = Query.uploads(stage.state.uploads.filter, Window(offset: 0, limit: 40))
    if let rows = UploadSamples.store.answer(query) { stage.send(.loaded(rows)) }
    #expect(stage.state.uploads.focus == before)
    stage.send(.timer(.selectionRested))
    #expect(stage.state.uploads.focus == UploadID("u4"))
    #expect(stage.effects.contains { if case .load(.upload) = $0 { true } else { false } })
  }

  /// What a colleague queued waits for their login, or for a hand that takes it over.
  @Test func theNextShiftTakesOver() {
    let store = UploadSamples.colleagues
    var stage = Stage.showing(.uploads, store)
    #expect(stage.text.contains("Queued by b.lee; waits for their login"))
    #expect(stage.text.contains("T takes it over"))
    // Not somebody else's to give up or to force.
    stage.press("X")
    #expect(stage.text.contains("b.lee queued it: T takes it over first"))
    #expect(stage.press("T").isEmpty)
    #expect(stage.text.contains("Take this upload over?"))
    #expect(stage.press("y") == [.perform(.takeOver(UploadID("u1")))])
    stage.press("j", answeredBy: store)
    stage.press("F")
    #expect(stage.text.contains("b.lee queued it: T takes it over first"))
    stage.press("j", answeredBy: store)
    stage.press("T")
    #expect(stage.text.contains("it is for Southside"))
    stage.press("j", answeredBy: store)
    #expect(stage.press("T").isEmpty && !stage.text.contains("Take this upload over?"))
    // All at once, from the palette.
    stage.press(":")
    stage.type("take over all")
    stage.press("Enter")
    #expect(stage.text.contains("Take over all uploads?"))
    #expect(stage.press("y") == [.perform(.takeOverAll)])
    stage.send(.done(.performed(.takeOverAll)))
    #expect(stage.text.contains("sent under your login"))
  }

  @Test func groupsNarrowTheList() {
    var stage = stage(selecting: 0)
    stage.press("f", "f", answeredBy: UploadSamples.store)
    #expect(stage.state.uploads.group == .needsYou)
    #expect(
      stage.state.uploads.list.rows.map(\.state) == [.held, .failed, .duplicate, .unproven])
    #expect(stage.text.contains("‹ needs you ›"))
    stage.press("←", answeredBy: UploadSamples.store)
    #expect(stage.state.uploads.group == .underWay)
  }

  @Test func aLateAnswerToAnotherFilterIsDropped() {
    var stage = stage(selecting: 0)
    guard case .load(let old) = stage.press("f").first else {
      Issue.record("no load")
      return
    }
    stage.press("f")
    if let late = UploadSamples.store.answer(old) { stage.send(.loaded(late)) }
    #expect(stage.state.uploads.list.count == 12)
    stage.settle(UploadSamples.store)
  }

  @Test func clicksSelectAndOpen() {
    var stage = stage(selecting: 0)
    let click = { (y: Int) in
      Message.input(
        .mouse(Mouse(action: .press, button: .left, point: Point(x: 10, y: y))))
    }
    stage.send(click(6))
    stage.settle(UploadSamples.store)
    #expect(stage.state.uploads.list.selected == 1)
    stage.send(click(6))
    stage.settle(UploadSamples.store)
    #expect(stage.state.uploads.isOpen)
    #expect(stage.text.contains("What happened") || stage.text.contains("Study UID"))
  }

  @Test func theOpenUploadScrollsAndFollowsTheStore() {
    var stage = stage(selecting: 0)
    stage.press("Enter", answeredBy: UploadSamples.store)
    #expect(stage.text.contains("IMG100001"))
    stage.press("G")
    #expect(stage.text.contains("sending began"))
    #expect(!stage.text.contains("IMG100001"))
    var store = UploadSamples.store
    store.details[UploadID("u1")]?.log.append(
      UploadDetail.LogLine(at: .minutes(0), text: "last words"))
    stage.send(.storeChanged([.uploads]))
    stage.settle(store)
    stage.press("G")
    #expect(stage.text.contains("last words"))
  }

  @Test func unprovenSaysSo() {
    let words = UploadWords(
      UploadSamples.all[10], progress: nil, now: Stage.now, calendar: Stage.utc)
    #expect(words.standing.role == .waiting)
    #expect(words.tails.first == "gateway says complete, no proof")
    for state in UploadState.allCases {
      #expect((UploadStanding(state).role == .proven) == state.isProven)
    }
  }
}
