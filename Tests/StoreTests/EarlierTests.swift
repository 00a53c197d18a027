import Domain
import Foundation
import Testing

@testable import Store

/// What the store knows of earlier handovers, reasons that go with uploads, and the last speed.
@Suite struct EarlierTests {
  let sandbox = Sandbox()

  private let login = UploadOwner.anna

  /// Under way and proven counts; what failed, was given up or waits for a person does not.
  @Test func imagesOfWhichUploadsCount() async throws {
    let store = try sandbox.open()
    let ids = try await store.enqueue((0..<3).map { _ in draft(files: 2) })
    func found() async throws -> [HandedOverImage] {
      try await store.handedOver(["1.2.3.0", "1.2.3.1", "9.9"], for: login)
    }
    #expect(try await found().count == 6)
    #expect(try await found().allSatisfy { $0.state == .queued && $0.at == t0 })
    try await store.command(.cancel, ids[0], at: t0)
    try await store.transition(ids[1], to: .duplicate, reason: "there", at: t0)
    #expect(Set(try await found().map(\.upload)) == [ids[2].rawValue])
    for state in [UploadState.failed, .queued, .held] {
      try await store.transition(ids[2], to: state, reason: "x", at: t0)
      #expect(try await found().count == (state == .queued ? 2 : 0), "\(state)")
    }
    // The gateway's name, once it has one.
    let work = try await store.started(draft(files: 1))
    #expect(try await found().map(\.upload) == ["r1"])
    try await store.record(
      [FileOutcome(file: work.files[0].file.id, state: .verified, storedAt: t0, verifiedAt: t0)],
      of: work.upload.id, at: t0 + 5)
    try await store.transition(work.upload.id, to: .verified, at: t0 + 5)
    #expect(try await found().map(\.state) == [.verified])
    #expect(try await found().map(\.at) == [t0 + 5])
  }

  /// Only for the login's gateway and facility, where these are known; more than one statement takes.
  @Test func scopeAndManyImages() async throws {
    let store = try sandbox.open()
    _ = try await store.enqueue([draft(files: 1_000)])
    let all = (0..<1_000).map { "1.2.3.\($0)" }
    #expect(try await store.handedOver(all, for: login).count == 1_000)
    var other = login
    other.facility = Facility(id: FacilityID("s"), name: "South")
    #expect(try await store.handedOver(all, for: other).isEmpty)
    other = login
    other.gateway = "http://h"
    #expect(try await store.handedOver(all, for: other).isEmpty)
    #expect(try await store.handedOver(all, for: .ben).count == 1_000)
    #expect(try await store.handedOver(all, for: .nobody).count == 1_000)
    #expect(try await store.handedOver([String](), for: login).isEmpty)
  }

  @Test func studiesThatLookAlike() async throws {
    let store = try sandbox.open()
    var first = draft()
    first.study.studyDate = "20260101"
    let id = try #require(try await store.enqueue([first]).first)
    var second = first.study
    func at(_ study: StudySummary, since: Date = t0 - 100) async throws -> Date? {
      try await store.similarHandedOver(study, for: login, since: since)
    }
    #expect(try await at(second) == nil, "the same study")
    second.studyInstanceUID = "1.2.4"
    #expect(try await at(second) == t0)
    #expect(try await at(second, since: t0 + 1) == nil)
    for change in [\StudySummary.patientName, \.studyDate, \.modality] {
      var study = second
      study[keyPath: change] = "X"
      #expect(try await at(study) == nil)
    }
    try await store.command(.cancel, id, at: t0)
    #expect(try await at(second) == nil)
  }

  @Test func reasonsAreKeptOnceAndBounded() async throws {
    let store = try sandbox.open()
    var study = draft()
    study.force(because: "first")
    study.force(because: "first")
    study.reasons.append(UploadReason(.mixedPatients, "twins"))
    let id = try #require(try await store.enqueue([study]).first)
    #expect(
      try await store.work(id)?.reasons
        == [UploadReason(.duplicateForced, "first"), UploadReason(.mixedPatients, "twins")])
    #expect(try await store.work(id)?.forceReason == "first")
    let log = try #require(try await store.uploadDetail(id, fileLimit: 1)).log.map(\.text)
    #expect(log.contains("To be sent although it was sent before: first"))
    for number in 1...9 {
      try await store.transition(id, to: .duplicate, reason: "there", at: t0)
      try await store.command(.force, id, reason: "again \(number)", at: t0)
    }
    let reasons = try #require(try await store.work(id)).reasons
    #expect(reasons.count == 8 && reasons.contains(UploadReason(.mixedPatients, "twins")))
    #expect(reasons.last == UploadReason(.duplicateForced, "again 9"))

