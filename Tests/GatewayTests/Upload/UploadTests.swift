import Crypto
import Domain
import Foundation
import HTTPTypes
import NIOCore
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

@Suite struct UploadTests {
  /// Runs with a user `anna` and her access token.
  private func with(
    _ gateway: TestGateway, _ body: @Sendable (TestClient, String) async throws -> Void
  ) async throws {
    try await gateway.user("anna")
    try await gateway.run { client in
      try await body(client, try await client.login("anna").accessToken)
    }
  }

  @Test func aStudyIsStoredVerifiedAndProven() async throws {
    let gateway = try await TestGateway(archive: ScriptedArchive(keepsBytes: true))
    try await with(gateway) { client, token in
      let files = try TestFile.slices(3)
      let upload = try await client.begin(client.manifest(files), token)
      #expect(upload.resumed == false && upload.chunkSize == 2_000)
      try await client.sendAll(files, upload)
      let answer = try await client.complete(upload).decode(CompleteAnswer.self)
      #expect(answer.status == "success" && answer.pacsReceiptID == nil)
      #expect(answer.warnings == ["stored; delivery to the PACS is queued"])
      #expect(try await client.proof(upload).state == "stored")
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.state == "committed" && proof.clientUploadID == "c1")
      for (instance, file) in zip(proof.instances, files) {
        #expect(instance.sha256 == file.manifest.sha256 && instance.state == "committed")
        #expect(instance.storedAt != nil && instance.verifiedAt != nil)
      }
      for file in files {
        let kept = gateway.archive.bytes(of: file.uid)
        #expect(kept == file.bytes)
      }
      let again = try await client.complete(upload).decode(CompleteAnswer.self)
      #expect(again.pacsReceiptID?.hasPrefix("STOW-SUCCESS-") == true)
      #expect(again.processedFiles == 3 && again.failedFiles == 0)
      // The chunks are gone, the objects stay until retention is over.
      let chunks = try FileManager.default.contentsOfDirectory(
        atPath: gateway.folder.chunks.path)
      #expect(chunks.isEmpty)
    }
  }

  @Test func theSameClientIDIsTheSameSession() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(2)
      let request = client.manifest(files)
      let first = try await client.begin(request, token)
      let chunk = TestClient.chunks(files[0].bytes, 2_000)[1]
      #expect(try await client.put(first, "f1", 1, chunk).status == 200)
      let second = try await client.begin(request, token)
      #expect(second.resumed == true && second.uploadID == first.uploadID)
      let status = try await client.send(
        .get, "/upload/\(first.uploadID)/status", token: second.uploadToken
      ).decode(UploadStatusAnswer.self)
      #expect(status.files["f1"]?.receivedChunks == [1] && status.uploadedBytes == 2_000)
      #expect(status.files["f2"]?.receivedChunks == [])
      let other = client.manifest(Array(files.prefix(1)))
      let conflict = try await client.post("/upload/init", other, token: token)
      #expect(conflict.status == 409 && conflict.code == .manifestConflict)
      // Given up, the id is free again.
      let path = "/upload/\(first.uploadID)/cancel"
      #expect(try await client.send(.post, path, token: token).status == 200)
      #expect(try await client.put(first, "f1", 1, chunk).status == 404)
      #expect(try await client.begin(other, token).uploadID != first.uploadID)
    }
  }

  @Test func chunksAreCheckedBeforeTheyAreAcknowledged() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      let chunks = TestClient.chunks(files[0].bytes, 2_000)
      func digest(_ data: Data) throws -> HTTPFields {
        let name = try #require(HTTPField.Name("Content-Digest"))
        let value = Data(SHA256.hash(data: data)).base64EncodedString()
        return [name: "sha-256=:\(value):"]
      }
      func code(_ answer: TestClient.Answer) -> String {
        "\(answer.status) \(answer.code?.rawValue ?? "")"
      }
      let other = try digest(chunks[1])
      #expect(
        code(try await client.put(upload, "f1", 0, chunks[0], headers: other))
          == "422 DIGEST_MISMATCH")
      let md5: HTTPFields = [
        try #require(HTTPField.Name("Content-MD5")): "AAAAAAAAAAAAAAAAAAAAAA=="
      ]
      #expect(
        code(try await client.put(upload, "f1", 0, chunks[0], headers: md5))
          == "422 DIGEST_MISMATCH")
      #expect(code(try await client.put(upload, "f1", 0, Data())) == "400 INVALID")
      #expect(code(try await client.put(upload, "f1", 0, chunks[0] + [0])) == "413 TOO_LARGE")
      #expect(code(try await client.put(upload, "f1", 0, chunks[0].dropLast())) == "422 INVALID")
      #expect(code(try await client.put(upload, "f1", 99, chunks[0])) == "413 TOO_LARGE")
      #expect(code(try await client.put(upload, "f1", -1, chunks[0])) == "422 INVALID")
      for name in ["..", ".hidden", "a%2Fb", "%2e%2e%2Fx", "a%00b", "%E2%80%AEx", ""] {
        #expect(code(try await client.put(upload, name, 0, chunks[0])).hasPrefix("400"), "\(name)")
      }
      let good = try await client.put(upload, "f1", 0, chunks[0], headers: try digest(chunks[0]))
      let answer = try good.decode(ChunkAnswer.self)
      #expect(answer.sha256 == TestFile.hex(chunks[0]) && answer.receivedBytes == 2_000)
      #expect(try await client.put(upload, "f1", 0, chunks[0]).status == 204)
      #expect(code(try await client.put(upload, "f1", 0, chunks[1])) == "409 CHUNK_CONFLICT")
      // Nothing of all that was left behind.
      let left = try FileManager.default.contentsOfDirectory(atPath: gateway.folder.temporary.path)
      #expect(left.isEmpty)
      let incomplete = try await client.complete(upload)
      #expect(incomplete.status == 400 && incomplete.code == .uploadIncomplete)
    }
  }

  @Test func concurrentCopiesOfAChunkCountOnce() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      let chunk = TestClient.chunks(files[0].bytes, 2_000)[0]
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask { try await client.put(upload, "f1", 0, chunk).status }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.filter { $0 == 200 }.count == 1)
      #expect(statuses.filter { $0 == 204 }.count == 7)
      #expect(try await gateway.catalogue.chunks(of: UploadID(upload.uploadID)).count == 1)
    }
  }

  @Test func plainClientsMayChooseChunksButNotLoseOne() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let bytes = try TestObjects.slice(1)
      var request = client.manifest([])
      request.clientUploadID = nil
      request.files = nil
      request.chunkSize = nil
      request.studyInstanceUID = nil
      request.totalFiles = 1
      request.totalSizeBytes = Int64(bytes.count)
      let upload = try await client.begin(request, token)
      let parts = [bytes.prefix(10), bytes[10..<3_000], bytes[3_000...]].map { Data($0) }
      #expect(try await client.put(upload, "any-1.dcm", 0, parts[0]).status == 200)
      #expect(try await client.put(upload, "any-1.dcm", 1, parts[1]).status == 200)
      // The tail is missing: RelayPACS would have called this a success.
      #expect(try await client.complete(upload).code == .uploadIncomplete)
      #expect(try await client.put(upload, "any-1.dcm", 3, parts[2]).status == 200)
      #expect(try await client.complete(upload).code == .uploadIncomplete)
      #expect(try await client.put(upload, "another", 0, parts[2]).status == 413)
      // A second start of the same study, while the first is open, and forced.
      let second = try await client.post("/upload/init", request, token: token)
      #expect(second.status == 409)
      let duplicate = try second.decode(DuplicateStudyAnswer.self).detail
      #expect(duplicate.uploadID == upload.uploadID && duplicate.code == "DUPLICATE_STUDY")
      request.forceUpload = true
      let forced = try await client.begin(request, token)
      #expect(try await client.put(forced, "x", 0, bytes).status == 200)
      #expect(try await client.complete(forced).decode(CompleteAnswer.self).status == "success")
    }
  }

  @Test func badFilesAreRefusedAndTheOthersGoOn() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      var files = try TestFile.slices(4)
      files[1].bytes = Data("no DICOM, but long enough to be looked at as if it were".utf8)
      files[2].uid = "2.25.9"
      files[3].bytes = try TestObjects.slice(4, study: "2.25.77")
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      let answer = try await client.complete(upload).decode(CompleteAnswer.self)
      #expect(answer.status == "partial_success" && answer.pacsReceiptID == nil)
      #expect(answer.processedFiles == 1 && answer.failedFiles == 3)
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.instances.map(\.state) == ["verified", "failed", "failed", "failed"])
      #expect(proof.instances.dropFirst().allSatisfy { $0.reason?.isEmpty == false })
      #expect(proof.state == "failed" && proof.reason?.contains("3 of 4") == true)
    }
  }

  @Test func aTruncatedFileIsNoSuccess() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      var files = try TestFile.slices(1)
      files[0].bytes = Data(files[0].bytes.dropLast(100))
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      let answer = try await client.complete(upload).decode(CompleteAnswer.self)
      #expect(answer.status == "failed" && answer.failedFiles == 1)
      #expect(try await client.proof(upload).state == "failed")
      // The same again is the same answer; a forced start is a new try.
      let again = try await client.complete(upload).decode(CompleteAnswer.self)
      #expect(again == answer)
      let forced = try await client.begin(client.manifest(files, force: true), token)
      #expect(forced.uploadID != upload.uploadID)
    }
  }

  @Test func whatTheFacilityHasIsADuplicate() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("bert")
    try await gateway.user("cora", facility: "South")
    try await with(gateway) { client, token in
      let files = try TestFile.slices(2)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      _ = try await client.complete(upload)
      let bert = try await client.login("bert").accessToken
      let same = client.manifest(files, client: "b1")
      #expect(try await client.post("/upload/init", same, token: bert).status == 409)
      let more = client.manifest(try TestFile.slices(3), client: "b2")
      #expect(try await client.post("/upload/init", more, token: bert).status == 200)
      let cora = try await client.login("cora").accessToken
      #expect(try await client.post("/upload/init", same, token: cora).status == 200)
      var forced = same
      forced.forceUpload = true
      #expect(try await client.post("/upload/init", forced, token: bert).status == 200)
      gateway.advance(31 * 86_400)
      let later = try await client.login("bert").accessToken
      let late = client.manifest(files, client: "b3")
      #expect(try await client.post("/upload/init", late, token: later).status == 200)
    }
  }

  @Test func sessionsEnd() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      let chunk = TestClient.chunks(files[0].bytes, 2_000)[0]
      #expect(try await client.put(upload, "f1", 0, chunk).status == 200)
      // With a chunk it lives 14 days; the token needs renewal on the way.
      gateway.advance(13 * 86_400)
      await gateway.server.housekeeper.turn()
      let later = try await client.login("anna").accessToken
      let resumed = try await client.begin(client.manifest(files), later)
      #expect(resumed.resumed == true && resumed.uploadID == upload.uploadID)
      #expect(try await client.put(resumed, "f1", 0, chunk).status == 204)
      // After that it answers no more, and after a week of grace its chunks go.
      gateway.advance(2 * 86_400)
      await gateway.server.housekeeper.turn()
      let last = try await client.login("anna").accessToken
      let path = "/upload/\(upload.uploadID)/status"
      #expect(try await client.send(.get, path, token: last).status == 404)
      let folder = gateway.folder.chunks.appendingPathComponent(upload.uploadID).path
      #expect(FileManager.default.fileExists(atPath: folder))
      gateway.advance(7 * 86_400)
      await gateway.server.housekeeper.turn()
      #expect(!FileManager.default.fileExists(atPath: folder))
      let anew = try await client.login("anna").accessToken
      #expect(try await client.begin(client.manifest(files), anew).uploadID != upload.uploadID)
    }
  }

  @Test func objectsAreKeptUntilProvenAndForATimeAfter() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      gateway.archive.change { $0.isReachable = false }
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      _ = try await client.complete(upload)
      func objects() -> Int {
        FileManager.default.enumerator(atPath: gateway.folder.objects.path)?
          .filter { ($0 as? String)?.split(separator: "/").count == 5 }.count ?? 0
      }
      gateway.advance(365 * 86_400)
      await gateway.settle()
      await gateway.server.housekeeper.turn()
      #expect(objects() == 1)
      gateway.archive.change { $0.isReachable = true }
      gateway.advance(600)
      await gateway.settle()
      await gateway.server.housekeeper.turn()
      #expect(objects() == 1)
      gateway.advance(4 * 86_400)
      await gateway.server.housekeeper.turn()
      #expect(objects() == 0)
    }
  }

  @Test func aFullDiskIsSaidBeforeAndWhile() async throws {
    let full = try await TestGateway(freeBytes: { 5_000 })
    try await with(full) { client, token in
      let request = client.manifest(try TestFile.slices(1))
      let answer = try await client.post("/upload/init", request, token: token)
      #expect(answer.status == 507 && answer.code == .diskFull)
      #expect(try await client.send(.get, "/ready").status == 200)
    }
    let failing = try await TestGateway(chunks: { FailingChunks(files: $0) })
    try await with(failing) { client, token in
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      let chunk = TestClient.chunks(files[0].bytes, 2_000)[0]
      #expect(try await client.put(upload, "f1", 0, chunk).code == .diskFull)
      let id = UploadID(upload.uploadID)
      #expect(try await failing.catalogue.chunks(of: id).isEmpty)
      let left = try FileManager.default.contentsOfDirectory(atPath: failing.folder.temporary.path)
      #expect(left.isEmpty)
    }
  }

  /// A late copy of a piece may write into the folder while it is removed: the study is stored all
  /// the same, and goes on to the archive at once.
  @Test func whatCannotBeTidiedUpHoldsNothingUp() async throws {
    let gateway = try await TestGateway(
      chunks: { FailingChunks(files: $0, keeps: true, discards: false) })
    try await with(gateway) { client, token in
      let files = try TestFile.slices(2)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      // Nobody asks the queue to look before its time but the one who completes.
      let queue = Task { try await gateway.server.queue.run() }
      defer { queue.cancel() }
      try await Task.sleep(for: .milliseconds(200))
      let begin = ContinuousClock.now
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
      var state = CustodyState.receiving
      while state != .committed, state != .verified, begin.duration(to: .now) < .seconds(30) {
        state = try #require(try await gateway.catalogue.upload(UploadID(upload.uploadID))).state
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(state == .committed || state == .verified)
    }
  }

  @Test func aChunkThatTheDiskDamagedIsAskedForAgain() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      let folder = gateway.folder.chunks.appendingPathComponent(upload.uploadID)
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
      let handle = try FileHandle(forUpdating: folder.appendingPathComponent(name))
      try handle.seek(toOffset: 2_100)
      try handle.write(contentsOf: Data("damaged".utf8))
      try handle.close()
      #expect(try await client.complete(upload).code == .uploadIncomplete)
      let status = try await client.send(
        .get, "/upload/\(upload.uploadID)/status", token: upload.uploadToken
      ).decode(UploadStatusAnswer.self)
      #expect(status.files["f1"]?.receivedChunks == [0, 2])
      try await client.sendAll(files, upload)
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
    }
  }

  @Test(arguments: ["files", "chunk", "history", "level", "uid"])
  func badManifestsAreRefusedWithoutEcho(_ fault: String) async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      var request = client.manifest(try TestFile.slices(2))
      switch fault {
      case "files": request.files?[1].fileID = "f1"
      case "chunk": request.chunkSize = 0
      case "history": request.clinicalHistory = String(repeating: "SECRET", count: 100)
      case "level": request.studyMetadata.serviceLevel = "SECRET"
      default: request.files?[0].sopInstanceUID = "SECRET"
      }
      let answer = try await client.post("/upload/init", request, token: token)
      #expect(answer.status == 422 && answer.code == .invalid)
      #expect(!answer.text.contains("SECRET"))
    }
  }
}

