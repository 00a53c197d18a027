import Domain
import Foundation
import HTTPTypes
import NIOCore
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// Chunks that come in pieces.
@Suite struct PieceTests {
  /// One file of `size` bytes of pixels, in chunks of 20,000 bytes.
  private func with(
    size: Int = 60_000, _ gateway: TestGateway,
    _ body: @Sendable (TestClient, InitAnswer, TestFile, [Data]) async throws -> Void
  ) async throws {
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let bytes = try TestObjects.slice(1, size: size)
      let file = TestFile(id: "f1", bytes: bytes, uid: "\(TestObjects.study).1")
      let upload = try await client.begin(client.manifest([file], chunk: 20_000), token)
      try await body(client, upload, file, TestClient.chunks(bytes, 20_000))
    }
  }

  @Test(arguments: [60_000, 21_000])
  func piecesMakeAChunk(_ size: Int) async throws {
    let gateway = try await TestGateway()
    try await with(size: size, gateway) { client, upload, file, chunks in
      for (index, chunk) in chunks.enumerated() {
        // From the end, so that the last to come is the first; the last one may be small.
        var cuts = Array(stride(from: 0, to: chunk.count, by: 6_000))
        cuts.append(chunk.count)
        let ranges = Array(zip(cuts, cuts.dropFirst()).map { $0..<$1 }.reversed())
        for (number, range) in ranges.enumerated() {
          let answer = try await client.piece(upload, "f1", index, of: chunk, range)
          try #require(answer.status == 200, "\(answer.text)")
          let message = try answer.decode(ChunkAnswer.self)
          #expect(message.status == "received" && message.receivedBytes == range.count)
          #expect(message.chunkComplete == (number == ranges.count - 1))
          #expect(message.sha256 == TestFile.hex(Data(chunk[range])))
        }
        let again = try await client.piece(upload, "f1", index, of: chunk, ranges[0])
          .decode(ChunkAnswer.self)
        #expect(again.status == "exists" && again.chunkComplete == true)
        #expect(try await client.put(upload, "f1", index, chunk).status == 204)
      }
      #expect(try await client.status(upload).files["f1"]?.complete == true)
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      #expect(gateway.archive.bytes(of: file.uid) == file.bytes)
    }
  }

  @Test func statusTellsPiecesAndWhatIsMissing() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, file, chunks in
      for range in [4_096..<8_192, 8_192..<12_288, 15_904..<20_000] {
        _ = try await client.piece(upload, "f1", 1, of: chunks[1], range)
      }
      #expect(try await client.put(upload, "f1", 0, chunks[0]).status == 200)
      let state = try #require(try await client.status(upload).files["f1"])
      #expect(state.receivedChunks == [0] && !state.complete)
      #expect(state.pieces == ["1": [[4_096, 8_192], [15_904, 4_096]]])
      let size = Int64(file.bytes.count)
      #expect(
        state.missing == [[20_000, 4_096], [32_288, 3_616], [40_000, size - 40_000]])
      #expect(try await client.complete(upload).code == .uploadIncomplete)
      // Another session of the same id, another process: the pieces are there.
      #expect(try await client.status(upload).files["f1"] == state)
    }
  }

  @Test func overlappingPiecesMustAgree() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, _, chunks in
      let chunk = chunks[0]
      func put(_ range: Range<Int>, _ bytes: Data? = nil) async throws -> String {
        let answer = try await client.piece(upload, "f1", 0, of: chunk, range, bytes: bytes)
        guard answer.status == 200 else { return "\(answer.status)" }
        return try answer.decode(ChunkAnswer.self).status
      }
      let first = try await put(0..<8_000)
      #expect(first == "received")
      #expect(try await put(0..<8_000) == "exists")
      #expect(try await put(1_000..<7_000) == "exists")
      #expect(try await put(4_000..<10_000) == "received")
      #expect(try await put(2_000..<9_500) == "exists", "two of them cover it")
      var wrong = Data(chunk[6_000..<12_000])
      wrong[0] ^= 1
      #expect(try await put(6_000..<12_000, wrong) == "409")
      #expect(try await put(0..<8_000, Data(repeating: 0, count: 8_000)) == "409")
      #expect(try await client.status(upload).files["f1"]?.pieces == ["0": [[0, 10_000]]])
      #expect(try await put(9_000..<20_000) == "received")
      #expect(try await client.put(upload, "f1", 0, chunk).status == 204, "whole, and right")
    }
  }

  @Test func aWholeChunkWinsOverPieces() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, _, chunks in
      let wrong = Data(repeating: 7, count: 5_000)
      let answer = try await client.piece(upload, "f1", 0, of: chunks[0], 0..<5_000, bytes: wrong)
      #expect(answer.status == 200)
      #expect(try await client.put(upload, "f1", 0, chunks[0]).status == 200)
      #expect(try await client.status(upload).files["f1"]?.pieces == nil)
      let late = try await client.piece(upload, "f1", 0, of: chunks[0], 0..<5_000, bytes: wrong)
      #expect(late.status == 409)
      let right = try await client.piece(upload, "f1", 0, of: chunks[0], 0..<5_000)
      #expect(try right.decode(ChunkAnswer.self).status == "exists")
    }
  }

  @Test func badPiecesAreRefused() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, _, chunks in
      let chunk = chunks[0]
      func put(_ range: Range<Int>, of chunk: Data, _ bytes: Data? = nil, index: Int = 0)
        async throws -> Int
      {
        try await client.piece(
          upload, "f1", index, of: chunk, range, bytes: bytes, headers: [:]
        ).status
      }
      #expect(try await put(0..<4_095, of: chunk) == 422, "too small")
      #expect(try await put(0..<8_000, of: Data(chunk.dropLast())) == 422, "another chunk size")
      #expect(try await put(0..<8_000, of: chunk, chunk + [0]) == 413, "beyond the chunk")
      #expect(try await put(19_999..<20_000, of: chunk, Data([1, 2])) == 413)
      #expect(try await put(0..<8_000, of: chunk, Data()) == 400)
      #expect(try await put(0..<8_000, of: chunk, index: 99) == 413)
      let path =
        "/upload/\(upload.uploadID)/chunk?chunk_index=0&file_id=f1&chunk_bytes=20000&piece_offset="
      for offset in ["-1", "20000", "9999999999999999999999", "x"] {
        let answer = try await client.send(
          .put, path + offset, token: upload.uploadToken, body: chunk)
        #expect(answer.status == 422, "\(offset)")
      }
      let digest = try TestClient.digest(Data([1]))
      let wrong = try await client.piece(upload, "f1", 0, of: chunk, 0..<8_000, headers: digest)
      #expect(wrong.code == .digestMismatch)
      #expect(try await client.status(upload).files["f1"]?.pieces == nil, "nothing was kept")
    }
  }

  @Test func manySendersOfPiecesAtOnce() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, file, chunks in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for (index, chunk) in chunks.enumerated() {
          for _ in 0..<2 {
            for start in stride(from: 0, to: chunk.count, by: 4_096) {
              group.addTask {
                try await client.piece(
                  upload, "f1", index, of: chunk, start..<min(chunk.count, start + 4_096)
                ).status
              }
            }
          }
        }
        for try await status in group { #expect(status == 200) }
      }
      let state = try await client.status(upload)
      #expect(state.uploadedBytes == Int64(file.bytes.count))
      #expect(state.files["f1"]?.complete == true && state.files["f1"]?.pieces == nil)
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
    }
  }

  /// The gateway died between the last piece and the chunk: the next look joins them.
  @Test func coveredPiecesBecomeAChunkWhenLookedAt() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, file, chunks in
      let id = UploadID(upload.uploadID)
      _ = try await client.piece(upload, "f1", 0, of: chunks[0], 0..<8_000)
      // What the service does, up to the moment of its death.
      let rest = Data(chunks[0][8_000...])
      let batch = try await gateway.files.receive(
        [.init(bytes: .init(bytes: rest), sha256: TestFile.hex(rest))], upload: id)
      let place = try #require(try await gateway.files.keep(batch).first)
      let outcome = try await gateway.catalogue.record(
        PieceRecord(
          file: 0, chunk: 0, start: 8_000, size: rest.count, sha256: TestFile.hex(rest),
          place: place), agreeing: [], of: id, expiresAt: Date(timeIntervalSinceNow: 999))
      #expect(outcome == .recorded)
      #expect(try await gateway.catalogue.chunks(of: id).isEmpty)
      let state = try #require(try await client.status(upload).files["f1"])
      #expect(state.receivedChunks == [0] && state.pieces == nil)
      #expect(try await gateway.catalogue.pieces(of: id).isEmpty)
      #expect(try await client.put(upload, "f1", 0, chunks[0]).status == 204)
    }
  }

  /// The disk changed a piece after it was acknowledged: it is asked for again, never joined.
  @Test func aDamagedPieceIsAskedForAgain() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, upload, file, chunks in
      _ = try await client.piece(upload, "f1", 0, of: chunks[0], 0..<8_000)
      let folder = gateway.folder.chunks.appendingPathComponent(upload.uploadID)
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
      let handle = try FileHandle(forUpdating: folder.appendingPathComponent(name))
      try handle.seek(toOffset: 100)
      try handle.write(contentsOf: Data("damaged".utf8))
      try handle.close()
      let last = try await client.piece(upload, "f1", 0, of: chunks[0], 8_000..<20_000)
        .decode(ChunkAnswer.self)
      #expect(last.chunkComplete == false)
      let state = try #require(try await client.status(upload).files["f1"])
      #expect(state.receivedChunks == [] && state.pieces == nil)
      try await client.sendAll([file], upload)
      #expect(try await client.complete(upload).decode(CompleteAnswer.self).status == "success")
    }
  }
}
