import Domain
import Foundation
import GRDB
import Testing

@testable import Store

/// What is put on the wire is counted when it goes out again, whoever dies in between.
@Suite struct AttemptTests {
  let sandbox = Sandbox()

  private func resent(_ store: Store, _ work: UploadWork) async throws -> Int64? {
    try await store.upload(work.upload.id)?.resentBytes
  }

  @Test func anAttemptWithoutAnswerCountsWhenItIsRepeated() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft())
    let file = work.files[0].file.id
    // The last chunk of 100 bytes in chunks of 30 has 10.
    try await store.giveUp(store.beginChunk(3, of: file, session: "r1"), wasSent: true)
    #expect(try await resent(store, work) == 0)
    try await store.giveUp(store.beginChunk(3, of: file, session: "r1"), wasSent: true)
    #expect(try await resent(store, work) == 10)
    try await store.acknowledge(file, chunk: 3, session: "r1")
    #expect(try await resent(store, work) == 20)
    #expect(try await store.upload(work.upload.id)?.sentBytes == 10)
    // Nothing left this machine: there was no connection.
    try await store.giveUp(store.beginChunk(0, of: file, session: "r1"), wasSent: false)
    try await store.acknowledge(file, chunk: 0, session: "r1")
    #expect(try await resent(store, work) == 20)
  }

  @Test func whatWasAcknowledgedTogetherCountsTogether() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft(files: 2))
    let ids = work.files.map(\.file.id)
    let attempts = ids.map {
      AcknowledgedChunk(store.beginChunk(0, of: $0, session: "r1"))
    }
    try await store.acknowledge(attempts)
    #expect(try await store.upload(work.upload.id)?.sentBytes == 60)
    // One that belongs to no file spoils the answer, and nothing of the others.
    let more = [ids[0], FileID("unknown"), ids[1]].map {
      AcknowledgedChunk(store.beginChunk(1, of: $0, session: "r1"))
    }
    await #expect(throws: StoreError.unknownFile(FileID("unknown"))) {
      try await store.acknowledge(more)
    }
    #expect(try await store.upload(work.upload.id)?.sentBytes == 120)
    #expect(try await resent(store, work) == 0)
  }

  /// A file that was read to be sent has its digest on the disk together with the acknowledgement:
  /// nothing is proven of one without.
  @Test func aDigestComesWithTheAcknowledgement() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft(files: 2))
    let ids = work.files.map(\.file.id)
    let (first, second) = (
      String(repeating: "a", count: 64), String(repeating: "b", count: 64)
    )
    try await store.setDigest(ids[1], sha256: first)
    try await store.acknowledge(
      ids.map {
        AcknowledgedChunk(store.beginChunk(0, of: $0, session: "r1"), sha256: second)
      })
    let files = try #require(try await store.work(work.upload.id)).files.map(\.file)
    #expect(files.map(\.sha256) == [second, first], "one that was known stays")
  }

  /// What a process had on the wire when it died is in its notes, and counted once.
  @Test func whatADeadProcessHadOnTheWireCounts() async throws {
    let first = try sandbox.open()
    let work = try await first.started(draft())
    let file = work.files[0].file.id
    try await first.acknowledge(file, chunk: 0, session: "r1")
    _ = first.beginChunk(1, of: file, session: "r1")
    _ = first.beginChunk(2, of: file, session: "r1")
    try first.close()

    let second = try sandbox.open()
    for _ in 0..<3 { try await second.requeueInterrupted(at: t0) }
    #expect(try await resent(second, work) == 0)
    // One of the two had arrived: it is not sent again and does not count.
    try await second.reconcile(
      work.upload.id, acknowledged: [file: ChunkBitmap([0, 1])], at: t0)
    try await second.acknowledge(file, chunk: 2, session: "r1")
    try await second.acknowledge(file, chunk: 3, session: "r1")
    let upload = try #require(try await second.upload(work.upload.id))
    #expect(upload.sentBytes == 100 && upload.resentBytes == 30)
    try await second.requeueInterrupted(at: t0)
    #expect(try await resent(second, work) == 30)
  }

  @Test func aDeathDuringARepetitionCountsTwice() async throws {
    let first = try sandbox.open()
    let work = try await first.started(draft())
    let file = work.files[0].file.id
    try await first.giveUp(first.beginChunk(1, of: file, session: "r1"), wasSent: true)
    _ = first.beginChunk(1, of: file, session: "r1")
    try first.close()
    let second = try sandbox.open()
    try await second.requeueInterrupted(at: t0)
    #expect(try await resent(second, work) == 30)
    try await second.acknowledge(file, chunk: 1, session: "r1")
    #expect(try await resent(second, work) == 60)
  }

  @Test func notesOfAnythingElseAreLeftAside() async throws {
    let store = try sandbox.open()
    let work = try await store.started(draft())
    let file = work.files[0].file.id
    _ = store.beginChunk(0, of: FileID("gone"), session: "r1")
    _ = store.beginChunk(99, of: file, session: "r1")
    _ = store.beginChunk(2, of: file, session: "r1")
    var notes = try Data(contentsOf: URL(fileURLWithPath: sandbox.home.sendingSlots))
    #expect(notes.count == 3 * 128)
    notes += Data("garbage \u{0} 1".utf8)
    try notes.write(to: URL(fileURLWithPath: sandbox.home.sendingSlots))
    try await store.requeueInterrupted(at: t0)
    try await store.acknowledge(file, chunk: 2, session: "r1")
    #expect(try await resent(store, work) == 30)
  }

  /// Another chunk size cuts the same bytes otherwise; what was on the wire stays known.
  @Test func bytesStayKnownWhenTheChunkSizeChanges() async throws {
    #expect(ChunkBitmap([1]).recut(bytes: 100, from: 30, to: 50).chunks == [0, 1])
    #expect(ChunkBitmap([0]).recut(bytes: 100, from: 30, to: 50).chunks == [0])
    #expect(ChunkBitmap([3]).recut(bytes: 100, from: 30, to: 10).chunks == [9])
    #expect(ChunkBitmap([0, 1]).recut(bytes: 100, from: 50, to: 1000).chunks == [0])
    #expect(ChunkBitmap([7]).recut(bytes: 100, from: 50, to: 10).chunks == [])
    let store = try sandbox.open()
    let work = try await store.started(draft())
    let (id, file) = (work.upload.id, work.files[0].file.id)
    try await store.acknowledge(file, chunk: 0, session: "r1")
    try await store.loseSession(id, reason: "gone", at: t0)
    try await store.beginSession(
      id, GatewaySession(remoteID: "r2", uploadToken: "t", chunkSize: 50), resumed: false, at: t0)
    for chunk in 0..<2 { try await store.acknowledge(file, chunk: chunk, session: "r2") }
    // 30 bytes went again, told by the chunk of 50 that they are in.
    #expect(try await resent(store, work) == 50)
  }

  @Test func anOlderStoreIsBroughtUpToDate() async throws {
    let old = sandbox.home
    try securePrivateFolder(old.data)
    do {
      let queue = try DatabaseQueue(path: old.database)
      try Schema.migrator.migrate(queue, upTo: "1 foundation")
      try await queue.write { db in
        try db.execute(
          sql: """
            INSERT INTO uploads (id, state, service_level, file_count, byte_count, sent_bytes, owner,
              gateway, created_at, updated_at)
            VALUES ('u', 'queued', 'stat', 1, 100, 30, 'anna', 'http://g', 1, 1);
            INSERT INTO upload_files (upload, id, path, byte_count, modified_at, inode,
              sop_instance_uid, sop_class_uid, series_instance_uid, transfer_syntax_uid,
              acknowledged, acknowledged_bytes, highest_bytes)
            VALUES (1, 'f', '/f', 100, 1, 1, '1', '1', '1', '1', x'01', 30, 30);
            INSERT INTO sessions VALUES (1, 'r1', 't', 30, NULL);
            """)
      }
      try queue.close()
    }
    let store = try sandbox.open()
    try await store.acknowledge(FileID("f"), chunk: 0, session: "r1")
    let upload = try #require(try await store.upload(UploadID("u")))
    #expect(upload.resentBytes == 30 && upload.sentBytes == 30)
    #expect(try await store.due(for: .anna, now: t0).map(\.id) == [upload.id])
  }
}
