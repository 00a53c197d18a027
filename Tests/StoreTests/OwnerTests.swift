import Domain
import Foundation
import Testing

@testable import Store

/// Several people share one workstation: what one of them queued goes out under their login only.
@Suite struct OwnerTests {
  let sandbox = Sandbox()

  private func account(_ owner: UploadOwner, facility: Facility? = nil) -> Account {
    Account(
      server: owner.gateway,
      user: User(
        id: UserID(owner.username), username: owner.username, fullName: "", role: .radiographer,
        facility: facility ?? owner.facility), accessToken: "a-\(owner.username)",
      refreshToken: "r-\(owner.username)")
  }

  @Test func anothersUploadsWaitVisiblyAndGoOnAtTheirLogin() async throws {
    let store = try sandbox.open()
    try await store.save(account(.anna))
    let id = try #require(try await store.enqueue([draft()]).first)
    try await store.transition(
      id, to: .queued, reason: "Waiting to try again: x.", nextAttemptAt: t0 + 60, at: t0)
    try await store.save(account(.ben))
    #expect(try await store.due(for: .ben, now: .distantFuture).isEmpty)
    var upload = try #require(try await store.upload(id))
    #expect(upload.reason == "Queued by anna; waits for their login.")
    #expect(upload.nextAttemptAt == nil)
    // Whatever brings it back into the queue, it says so again.
    try await store.command(.pause, id, at: t0)
    try await store.command(.resume, id, at: t0)
    upload = try #require(try await store.upload(id))
    #expect(upload.reason == "Queued by anna; waits for their login.")
    let log = try #require(try await store.uploadDetail(id, fileLimit: 0)).log.map(\.text)
    #expect(log.contains("ben asks: pause."))
    try await store.save(account(.anna))
    #expect(try await store.upload(id)?.reason == "")
    #expect(try await store.due(for: .anna, now: t0).map(\.id) == [id])
  }

