import Domain
import Foundation
import Gateway
import Testing
import Wire

/// Sessions, chunks and pieces, what is known already, custody.
extension CatalogueConformance {
  func sessions() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: "c")
    try await catalogue.open(record, files: files)
    #expect(try await catalogue.upload(owner: anna.id, clientUploadID: "c")?.id == record.id)
    let (second, secondFiles) = upload(anna, client: "c")
    await #expect(throws: (any Error).self) {
      try await catalogue.open(second, files: secondFiles)
    }
    #expect(try await catalogue.upload(second.id) == nil)
    let over = now.addingTimeInterval(61)
    #expect(try await catalogue.expired(before: now, emptyBefore: now) == [])
    #expect(try await catalogue.expired(before: now, emptyBefore: over) == [record.id])
    #expect(try await catalogue.expired(before: over, emptyBefore: over) == [record.id])
    #expect(try await catalogue.outstandingBytes(now: now) == 100)
    #expect(try await catalogue.outstandingBytes(now: over) == 0, "nobody will send them")
    #expect(try await catalogue.cancel(record.id, reason: "x", now: now))
    #expect(try await !catalogue.cancel(record.id, reason: "x", now: now))
    #expect(try await catalogue.outstandingBytes(now: now) == 0)
    try await catalogue.open(second, files: secondFiles)
  }

  func ledger() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: nil, bytes: 25)
    try await catalogue.open(record, files: files)
    let later = now.addingTimeInterval(500)
    func put(
      _ index: Int, _ size: Int, _ sha: String, file: String = "f0", to upload: UploadID? = nil
    ) async throws -> ChunkOutcome {
      try await catalogue.record(
        ChunkRecord(file: 0, index: index, size: size, sha256: sha, place: "x:\(index)"),
        fileID: file, of: upload ?? record.id, expiresAt: later)
    }
    let before = try await catalogue.standing(of: "f0", 0, in: record.id, by: anna.id)
    #expect(before.file?.ordinal == 0 && before.chunk == nil && before.hasRoom)
    #expect(before.account?.user == anna && before.upload?.id == record.id)
    let nobody = try await catalogue.standing(of: "f0", 0, in: .make(), by: .make())
    #expect(nobody == ChunkStanding(account: nil, upload: nil))
    let outcomes = try await withThrowingTaskGroup(of: ChunkOutcome.self) { group in
      for _ in 0..<8 { group.addTask { try await put(0, 10, "a") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 == .recorded }.count == 1)
    #expect(outcomes.filter { $0 == .same }.count == 7)
    #expect(try await put(0, 10, "b") == .conflict)
    #expect(try await put(2, 16, "c") == .tooLarge)
    #expect(try await put(2, 5, "c") == .recorded)
    #expect(try await catalogue.chunks(of: record.id).map(\.index) == [0, 2])
    #expect(try await catalogue.upload(record.id)?.expiresAt == later)
    try await catalogue.forget(0, file: 0, of: record.id)
    #expect(try await put(0, 10, "b") == .recorded)
    let known = try await catalogue.standing(of: "f0", 0, in: record.id, by: anna.id)
    #expect(known.chunk?.sha256 == "b" && known.chunk?.place == "x:0")
    #expect(try await !catalogue.standing(of: "other", 0, in: record.id, by: anna.id).hasRoom)
    #expect(try await put(0, 1, "a", file: "other") == .tooLarge)
    // Without a manifest files appear with their first chunk, as many as were announced.
    let (plain, _) = upload(anna, client: nil, files: 2, manifest: false)
    try await catalogue.open(plain, files: [])
    #expect(try await catalogue.standing(of: "x", 0, in: plain.id, by: anna.id).hasRoom)
    let names = ["x", "y", "x", "z"]
    var begun: [ChunkOutcome] = []
    for (index, name) in names.enumerated() {
      begun.append(try await put(index, 1, "a", file: name, to: plain.id))
    }
    #expect(begun == [.recorded, .recorded, .recorded, .tooLarge])
    #expect(try await catalogue.files(of: plain.id).map(\.fileID) == ["x", "y"])
    #expect(try await catalogue.chunks(of: plain.id).map(\.file) == [0, 0, 1])
    #expect(try await !catalogue.standing(of: "z", 0, in: plain.id, by: anna.id).hasRoom)
    #expect(try await catalogue.standing(of: "y", 0, in: plain.id, by: anna.id).hasRoom)
    #expect(try await catalogue.cancel(record.id, reason: "", now: now))
    #expect(try await put(1, 1, "d") == .closed)
  }

  /// Chunks recorded together: each for itself, all in one commit.
  func severalChunks() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: nil, files: 2, bytes: 40)
    try await catalogue.open(record, files: files)
    func named(_ file: String, _ index: Int, _ size: Int, _ sha: String) -> NamedChunk {
      NamedChunk(
        fileID: file,
        chunk: ChunkRecord(file: 0, index: index, size: size, sha256: sha, place: "x:0"))
    }
    let later = now.addingTimeInterval(500)
    let outcomes = try await catalogue.record(
      [
        named("f0", 0, 10, "a"), named("f1", 0, 10, "b"), named("f0", 0, 10, "a"),
        named("f1", 0, 10, "z"), named("f1", 1, 21, "c"), named("none", 0, 1, "d"),
        named("f0", 1, 10, "e"),
      ], of: record.id, expiresAt: later)
    #expect(
      outcomes == [.recorded, .recorded, .same, .conflict, .tooLarge, .tooLarge, .recorded])
    let begun = try await catalogue.upload(record.id)
    #expect(begun?.receivedBytes == 30 && begun?.expiresAt == later)
    let standings = try await catalogue.standings(
      of: [
        ChunkName(fileID: "f1", index: 0), ChunkName(fileID: "f1", index: 1),
        ChunkName(fileID: "none", index: 0),
      ], in: record.id, by: anna.id)
    #expect(standings.map(\.chunk?.sha256) == ["b", nil, nil])
    #expect(standings.map(\.hasRoom) == [true, true, false])
    #expect(standings.allSatisfy { $0.account?.user == anna && $0.upload?.id == record.id })
    let nowhere = try await catalogue.record(
      [named("f0", 0, 1, "a"), named("f0", 1, 1, "a")], of: .make(), expiresAt: later)
    #expect(nowhere == [.closed, .closed])
    // Chunks that are known when the session is made count from the beginning.
    let (second, secondFiles) = upload(anna, client: nil, files: 2, bytes: 40)
    try await catalogue.open(
      second, files: secondFiles,
      chunks: [ChunkRecord(file: 1, index: 0, size: 7, sha256: "k", place: "o0:0")], audit: nil)
    #expect(try await catalogue.upload(second.id)?.receivedBytes == 7)
    #expect(try await catalogue.chunks(of: second.id).map(\.file) == [1])
    #expect(try await catalogue.outstandingBytes(now: now) == 10 + 33)
  }

  func pieces() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: nil, files: 2, bytes: 40)
    try await catalogue.open(record, files: files)
    let later = now.addingTimeInterval(500)
    func piece(_ start: Int, _ size: Int, _ sha: String, chunk: Int = 0) -> PieceRecord {
      PieceRecord(file: 1, chunk: chunk, start: start, size: size, sha256: sha, place: "p:\(start)")
    }
    func put(_ piece: PieceRecord, agreeing: [PieceRecord] = [], to id: UploadID? = nil)
      async throws -> PieceOutcome
    {
      try await catalogue.record(
        piece, agreeing: agreeing, of: id ?? record.id, expiresAt: later)
    }
    let first = piece(0, 4, "a")
    #expect(try await put(first) == .recorded)
    #expect(try await catalogue.upload(record.id)?.expiresAt == later)
    #expect(try await catalogue.upload(record.id)?.receivedBytes == 0, "no chunk yet")
    #expect(try await put(first) == .same)
    #expect(try await put(piece(0, 4, "b")) == .changed)
    #expect(try await put(piece(3, 4, "c")) == .changed)
    #expect(try await put(piece(3, 4, "c"), agreeing: [first]) == .recorded)
    #expect(try await put(piece(7, 3, "d")) == .recorded)
    #expect(try await put(piece(0, 4, "e", chunk: 1)) == .recorded)
    #expect(try await catalogue.pieces(of: record.id).count == 4)
    let ranges = try await catalogue.pieces(of: 0, file: 1, of: record.id).map(\.range)
    #expect(ranges == [0..<4, 3..<7, 7..<10])
    #expect(try await catalogue.expired(before: now, emptyBefore: .distantFuture) == [])
    try await catalogue.forgetPieces(of: 1, file: 1, of: record.id)
    #expect(try await catalogue.pieces(of: 1, file: 1, of: record.id).isEmpty)
    // The chunk takes the place of its pieces.
    let whole = ChunkRecord(file: 1, index: 0, size: 10, sha256: "w", place: "x:0")
    #expect(
      try await catalogue.record(whole, fileID: "f1", of: record.id, expiresAt: later)
        == .recorded)
    #expect(try await catalogue.pieces(of: record.id).isEmpty)
    #expect(try await put(first) == .whole)
    #expect(try await put(first, to: .make()) == .closed)
  }

  /// Bytes by digest, of the same user; instances by UID, of the same facility.
  func known() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let bert = try await user("bert", catalogue)
    let cora = try await user("cora", catalogue, facility: "South")
    let digest = String(repeating: "a", count: 64)
    let wanted = FileRecord(
      ordinal: 5, fileID: "new", expectedSize: 50, expectedSHA256: digest)
    var other = wanted
    other.expectedSize = 49
    var unread = wanted
    unread.expectedSHA256 = nil
    func found(_ owner: User) async throws -> [KnownContent?] {
      try await catalogue.knownContent(of: [wanted, other, unread], owner: owner.id)
    }
    var (record, files) = upload(anna, client: "k", files: 2)
    files[1].expectedSHA256 = nil
    try await catalogue.open(record, files: files)
    #expect(try await found(anna) == [nil, nil, nil], "nothing came yet")
    let chunk = ChunkRecord(file: 0, index: 1, size: 10, sha256: "c", place: "x:7")
    _ = try await catalogue.record(chunk, fileID: "f0", of: record.id, expiresAt: now)
    let begun = KnownContent(
      upload: record.id, file: 0, chunkSize: 10, object: nil, chunks: [chunk])
    #expect(try await found(anna) == [begun, nil, nil])
    #expect(try await found(bert) == [nil, nil, nil])
    // A digest that comes later is kept once.
    try await catalogue.announce([0: "x", 1: "late"], of: record.id)
    try await catalogue.announce([1: "later"], of: record.id)
    #expect(try await catalogue.files(of: record.id).map(\.expectedSHA256) == [digest, "late"])
    record.state = .stored
    record.nextAttemptAt = now
    for index in files.indices {
      files[index].state = .stored
      files[index].storedAt = now
      files[index].size = 50
      files[index].sha256 = digest
      files[index].blob = BlobKey("2027/01/15/upload-\(record.id.rawValue)/k\(index)")
      files[index].instance = InstanceFacts(
        sopClassUID: "1.2", sopInstanceUID: "1.2.\(index)", studyInstanceUID: "1.2",
        seriesInstanceUID: "1.2")
    }
    try await catalogue.seal(record, files: files, report: nil)
    let kept = try await found(anna)
    #expect(kept[0]?.object == files[0].blob || kept[0]?.object == files[1].blob)
    #expect(kept[1] == nil && kept[2] == nil)
    #expect(try await found(bert) == [nil, nil, nil])
    // Instances, with their furthest state.
    func instances(_ user: User) async throws -> [KnownInstance] {
      try await catalogue.knownInstances(["1.2.1", "1.2.0", "9.9"], facility: user.facility.id)
    }
    let stored = try await instances(bert)
    #expect(stored.map(\.sopInstanceUID) == ["1.2.0", "1.2.1"])
    #expect(stored.allSatisfy { $0.state == .stored && $0.at == now && $0.sha256 == digest })
    #expect(try await instances(cora).isEmpty)
    let later = now.addingTimeInterval(9)
    try await catalogue.record(
      [
        InstanceProgress(file: 0, state: .verified, isSent: true),
        InstanceProgress(file: 1, state: .failed, reason: "no", isSent: false),
      ], of: record.id, now: later)
    let proven = try await instances(anna)
    #expect(proven.map(\.state) == [.verified] && proven.first?.at == later)
    // What belongs to nothing.
    let stray = BlobKey("2027/01/15/upload-\(UploadID.make().rawValue)/k")
    let forgotten = BlobKey("2027/01/15/upload-\(record.id.rawValue)/other")
    let foreign = BlobKey("reports/2027/x")
    let (open, openFiles) = upload(anna, client: nil)
    try await catalogue.open(open, files: openFiles)
    let young = BlobKey("2027/01/15/upload-\(open.id.rawValue)/k")
    let key = try #require(files[0].blob)
    #expect(
      try await catalogue.unwanted([stray, key, forgotten, foreign, young]) == [stray, forgotten])
    let nobody = UploadID.make()
    #expect(
      try await catalogue.notReceiving([open.id, record.id, nobody]) == [record.id, nobody])
  }

  func custody() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    var (record, files) = upload(anna, client: nil, files: 2)
    try await catalogue.open(record, files: files)
    record.state = .stored
    record.nextAttemptAt = now
    for index in files.indices {
      files[index].state = .stored
      files[index].blob = BlobKey("k\(index)")
    }
    try await catalogue.seal(record, files: files, report: nil)
    await #expect(throws: CatalogueError.missing) {
      try await catalogue.seal(record, files: files, report: nil)
    }
    #expect(try await catalogue.due(now: now, limit: 5) == [record.id])
    #expect(try await catalogue.due(now: now.addingTimeInterval(-1), limit: 5) == [])
    try await catalogue.record(
      [
        InstanceProgress(file: 0, state: .failed, reason: "no", isSent: false),
        InstanceProgress(file: 1, state: .verified, isSent: true),
      ], of: record.id, now: now)
    // What failed for good stays so.
    try await catalogue.record(
      [InstanceProgress(file: 0, state: .verified, isSent: true)], of: record.id, now: now)
    #expect(try await catalogue.files(of: record.id).map(\.state) == [.failed, .verified])
    let later = now.addingTimeInterval(50)
    try await catalogue.conclude(
      record.id, state: .forwarding, reason: "r", nextAttemptAt: later, now: now)
    #expect(try await catalogue.nextAttempt(after: now) == later)
    #expect(try await catalogue.upload(record.id)?.attempts == 1)
    #expect(try await catalogue.releasable(provenBefore: .distantFuture, limit: 9) == [])
    try await catalogue.conclude(
      record.id, state: .verified, reason: "", nextAttemptAt: nil, now: now)
    #expect(try await catalogue.queueDepth() == 0)
    #expect(try await catalogue.releasable(provenBefore: now, limit: 9) == [])
    #expect(
      try await catalogue.releasable(provenBefore: later, limit: 9) == [BlobKey("k1")])
    #expect(try await catalogue.releasable(provenBefore: later, limit: 9) == [])
  }
}
