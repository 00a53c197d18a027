import Domain
import Foundation
import Testing

@testable import Store

/// A store in a folder of its own.
func temporaryStore(_ options: StoreOptions = StoreOptions()) throws -> Store {
  try Store(home: temporaryHome(), options: options)
}

func temporaryHome() -> Home {
  Home(folder: NSTemporaryDirectory() + "radrelay-store-" + UUID().uuidString)
}

func draft(
  name: String = "Doe^Jane", files: Int = 1, bytes: Int64 = 100, level: ServiceLevel = .routine,
  modality: String = "CT", uid: String = "1.2.3"
) -> StudyDraft {
  StudyDraft(
    study: StudySummary(
      studyInstanceUID: uid, patientName: name, patientID: "P1", modality: modality),
    serviceLevel: level, clinicalHistory: "",
    files: (0..<files).map {
      DraftFile(
        path: "/tmp/file\($0)", byteCount: bytes, modifiedAt: 1, inode: .max,
        sopInstanceUID: "1.2.3.\($0)", sopClassUID: "1", seriesInstanceUID: "1.2.3.4",
        transferSyntaxUID: "1.2.840.10008.1.2.1")
    })
}

let t0 = Date(timeIntervalSince1970: 1_790_000_000)

@Suite struct UploadTests {
  @Test func custodyNeedsProof() async throws {
    let store = try temporaryStore()
    let ids = try await store.enqueue(
      [draft(files: 2)], owner: "anna", facility: "North", gateway: "http://localhost", now: t0)
    let id = try #require(ids.first)
    try await store.transition(id, to: .sending, at: t0)
    try await store.beginSession(
      id, GatewaySession(remoteID: "r1", uploadToken: "t", chunkSize: 30), resumed: false, at: t0)
    var work = try #require(try await store.work(id))
    for file in work.files {
      for chunk in 0..<4 { try await store.acknowledge(file.file.id, chunk: chunk, session: "r1") }
    }
    await #expect(throws: StoreError.missingEvidence(id, to: .stored, proven: 0, of: 2)) {
      try await store.transition(id, to: .stored, at: t0)
    }
    try await store.record(
      work.files.map { FileOutcome(file: $0.file.id, state: .verified) }, of: id, at: t0)
    try await store.transition(id, to: .verified, at: t0 + 5)
    work = try #require(try await store.work(id))
    #expect(work.upload.state == .verified)
    #expect(work.upload.sentBytes == 200)
    #expect(work.upload.verifiedFiles == 2)
    #expect(work.files.allSatisfy { $0.acknowledged.chunks == [0, 1, 2, 3] })
    let page = try await store.uploads(UploadFilter(text: "doe ja"), Window(offset: 0, limit: 10))
    #expect(page.page.rows.map(\.id) == [id])
    let dashboard = try await store.dashboard(.oneWeek, now: t0, timeZone: .gmt)
    #expect(dashboard.uploads == 1 && dashboard.proven == 1)
    #expect(dashboard.medianSecondsToPACS == 5)
  }
}