    for bad in ["", " ", String(repeating: "x", count: 501)] {
      var study = draft()
      study.reasons = [UploadReason(.identityChanged, bad)]
      await #expect(throws: StoreError.self) { _ = try await store.enqueue([study]) }
      try await store.transition(id, to: .duplicate, reason: "there", at: t0)
      await #expect(throws: StoreError.self) {
        try await store.command(.force, id, reason: bad, at: t0)
      }
      #expect(try await store.upload(id)?.state == .duplicate)
    }
    var many = draft()
    many.reasons = (0...8).map { UploadReason(.identityChanged, "\($0)") }
    await #expect(throws: StoreError.self) { _ = try await store.enqueue([many]) }
  }

  /// Bytes over the time in which something went out; small uploads and resumed ones do not count.
  @Test func theLastSpeed() async throws {
    let store = try sandbox.open()
    #expect(try await store.lastSpeed(to: login.gateway, at: t0) == nil)
    func send(_ bytes: Int64, from: TimeInterval, to: TimeInterval, _ remote: String) async throws {
      let id = try #require(try await store.enqueue([draft(bytes: bytes)]).first)
      try await store.transition(id, to: .sending, at: t0 + from)
      try await store.beginSession(
        id, GatewaySession(remoteID: remote, uploadToken: "t", chunkSize: Int(bytes)),
        resumed: false, at: t0 + from)
      let file = try #require(try await store.work(id)?.files.first).file.id
      try await store.acknowledge(file, chunk: 0, session: remote)
      try await store.record(
        [FileOutcome(file: file, state: .stored, storedAt: t0 + to)], of: id, at: t0 + to)
      try await store.transition(id, to: .stored, at: t0 + to)
    }
    try await send(1_000, from: 0, to: 1, "small")
    #expect(try await store.lastSpeed(to: login.gateway, at: t0 + 100) == nil)
    try await send(4_000_000, from: 10, to: 14, "a")
    #expect(
      try await store.lastSpeed(to: login.gateway, at: t0 + 100)
        == HandoverEstimate.Speed(bytesPerSecond: 1_000_000, at: t0 + 14))
    // Half of it at the same time as the first: six seconds in which something went out.
    try await send(8_000_000, from: 12, to: 16, "b")
    #expect(
      try await store.lastSpeed(to: login.gateway, at: t0 + 100)
        == HandoverEstimate.Speed(bytesPerSecond: 2_000_000, at: t0 + 16))
    #expect(try await store.lastSpeed(to: "http://other", at: t0 + 100) == nil)
    #expect(try await store.lastSpeed(to: login.gateway, at: t0 + 100 * 86_400) == nil)
  }

  /// The facility's rule is kept with the login, and only for whom it was asked.
  @Test func theHistoryRule() async throws {
    let store = try sandbox.open()
    let user = User(
      id: UserID("u"), username: "anna", fullName: "", role: .radiographer,
      facility: login.facility)
    try await store.save(
      Account(server: "http://g", user: user, accessToken: "a", refreshToken: "r"))
    #expect(ServiceLevel.stat.needsClinicalHistory(for: try await store.account()?.user))
    var other = user
    other.username = "ben"
    try await store.setHistoryRule(false, of: other)
    #expect(try await store.account()?.user == user)
    try await store.setHistoryRule(false, of: user)
    #expect(!ServiceLevel.stat.needsClinicalHistory(for: try await store.account()?.user))
    #expect(!ServiceLevel.routine.needsClinicalHistory(for: nil))
  }

  /// What cancelled uploads hold gives way, so it counts as room.
  @Test func roomForCopies() async throws {
    var spool = SpoolOptions(reserveBytes: 100)
    spool.freeBytes = { _ in 1_100 }
    let store = try sandbox.open(StoreOptions(spool: spool))
    #expect(try await store.intakeRoom() == 1_000)
    let estimate = HandoverEstimate(room: 1_000)
    #expect(estimate.shortage(for: 1_000) == 0 && estimate.shortage(for: 1_500) == 500)
    #expect(HandoverEstimate().shortage(for: .max) == 0 && estimate.seconds(for: 10) == nil)
  }
}