  @Test func gatewayAndFacilityCountAsWell() async throws {
    let store = try sandbox.open()
    let id = try #require(try await store.enqueue([draft()]).first)
    var elsewhere = account(.anna)
    elsewhere.server = "https://new"
    try await store.save(elsewhere)
    #expect(
      try await store.upload(id)?.reason == "Queued by anna at http://g; waits for a login there.")
    let south = Facility(id: FacilityID("s"), name: "South")
    let moved = account(.anna, facility: south)
    try await store.save(moved)
    #expect(try await store.due(for: moved.owner, now: t0).isEmpty)
    #expect(
      try await store.upload(id)?.reason
        == "Queued for North; waits for a login of that facility.")
    // A plain gateway names no facility.
    let plain = account(.anna, facility: Facility(id: FacilityID(""), name: ""))
    try await store.save(plain)
    #expect(try await store.due(for: plain.owner, now: t0).map(\.id) == [id])
    #expect(try await store.upload(id)?.reason == "")
  }

  @Test func takingOverKeepsTheHistoryAndDropsTheSession() async throws {
    let store = try sandbox.open()
    try await store.save(account(.ben))
    let work = try await store.started(draft())
    let id = work.upload.id
    try await store.acknowledge(work.files[0].file.id, chunk: 0, session: "r1")
    #expect(try await store.uploadsOfOthers(than: .ben).map(\.id) == [id])
    #expect(try await store.uploadsOfOthers(than: .ben, of: "carl").isEmpty)
    #expect(try await store.uploadsOfOthers(than: .anna).isEmpty)
    try await store.takeOver(id, for: .ben, at: t0)
    let taken = try #require(try await store.work(id))
    #expect(taken.upload.belongsTo == .ben && taken.upload.state == .queued)
    #expect(taken.session == nil && taken.upload.sentBytes == 0 && taken.upload.reason == "")
    #expect(try await store.due(for: .ben, now: t0).map(\.id) == [id])
    // What comes late of the old session changes nothing.
    #expect(
      try await store.acknowledge(work.files[0].file.id, chunk: 1, session: "r1") == false)
    let log = try #require(try await store.uploadDetail(id, fileLimit: 0)).log.map(\.text)
    #expect(log.contains("Taken over by ben from anna."))
    #expect(log.last == "Handed over by anna: 1 files.")
    // The gateway's earlier name still leads here.
    #expect(try await store.upload(remoteID: "r1")?.id == id)
  }

  @Test func whatCannotBeTakenOverSaysWhy() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft())
    let id = work.upload.id
    var stranger = UploadOwner.ben
    stranger.gateway = "https://other"
    var south = UploadOwner.ben
    south.facility = Facility(id: FacilityID("s"), name: "South")
    for (login, words) in [
      (stranger, "It goes to http://g."), (.anna, "It is yours already."),
      (south, "It was queued for North, and you are logged in for South."),
    ] {
      let error = await #expect(throws: StoreError.self) {
        try await store.takeOver(id, for: login, at: t0)
      }
      #expect("\(try #require(error))".hasPrefix(words))
    }
    #expect(try await store.uploadsOfOthers(than: south).isEmpty)
    try await store.record(
      work.files.map { FileOutcome(file: $0.file.id, state: .stored) }, of: id, at: t0)
    try await store.transition(id, to: .stored, at: t0)
    let late = await #expect(throws: StoreError.self) {
      try await store.takeOver(id, for: .ben, at: t0)
    }
    #expect("\(try #require(late))".contains("every byte"))

    let other = try #require(try await store.enqueue([draft()]).first)
    try await store.takeOver(other, for: south, changesFacility: true, at: t0)
    #expect(try await store.upload(other)?.belongsTo == south)
    let log = try #require(try await store.uploadDetail(other, fileLimit: 0)).log.map(\.text)
    #expect(log.contains("Taken over by ben from anna and moved from North to South."))
  }

  /// Giving a study up, or sending a duplicate, is for whoever answers for it.
  @Test func onlyTheOwnerDecidesTheFateOfAStudy() async throws {
    let store = try sandbox.open()
    try await store.save(account(.ben))
    let id = try #require(try await store.enqueue([draft()]).first)
    await #expect(throws: StoreError.belongsToAnother(id, owner: "anna")) {
      try await store.command(.cancel, id, at: t0)
    }
    #expect(try await store.upload(id)?.state == .queued)
    try await store.takeOver(id, for: .ben, at: t0)
    try await store.command(.cancel, id, at: t0)
    #expect(try await store.upload(id)?.state == .cancelled)
  }

  /// The proof of what the gateway has already may be asked for by a colleague who sees the
  /// facility's uploads; nothing goes out under a wrong name by asking.
  @Test func proofsAreAskedForByColleagues() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft())
    let id = work.upload.id
    try await store.record(
      work.files.map { FileOutcome(file: $0.file.id, state: .stored) }, of: id, at: t0)
    try await store.transition(id, to: .stored, nextAttemptAt: t0 + 5, at: t0)
    #expect(try await store.awaitingProof(for: .ben, now: t0 + 9).isEmpty)
    #expect(
      try await store.awaitingProof(for: .ben, seesFacility: true, now: t0 + 9).map(\.id) == [id])
    #expect(try await store.nextAttempt(for: .ben, after: t0) == nil)
    #expect(try await store.nextAttempt(for: .ben, seesFacility: true, after: t0) == t0 + 5)
    #expect(try await store.due(for: .ben, now: t0 + 9).isEmpty)
  }

  /// A token that is renewed while somebody else logs in is not theirs.
  @Test func aLateRenewalDoesNotLogTheNextUserOut() async throws {
    let store = try sandbox.open()
    try await store.save(account(.anna))
    try await store.save(account(.ben))
    let kept = try await store.renewTokens(after: "a-anna", access: "x", refresh: "y")
    #expect(kept == account(.ben))
    #expect(try await store.account() == account(.ben))
    #expect(
      try await store.renewTokens(after: "a-ben", access: "x", refresh: "y")?.accessToken == "x")
    try await store.clearAccount()
    #expect(try await store.renewTokens(after: "x", access: "z", refresh: "z") == nil)
  }

  @Test func retryOfWhatWaitsMeansNow() async throws {
    let store = try sandbox.open()
    try await store.save(account(.anna))
    let work = try await store.started(draft())
    let id = work.upload.id
    try await store.transition(
      id, to: .queued, reason: "Waiting to try again: no network.", nextAttemptAt: t0 + 900, at: t0)
    #expect(try await store.due(for: .anna, now: t0).isEmpty)
    let before = try await store.cursor(Store.tryNow)
    try await store.command(.retry, id, at: t0)
    #expect(try await store.due(for: .anna, now: t0).map(\.id) == [id])
    #expect(try await store.session(id) != nil, "the session and what it has stay")
    #expect(try await store.cursor(Store.tryNow) != before)
    try await store.record(
      work.files.map { FileOutcome(file: $0.file.id, state: .stored) }, of: id, at: t0)
    try await store.transition(id, to: .stored, nextAttemptAt: t0 + 300, at: t0)
    try await store.command(.retry, id, at: t0)
    #expect(try await store.upload(id)?.state == .stored)
    #expect(try await store.awaitingProof(for: .anna, now: t0).map(\.id) == [id])
  }
}
