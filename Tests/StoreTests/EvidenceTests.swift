import Domain
import Foundation
import Testing

@testable import Store

/// What a receipt is made of.
@Suite struct EvidenceTests {
  let sandbox = Sandbox()

  @Test func timesAreKeptWithTheirProof() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft(files: 3))
    let id = work.upload.id
    let files = work.files.map(\.file.id)
    try await store.record(
      [
        FileOutcome(file: files[0], state: .stored, storedAt: t0 + 1, verifiedAt: t0 + 9),
        FileOutcome(file: files[1], state: .failed, reason: "A700"),
      ], of: id, at: t0 + 2)
    var evidence = try #require(try await store.evidence(of: id))
    #expect(evidence.gatewayIDs == ["r1"])
    #expect(evidence.detail.files.map(\.id) == files, "the order of the study, not of trouble")
    let first = evidence.detail.files[0].evidence
    #expect(first.proof == .stored && first.gatewayStoredAt == t0 + 1 && first.heardAt == t0 + 2)
    #expect(first.pacsAnsweredAt == nil, "the PACS has not answered for what is only stored")
    #expect(evidence.detail.files[1].evidence.heardAt == t0 + 2)
    #expect(evidence.detail.files[1].evidence.proof == .waiting)
    #expect(evidence.detail.files[2].evidence == InstanceEvidence())

    // Refused by the PACS, but at the gateway: it counts as sent, whatever was heard first.
    try await store.record(
      [FileOutcome(file: files[2], state: .failed, reason: "A700", storedAt: t0 + 2)],
      of: id, at: t0 + 3)
    let refused = try #require(try await store.evidence(of: id)).detail
    #expect(refused.files[2].state == .failed && refused.files[2].reason == "A700")
    #expect(refused.files[2].evidence.proof == .stored)
    #expect(refused.files[2].evidence.gatewayStoredAt == t0 + 2)
    #expect(refused.upload.storedFiles == 2 && refused.upload.verifiedFiles == 0)

    // The first time that was said stays; hearing the same again is no news.
    try await store.record(
      [FileOutcome(file: files[0], state: .verified, storedAt: t0 + 5, verifiedAt: t0 + 6)],
      of: id, at: t0 + 7)
    try await store.record(
      [FileOutcome(file: files[0], state: .verified, storedAt: t0 + 8, verifiedAt: t0 + 8)],
      of: id, at: t0 + 8)
    evidence = try #require(try await store.evidence(of: id))
    #expect(
      evidence.detail.files[0].evidence
        == InstanceEvidence(
          proof: .verified, gatewayStoredAt: t0 + 1, pacsAnsweredAt: t0 + 6, heardAt: t0 + 7))

    // A session that is lost takes its proofs with it, and their times.
    try await store.loseSession(id, reason: "gone", at: t0 + 9)
    evidence = try #require(try await store.evidence(of: id))
    #expect(evidence.detail.files.allSatisfy { $0.evidence == InstanceEvidence() })
    #expect(try await store.evidence(of: UploadID("nobody")) == nil)
  }

  @Test func studiesAreFoundByWhatPeopleKnow() async throws {
    let store = try sandbox.open()
    var numbered = draft()
    numbered.study.accessionNumber = "A-1"
    numbered.study.studyInstanceUID = "1.2.9"
    let ids = try await store.enqueue([draft(), draft(), numbered])
    #expect(try await store.uploads(ofStudy: "A-1").map(\.id) == [ids[2]])
    #expect(try await store.uploads(ofStudy: "1.2.9").map(\.id) == [ids[2]])
    #expect(Set(try await store.uploads(ofStudy: "1.2.3").map(\.id)) == Set(ids.prefix(2)))
    #expect(try await store.uploads(ofStudy: "").isEmpty)
  }

  @Test func aKeyIsMadeOnceAndForItsUserOnly() throws {
    let path = sandbox.home.receiptKey
    #expect(try PrivateFiles.read(path) == nil)
    let first = try PrivateFiles.readOrMake(path) { Data(repeating: 1, count: 32) }
    let second = try PrivateFiles.readOrMake(path) { Data(repeating: 2, count: 32) }
    #expect(first == second && first == Data(repeating: 1, count: 32))
    #expect(try PrivateFiles.read(path) == first)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: sandbox.home.data) == ["receipt.key"])
  }

  @Test func privateFilesAreWrittenWhole() throws {
    let folder = sandbox.home.data
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/r.json"
    try PrivateFiles.write(Data("old".utf8), to: path)
    try PrivateFiles.write(Data("new".utf8), to: path)
    #expect(FileManager.default.contents(atPath: path) == Data("new".utf8))
    #expect(throws: StoreError.self) {
      try PrivateFiles.write(Data("x".utf8), to: folder + "/missing/r.json")
    }
    try FileManager.default.createDirectory(
      atPath: folder + "/sub/full", withIntermediateDirectories: true)
    #expect(throws: StoreError.self) {
      try PrivateFiles.write(Data("x".utf8), to: folder + "/sub")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["r.json", "sub"])
  }
}
