import Domain
import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct UploadTests {
  let sandbox = Sandbox()

  @Test func custodyNeedsProofOfEveryFile() async throws {
    let store = try sandbox.open()
    var work = try await store.started(draft(files: 2))
    let id = work.upload.id
    for file in work.files {
      for chunk in 0..<4 { try await store.acknowledge(file.file.id, chunk: chunk, session: "r1") }
    }
    await #expect(throws: StoreError.missingEvidence(id, to: .stored, proven: 0, of: 2)) {
      try await store.transition(id, to: .stored, at: t0)
    }
    try await store.record(
      [FileOutcome(file: work.files[0].file.id, state: .verified)], of: id, at: t0)
    await #expect(throws: StoreError.missingEvidence(id, to: .verified, proven: 1, of: 2)) {
      try await store.transition(id, to: .verified, at: t0)
    }
    // The constraint stands in the schema as well: no other code can do it either.
    await #expect(throws: StoreError.self) {
      try await store.write { db, _ in
        try db.execute(sql: "UPDATE uploads SET state = 'verified'")
      }
    }
    try await store.record(
      [FileOutcome(file: work.files[1].file.id, state: .verified)], of: id, at: t0)
    try await store.transition(id, to: .verified, at: t0 + 5)
    // A late message takes nothing back.
    try await store.record(
      [
        FileOutcome(file: work.files[0].file.id, state: .stored),
        FileOutcome(file: work.files[1].file.id, state: .failed, reason: "A700"),
      ], of: id, at: t0)
    work = try #require(try await store.work(id))
    #expect(work.upload.state == .verified)
    #expect(work.upload.sentBytes == 200 && work.upload.verifiedFiles == 2)
    #expect(work.files.allSatisfy { $0.file.state == .verified })
    #expect(work.files.allSatisfy { $0.acknowledged.chunks == [0, 1, 2, 3] })
    let dashboard = try await store.dashboard(.oneWeek, now: t0, timeZone: .gmt)
    #expect(dashboard.uploads == 1 && dashboard.proven == 1 && dashboard.bytes == 200)
    #expect(dashboard.medianSecondsToPACS == 5)
  }

  @Test func handOverIsAllOrNothing() async throws {
    let store = try sandbox.open()
    var bad = draft()
    bad.clinicalHistory = String(repeating: "x", count: 501)
    var empty = draft()
    empty.files = []
    for drafts in [[draft(), bad], [draft(), empty]] {
      await #expect(throws: StoreError.self) { try await store.enqueue(drafts) }
    }
    #expect(try await store.names().isEmpty)
    let ids = try await store.enqueue([draft(files: 3), draft()])
    let detail = try #require(try await store.uploadDetail(ids[0], fileLimit: 2))
    #expect(detail.upload.fileCount == 3 && detail.upload.byteCount == 300)
    #expect(detail.files.count == 2 && detail.files[0].inode == .max)
    #expect(detail.log.map(\.text) == ["Handed over by anna: 3 files."])
  }

  @Test func bytesSentAgainAreCounted() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft())
    let (id, file) = (work.upload.id, work.files[0].file.id)
    for chunk in [0, 1, 1] { try await store.acknowledge(file, chunk: chunk, session: "r1") }
    #expect(try await store.upload(id)?.resentBytes == 30)
    try await store.loseSession(id, reason: "The gateway forgot the session.", at: t0)
    #expect(try await store.upload(id)?.sentBytes == 0)
    #expect(try await store.session(id) == nil)
    // An acknowledgement of the lost session says nothing about the new one.
    #expect(try await store.acknowledge(file, chunk: 2, session: "r1") == false)
    try await store.beginSession(
      id, GatewaySession(remoteID: "r2", uploadToken: "t", chunkSize: 30), resumed: false, at: t0)
    for chunk in 0..<4 { try await store.acknowledge(file, chunk: chunk, session: "r2") }
    let upload = try #require(try await store.upload(id))
    // Once within the first session, and all three chunks that the lost one had seen.
    #expect(upload.sentBytes == 100 && upload.resentBytes == 30 + 90)
    #expect(try await store.upload(remoteID: "r1")?.id == id)
    await #expect(throws: StoreError.self) {
      try await store.acknowledge(file, chunk: 4, session: "r2")
    }
  }

  @Test func theGatewaysTruthReplacesOurs() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft(files: 2))
    let id = work.upload.id
    for chunk in 0..<3 {
      try await store.acknowledge(work.files[0].file.id, chunk: chunk, session: "r1")
    }
    try await store.reconcile(
      id, acknowledged: [work.files[1].file.id: ChunkBitmap([0, 3, 9, -1])], at: t0)
    let after = try #require(try await store.work(id))
    #expect(after.files.map(\.acknowledged.chunks) == [[], [0, 3]])
    #expect(after.upload.sentBytes == 40)
    // Another chunk size: nothing that was acknowledged means anything any more.
    try await store.beginSession(
      id, GatewaySession(remoteID: "r1", uploadToken: "t", chunkSize: 50), resumed: true, at: t0)
    #expect(try await store.upload(id)?.sentBytes == 0)
  }

  @Test func everyTransitionFollowsTheStateMachine() async throws {
    for from in UploadState.allCases {
      for to in UploadState.allCases {
        let backwards = from.isProven && to != .committed && from != to
        #expect(!(backwards && UploadTransition.allowed(from: from, to: to)), "\(from) \(to)")
      }
      for command in UploadCommand.allCases where command.applies(to: from) {
        #expect(
          UploadTransition.allowed(from: from, to: command.target(from: from)),
          "\(command) \(from)")
      }
    }
    let store = try sandbox.open()
    let id = try #require(try await store.enqueue([draft()]).first)
    try await store.command(.pause, id, at: t0)
    await #expect(throws: StoreError.illegalTransition(id, from: .paused, to: .sending)) {
      try await store.transition(id, to: .sending, at: t0)
    }
    await #expect(throws: StoreError.illegalTransition(id, from: .paused, to: .queued)) {
      try await store.command(.force, id, at: t0)
    }
    try await store.command(.resume, id, at: t0)
    try await store.transition(id, to: .duplicate, reason: "The gateway has it.", at: t0)
    try await store.command(.force, id, reason: "repeat examination", at: t0)
    #expect(try await store.work(id)?.forceReason == "repeat examination")
    let log = try #require(try await store.uploadDetail(id, fileLimit: 0)).log.map(\.text)
    #expect(
      log.prefix(3) == [
        "duplicate → queued", "To be sent although it was sent before: repeat examination",
        "queued → duplicate: The gateway has it.",
      ])
  }

  @Test func cancellingTellsTheGatewayAndCanBeUndone() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft())
    let id = work.upload.id
    try await store.acknowledge(work.files[0].file.id, chunk: 0, session: "r1")
    try await store.command(.cancel, id, at: t0)
    #expect(try await store.outbox().map(\.change) == [.cancelUpload(remoteID: "r1")])
    try await store.command(.retry, id, at: t0)
    let again = try #require(try await store.work(id))
    #expect(again.upload.state == .queued && again.session == nil && again.upload.sentBytes == 0)
  }

  @Test func aChangedFileNeverMixesWithTheOldOne() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft(files: 2))
    let (id, old) = (work.upload.id, work.files[0].file.id)
    try await store.setDigest(old, sha256: String(repeating: "a", count: 64))
    for chunk in 0..<3 { try await store.acknowledge(old, chunk: chunk, session: "r1") }
    let new = try await store.replaceFile(old, with: file(bytes: 50), at: t0)
    let after = try #require(try await store.work(id))
    #expect(after.files[0].file.id == new && new != old)
    #expect(after.files[0].file.sha256 == nil && after.files[0].acknowledged.count == 0)
    #expect(after.upload.byteCount == 150 && after.upload.sentBytes == 0)
    await #expect(throws: StoreError.unknownFile(old)) {
      try await store.acknowledge(old, chunk: 0, session: "r1")
    }
  }

  @Test func sendingOrderIsByLevelThenFair() async throws {
    let store = try sandbox.open()
    let levels: [ServiceLevel] = [.routine, .subspecialty, .routine, .stat, .emergency]
    for (number, level) in levels.enumerated() {
      _ = try await store.enqueue(
        [draft(name: "\(number)", level: level)], now: t0 + Double(number))
    }
    let due = try await store.due(for: .anna, now: t0)
    #expect(due.map(\.study.patientName) == ["3", "4", "1", "0", "2"])
    try await store.transition(due[0].id, to: .sending, at: t0)
    try await store.transition(
      due[0].id, to: .queued, reason: "no network", nextAttemptAt: t0 + 60, at: t0)
    #expect(try await store.due(for: .anna, now: t0).first?.study.patientName == "4")
    #expect(try await store.nextAttempt(for: .anna, after: t0) == t0 + 60)
    #expect(try await store.due(for: .ben, now: t0).isEmpty)
    #expect(try await store.due(for: .anna, now: t0 + 60).first?.id == due[0].id)
    try await store.transition(due[1].id, to: .sending, at: t0)
    #expect(try await store.requeueInterrupted(at: t0) == 1)
    #expect(try await store.upload(due[1].id)?.state == .queued)
  }

  @Test func historyComesInOnlyWithItsProof() async throws {
    let source = try sandbox.open()
    let work = try await source.started(draft(files: 2))
    let id = work.upload.id
    try await source.record(
      work.files.map { FileOutcome(file: $0.file.id, state: .committed) }, of: id, at: t0)
    try await source.transition(id, to: .committed, at: t0)
    let detail = try #require(try await source.uploadDetail(id, fileLimit: 10))
    let other = Sandbox()
    let store = try other.open()
    try await store.importHistory([detail])
    var copy = try #require(try await store.uploadDetail(id, fileLimit: 10))
    copy.upload.sentBytes = detail.upload.sentBytes
    for index in copy.files.indices {
      copy.files[index].evidence.acknowledgedBytes =
        detail.files[index].evidence.acknowledgedBytes
    }
    #expect(copy == detail)
    var lie = detail
    lie.files[0].state = .verified
    await #expect(throws: StoreError.missingEvidence(id, to: .committed, proven: 1, of: 2)) {
      try await store.importHistory([lie])
    }
  }
}
