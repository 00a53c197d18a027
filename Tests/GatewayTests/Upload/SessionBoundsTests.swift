import Domain
import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// How much a session may hold, how long it lives, and what goes when.
@Suite struct SessionBoundsTests {
  private func with(
    _ gateway: TestGateway, _ body: @Sendable (TestClient, String) async throws -> Void
  ) async throws {
    try await gateway.user("anna")
    try await gateway.run { client in
      try await body(client, try await client.login("anna").accessToken)
    }
  }

  @Test func theCapabilitiesNameTheBounds() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let answer = try await client.send(.get, "/capabilities")
      let capabilities = try answer.decode(Capabilities.self)
      #expect(capabilities.pieces?.minimum == 4_096)
      #expect(capabilities.batch == .init(maximumBytes: 4 << 20, maximumChunks: 512))
      #expect(capabilities.compression == ["gzip"] && capabilities.sopLookup?.maximum == 1_000)
      struct Bounds: Decodable { var limits: [String: Int] }
      let limits = try answer.decode(Bounds.self).limits
      #expect(limits["study_bytes"] == 2 << 30 && limits["study_files"] == 20_000)
      #expect(limits["min_chunk_bytes"] == 1 && limits["max_chunk_bytes"] == 10 << 20)
      #expect(limits["session_hours"] == 336 && limits["maximum_files"] == 20_000)
      // The wish for a chunk size is brought within the bounds.
      for (wish, size) in [(5, 5), (1 << 30, 10 << 20)] {
        let request = client.manifest(
          try TestFile.slices(1), client: "c\(wish)", chunk: wish)
        #expect(try await client.begin(request, token).chunkSize == size)
      }
      var large = client.manifest(try TestFile.slices(1), client: "large")
      large.files?[0].size = (2 << 30) + 1
      large.totalSizeBytes = (2 << 30) + 1
      let refused = try await client.post("/upload/init", large, token: token)
      #expect(refused.status == 413 && refused.code == .tooLarge)
    }
  }

  /// Sessions live for a day after a chunk even where the configured time is shorter; their chunks
  /// outlive them by a week, in which the client's id finds them again.
  @Test func anExpiredSessionIsTakenUpAgainWhileItsChunksAreHere() async throws {
    let gateway = try await TestGateway(configure: { $0.limits.sessionSeconds = 3_600 })
    try await with(gateway) { client, token in
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      let chunk = TestClient.chunks(files[0].bytes, 2_000)[0]
      #expect(try await client.put(upload, "f1", 0, chunk).status == 200)
      gateway.advance(23 * 3_600)
      await gateway.server.housekeeper.turn()
      let path = "/upload/\(upload.uploadID)/status"
      var later = try await client.login("anna").accessToken
      #expect(try await client.send(.get, path, token: later).status == 200)
      gateway.advance(2 * 3_600)
      await gateway.server.housekeeper.turn()
      later = try await client.login("anna").accessToken
      #expect(try await client.send(.get, path, token: later).status == 404)
      gateway.advance(6 * 86_400)
      await gateway.server.housekeeper.turn()
      later = try await client.login("anna").accessToken
      let again = try await client.begin(client.manifest(files), later)
      #expect(again.uploadID == upload.uploadID && again.receivedBytes == 2_000)
      #expect(try await client.put(again, "f1", 0, chunk).status == 204)
    }
  }

  @Test func anEmptySessionEndsAfterADay() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let upload = try await client.begin(client.manifest(try TestFile.slices(1)), token)
      gateway.advance(25 * 3_600)
      await gateway.server.housekeeper.turn()
      #expect(try await gateway.catalogue.upload(UploadID(upload.uploadID))?.state == .cancelled)
    }
  }

  /// What a crash left is removed when it is a week old; what is wanted, never.
  @Test func orphansGoAndNothingElse() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      gateway.archive.change { $0.isReachable = false }
      let files = try TestFile.slices(2)
      let kept = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, kept)
      _ = try await client.complete(kept)
      let open = try await client.begin(
        client.manifest(try TestFile.slices(2, study: "2.25.9"), client: "c2", study: "2.25.9"),
        token)
      let chunk = TestClient.chunks(try TestObjects.slice(1, study: "2.25.9"), 2_000)[0]
      #expect(try await client.put(open, "f1", 0, chunk).status == 200)
      let objects = gateway.folder.objects
      let folder = try #require(
        try await gateway.catalogue.files(of: UploadID(kept.uploadID)).first?.blob?.rawValue
          .split(separator: "/").dropLast().joined(separator: "/"))
      let day = String(folder.prefix(10))
      let stray = "\(day)/upload-\(UploadID.make().rawValue)"
      let manager = FileManager.default
      try manager.createDirectory(
        at: objects.appendingPathComponent(stray), withIntermediateDirectories: true)
      let strayChunks = gateway.folder.chunks.appendingPathComponent(UploadID.make().rawValue)
      try manager.createDirectory(at: strayChunks, withIntermediateDirectories: true)
      let left = [
        objects.appendingPathComponent("\(stray)/digest"),
        objects.appendingPathComponent("\(folder)/other"),
        strayChunks.appendingPathComponent("s1"),
        gateway.folder.temporary.appendingPathComponent("half"),
      ]
      for url in left { try Data([1]).write(to: url) }
      func count() -> Int { left.count { manager.fileExists(atPath: $0.path) } }
      func isThere() async throws -> Bool {
        let wanted = try await gateway.catalogue.files(of: UploadID(kept.uploadID))
          .compactMap(\.blob).map { objects.appendingPathComponent($0.rawValue).path }
        return wanted.count == 2 && wanted.allSatisfy { manager.fileExists(atPath: $0) }
          && manager.fileExists(
            atPath: gateway.folder.chunks.appendingPathComponent(open.uploadID).path)
      }
      gateway.advance(6 * 86_400)
      await gateway.server.housekeeper.turn()
      #expect(count() == 4)
      gateway.advance(2 * 86_400)
      await gateway.server.housekeeper.turn()
      #expect(count() == 0)
      #expect(try await isThere())
      gateway.archive.change { $0.isReachable = true }
      await gateway.settle()
      #expect(try await gateway.catalogue.upload(UploadID(kept.uploadID))?.state == .verified)
    }
  }

  /// As many files as a session takes: the answers have them all.
  @Test func twentyThousandFiles() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let count = 20_000
      let digest = TestFile.hex(Data([1]))
      var request = client.manifest([])
      request.totalFiles = count
      request.totalSizeBytes = Int64(count * 1_000)
      request.files = (0..<count).map {
        ManifestFile(
          fileID: "f\($0)", size: 1_000, sha256: digest, sopInstanceUID: "2.25.1.\($0)")
      }
      let upload = try await client.begin(request, token)
      let bytes = Data(repeating: 1, count: 1_000)
      let part: TestClient.Part = ("f19999", 0, bytes)
      let sent = try await client.batch(upload, try TestClient.body([part]))
      #expect(try sent.decode(ChunkBatchAnswer.self).chunks.first?.status == "received")
      let state = try await client.status(upload)
      #expect(state.files.count == count && state.chunksTotal == count)
      #expect(state.files["f19999"]?.receivedChunks == [0])
      #expect(state.files["f7"]?.missing == [[0, 1_000]])
      request.totalFiles += 1
      request.clientUploadID = "more"
      #expect(try await client.post("/upload/init", request, token: token).status == 422)
    }
  }
}
