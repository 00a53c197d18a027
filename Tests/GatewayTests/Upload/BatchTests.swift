import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// Several chunks in one body, and bodies that are compressed.
@Suite struct BatchTests {
  private func with(
    _ gateway: TestGateway, files count: Int = 4,
    _ body: @Sendable (TestClient, InitAnswer, [TestFile]) async throws -> Void
  ) async throws {
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(count)
      try await body(client, try await client.begin(client.manifest(files), token), files)
    }
  }

  private func parts(_ files: [TestFile]) -> [TestClient.Part] {
    files.flatMap { file in
      TestClient.chunks(file.bytes, 2_000).enumerated().map {
        (file: file.id, index: $0, bytes: $1)
      }
    }
  }

  @Test func smallChunksTravelTogether() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, files in
      let parts = parts(files)
      let body = try TestClient.body(parts)
      let answer = try await client.batch(upload, body, headers: try TestClient.digest(body))
      try #require(answer.status == 200, "\(answer.text)")
      let chunks = try answer.decode(ChunkBatchAnswer.self).chunks
      #expect(chunks.map(\.fileID) == parts.map(\.file))
      #expect(chunks.map(\.chunkIndex) == parts.map(\.index))
      #expect(chunks.map(\.receivedBytes) == parts.map(\.bytes.count))
      #expect(chunks.map(\.sha256) == parts.map { TestFile.hex($0.bytes) })
      #expect(chunks.allSatisfy { $0.status == "received" && $0.detail == nil })
      let again = try await client.batch(upload, body).decode(ChunkBatchAnswer.self)
      #expect(again.chunks.allSatisfy { $0.status == "exists" })
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      for file in files { #expect(gateway.archive.bytes(of: file.uid) == file.bytes) }
    }
  }

  /// Files that are large enough lie in files of their own, also when they travel together.
  @Test func largeChunksOfABodyLieAsTheyLieInTheWhole() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try (1...3).map { number in
        TestFile(
          id: "f\(number)",
          bytes: try TestObjects.slice(number, size: number == 3 ? 5_000 : 100_000),
          uid: "\(TestObjects.study).\(number)")
      }
      let upload = try await client.begin(client.manifest(files, chunk: 1 << 20), token)
      var parts: [TestClient.Part] = files.map { (file: $0.id, index: 0, bytes: $0.bytes) }
      // Twice in one body: the second finds the first.
      parts.append(parts[0])
      let answer = try await client.batch(upload, try TestClient.body(parts))
        .decode(ChunkBatchAnswer.self)
      #expect(answer.chunks.map(\.status) == ["received", "received", "received", "exists"])
      let folder = gateway.folder.chunks.appendingPathComponent(upload.uploadID)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names.count == 3 && names.prefix(2) == ["f0", "f1"])
      for (name, file) in zip(["f0", "f1"], files) {
        #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == file.bytes)
      }
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      for file in files { #expect(gateway.archive.bytes(of: file.uid) == file.bytes) }
    }
  }

  @Test func eachChunkIsTakenOrRefusedForItself() async throws {
    let gateway = try await TestGateway()
    try await with(gateway, files: 1) { client, upload, files in
      let good = TestClient.chunks(files[0].bytes, 2_000)
      var entries = [
        ChunkBatch.Entry(fileID: "f1", chunkIndex: 0, byteCount: 2_000, sha256: ""),
        .init(fileID: "f1", chunkIndex: 0, byteCount: 2_000, sha256: ""),
        .init(fileID: "f1", chunkIndex: 1, byteCount: 1_999, sha256: ""),
        .init(fileID: "f1", chunkIndex: 1, byteCount: 2_000, sha256: "not the digest"),
        .init(fileID: "../etc", chunkIndex: 0, byteCount: 2_000, sha256: ""),
        .init(fileID: "f2", chunkIndex: 0, byteCount: 2_000, sha256: ""),
        .init(fileID: "f1", chunkIndex: 99, byteCount: 2_000, sha256: ""),
        .init(fileID: "f1", chunkIndex: -1, byteCount: 2_000, sha256: ""),
        .init(fileID: "f1", chunkIndex: 0, byteCount: 2_000, sha256: ""),
      ]
      var bytes: [Data] = entries.map { Data(good[0].prefix($0.byteCount)) }
      bytes[8] = Data(repeating: 9, count: 2_000)
      for index in entries.indices where entries[index].sha256.isEmpty {
        entries[index].sha256 = TestFile.hex(bytes[index])
      }
      let body = try ChunkBatch.head(entries) + bytes.reduce(Data(), +)
      let answer = try await client.batch(upload, body).decode(ChunkBatchAnswer.self)
      #expect(
        answer.chunks.map(\.status) == ["received", "exists"]
          + Array(repeating: "refused", count: 7))
      #expect(answer.chunks.dropFirst(2).allSatisfy { $0.detail?.isEmpty == false })
      #expect(try await client.status(upload).files["f1"]?.receivedChunks == [0])
      // What is recorded stays the first.
      let other = try await client.batch(
        upload, try TestClient.body([("f1", 0, bytes[8])])
      ).decode(ChunkBatchAnswer.self)
      #expect(other.chunks.map(\.status) == ["refused"])
    }
  }

  @Test func bodiesThatAreNotWhatTheySayAreRefusedWhole() async throws {
    let gateway = try await TestGateway(configure: {
      $0.chunkBatch = .init(maximumBytes: 10_000, maximumChunks: 3)
    })
    try await with(gateway) { client, upload, files in
      let parts = Array(parts(files).prefix(3))
      let good = try TestClient.body(parts)
      func status(_ body: Data, _ headers: HTTPFields = [:]) async throws -> Int {
        try await client.batch(upload, body, headers: headers).status
      }
      #expect(try await status(good.dropLast()) == 400)
      #expect(try await status(good + [0]) == 400)
      #expect(try await status(Data()) == 400)
      #expect(try await status(Data([0, 0, 0])) == 400)
      #expect(try await status(Data([255, 255, 255, 255]) + good) == 400)
      #expect(try await status(Data([0, 0, 0, 2]) + Data("{}".utf8)) == 400)
      #expect(try await status(ChunkBatch.head([])) == 422)
      #expect(
        try await status(
          ChunkBatch.head([.init(fileID: "f1", chunkIndex: 0, byteCount: 0, sha256: "")])) == 400)
      #expect(
        try await status(
          ChunkBatch.head([.init(fileID: "f1", chunkIndex: 0, byteCount: -5, sha256: "")])
            + Data(count: 9)) == 400)
      #expect(try await status(try TestClient.body(Array(self.parts(files).prefix(4)))) == 422)
      let digest = try TestClient.digest(Data([1]))
      #expect(try await status(good, digest) == 422)
      let long: [TestClient.Part] = [("f1", 0, Data(count: 2 << 20))]
      #expect(try await status(try TestClient.body(long)) == 413)
      let plain = try await client.send(
        .post, "/upload/\(upload.uploadID)/chunks", token: upload.uploadToken, body: good)
      #expect(plain.status == 415)
      let stranger = try await client.send(
        .post, "/upload/\(upload.uploadID)/chunks", body: good,
        headers: [.contentType: ChunkBatch.contentType])
      #expect(stranger.status == 401)
      #expect(try await client.status(upload).uploadedBytes == 0)
      #expect(try await status(good) == 200)
    }
  }

  @Test func aPlainSessionGetsItsFilesByBatchesToo() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(3)
      var request = client.manifest(files)
      request.files = nil
      let upload = try await client.begin(request, token)
      let body = try TestClient.body(files.map { (file: $0.id, index: 0, bytes: $0.bytes) })
      let answer = try await client.batch(upload, body).decode(ChunkBatchAnswer.self)
      #expect(answer.chunks.map(\.status) == ["received", "received", "received"])
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
    }
  }

  @Test func aFullDiskRefusesTheWholeBatch() async throws {
    let room = Box()
    room.add(1_000_000)
    let gateway = try await TestGateway(freeBytes: { Int64(room.value) })
    try await with(gateway) { client, upload, files in
      let parts = parts(files)
      #expect(try await client.put(upload, "f1", 0, parts[0].bytes).status == 200)
      room.add(-998_100)
      let refused = try await client.batch(upload, try TestClient.body(parts))
      #expect(refused.status == 507 && refused.code == .diskFull)
      let chunk = try await client.put(upload, "f1", 1, parts[1].bytes)
      #expect(chunk.status == 507 && chunk.headers[.retryAfter] != nil)
      #expect(chunk.text.contains("Nothing was lost"))
      // What was acknowledged is kept, and what fits is taken.
      #expect(try await client.put(upload, "f1", 0, parts[0].bytes).status == 204)
      let last = try #require(parts.last)
      #expect(last.bytes.count < 1_900)
      #expect(try await client.put(upload, last.file, last.index, last.bytes).status == 200)
      room.add(998_100)
      #expect(try await client.batch(upload, try TestClient.body(parts)).status == 200)
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
    }
  }

  @Test func compressedBodiesAreThePlainBytes() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, files in
      let parts = parts(files)
      let gzip: HTTPFields = [.contentEncoding: "gzip"]
      func put(_ part: TestClient.Part, _ body: Data) async throws -> Int {
        var headers = try TestClient.digest(part.bytes)
        headers[.contentEncoding] = "gzip"
        return try await client.put(upload, part.file, part.index, body, headers: headers).status
      }
      let whole = try Gzip.compress(parts[0].bytes)
      #expect(try await put(parts[0], whole.dropLast()) == 400, "broken off")
      #expect(try await put(parts[0], whole + [0]) == 400, "more behind it")
      #expect(try await put(parts[0], parts[0].bytes) == 400, "not gzip")
      #expect(try await put(parts[0], Data()) == 400)
      #expect(try await put(parts[0], try Gzip.compress(parts[0].bytes + [1])) == 413)
      #expect(try await put(parts[0], try Gzip.compress(parts[1].bytes)) == 422, "other bytes")
      #expect(try await put(parts[0], whole) == 200)
      #expect(try await put(parts[0], whole) == 204)
      let other: HTTPFields = [.contentEncoding: "br"]
      #expect(try await client.put(upload, "f1", 1, whole, headers: other).status == 415)
      let body = try Gzip.compress(try TestClient.body(parts))
      #expect(try await client.batch(upload, body, headers: gzip).status == 200)
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      for file in files { #expect(gateway.archive.bytes(of: file.uid) == file.bytes) }
    }
  }

  /// A body that inflates a thousandfold is stopped at the bound of what it is for.
  @Test func whatComesOutIsBounded() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, files in
      let bomb = try Gzip.compress(Data(count: 64 << 20))
      #expect(bomb.count < 100_000)
      let headers: HTTPFields = [.contentEncoding: "gzip"]
      #expect(try await client.put(upload, "f1", 0, bomb, headers: headers).status == 413)
      #expect(try await client.batch(upload, bomb, headers: headers).status == 413)
      let folder = gateway.folder.chunks.appendingPathComponent(upload.uploadID)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for name in names {
        let attributes = try FileManager.default.attributesOfItem(
          atPath: folder.appendingPathComponent(name).path)
        #expect((attributes[.size] as? Int ?? 0) <= 1 << 20)
      }
    }
  }
}