/// A disk that is full when a chunk is to be put on it, or whose folders cannot be removed.
private struct FailingChunks: ChunkStore {
  let files: FileStore
  var keeps = false
  var discards = true
  func receive(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int, slot: ChunkSlot,
    wantsMD5: Bool
  ) async throws -> IncomingChunk {
    try await files.receive(body, limit: limit, slot: slot, wantsMD5: wantsMD5)
  }
  func measure(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int, wantsMD5: Bool
  ) async throws -> MeasuredBytes {
    try await files.measure(body, limit: limit, wantsMD5: wantsMD5)
  }
  func keep(_ chunk: IncomingChunk) async throws -> String {
    guard keeps else { throw StorageError.full }
    return try await files.keep(chunk)
  }
  func drop(_ chunk: IncomingChunk) async { await files.drop(chunk) }
  func assemble(
    _ chunks: [ChunkRecord], upload: UploadID, file: Int, expecting digest: String?
  ) async throws -> (key: BlobKey, size: Int64, sha256: String) {
    try await files.assemble(chunks, upload: upload, file: file, expecting: digest)
  }
  func discard(upload: UploadID) async throws {
    guard discards else { throw StorageError.failed("a folder is not empty") }
    try await files.discard(upload: upload)
  }
  func receive(_ parts: [ChunkPart], upload: UploadID) async throws -> IncomingBatch {
    try await files.receive(parts, upload: upload)
  }
  func keep(_ batch: IncomingBatch) async throws -> [String] {
    guard keeps else { throw StorageError.full }
    return try await files.keep(batch)
  }
  func drop(_ batch: IncomingBatch) async { await files.drop(batch) }
  func read(_ chunk: ChunkRecord, upload: UploadID) async throws -> Data {
    try await files.read(chunk, upload: upload)
  }
  func adopt(_ parts: [StoredPart], into upload: UploadID) async throws -> [String?] {
    throw StorageError.full
  }
  func isAdopted(_ place: String) -> Bool { files.isAdopted(place) }
  func digests(of object: BlobKey, every size: Int) async throws -> [String] {
    try await files.digests(of: object, every: size)
  }
  func sessions(untouchedSince date: Date) async throws -> [UploadID] {
    try await files.sessions(untouchedSince: date)
  }
}
