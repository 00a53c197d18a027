import Domain
import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// Bytes that the gateway has are not sent again; instances that a facility has are known.
@Suite struct KnownContentTests {
  private func with(
    _ gateway: TestGateway, _ body: @Sendable (TestClient, String) async throws -> Void
  ) async throws {
    try await gateway.user("anna")
    try await gateway.user("bert")
    try await gateway.run { client in
      try await body(client, try await client.login("anna").accessToken)
    }
  }

  @Test func aNewSessionFindsTheChunksOfAnUnfinishedOne() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(3)
      let first = try await client.begin(client.manifest(files), token)
      #expect(first.receivedBytes == 0)
      try await client.sendAll([files[0]], first)
      let chunk = TestClient.chunks(files[1].bytes, 2_000)[1]
      #expect(try await client.put(first, "f2", 1, chunk).status == 200)
      // The client lost its memory: another id, other names, another wish for the chunk size.
      var request = client.manifest(files, client: "c2", chunk: 3_000)
      for index in files.indices { request.files?[index].fileID = "n\(index)" }
      let second = try await client.begin(request, token)
      #expect(second.uploadID != first.uploadID && second.chunkSize == 2_000)
      #expect(second.receivedBytes == Int64(files[0].bytes.count + 2_000))
      let state = try await client.status(second)
      #expect(state.files["n0"]?.complete == true && state.files["n0"]?.missing == nil)
      #expect(state.files["n1"]?.receivedChunks == [1])
      #expect(
        state.files["n1"]?.missing == [[0, 2_000], [4_000, Int64(files[1].bytes.count) - 4_000]])
      #expect(state.files["n2"]?.receivedChunks == [])
      // The first may go.
      let path = "/upload/\(first.uploadID)/cancel"
      #expect(try await client.send(.post, path, token: token).status == 200)
      #expect(try await client.put(second, "n1", 1, chunk).status == 204)
      for (index, file) in files.enumerated() {
        for (number, chunk) in TestClient.chunks(file.bytes, 2_000).enumerated() {
          let status = try await client.put(second, "n\(index)", number, chunk).status
          #expect([200, 204].contains(status))
        }
      }
      #expect(try await client.complete(second).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      for file in files { #expect(gateway.archive.bytes(of: file.uid) == file.bytes) }
    }
  }

  /// A study to which instances were added: only those are sent, whatever the chunk size.
  @Test(arguments: [2_000, 1_500, 100_000])
  func aKeptStudyIsNotSentAgain(_ chunk: Int) async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(4)
      let old = Array(files.prefix(3))
      let first = try await client.begin(client.manifest(old), token)
      try await client.sendAll(old, first)
      _ = try await client.complete(first)
      let second = try await client.begin(
        client.manifest(files, client: "c2", chunk: chunk), token)
      #expect(second.chunkSize == chunk)
      #expect(second.receivedBytes == Int64(old.reduce(0) { $0 + $1.bytes.count }))
      let state = try await client.status(second)
      #expect(old.allSatisfy { state.files[$0.id]?.complete == true })
      try await client.sendAll([files[3]], second)
      #expect(try await client.complete(second).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      #expect(try await client.proof(second).state == "verified")
      for file in files { #expect(gateway.archive.bytes(of: file.uid) == file.bytes) }
      // Nobody else is told by this what the gateway has.
      let bert = try await client.login("bert").accessToken
      var forced = client.manifest(files, client: "b1")
      forced.forceUpload = true
      #expect(try await client.begin(forced, bert).receivedBytes == 0)
    }
  }

  /// The object was released between looking and taking: the bytes are sent.
  @Test func whatIsGoneIsSentAgain() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(2)
      let first = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, first)
      _ = try await client.complete(first)
      let kept = try await gateway.catalogue.files(of: UploadID(first.uploadID))
      try await gateway.files.remove(try #require(kept[0].blob))
      let request = client.manifest(files, client: "c2", force: true)
      let second = try await client.begin(request, token)
      let state = try await client.status(second)
      #expect(state.files["f1"]?.receivedChunks == [] && state.files["f2"]?.complete == true)
      try await client.sendAll(files, second)
      #expect(try await client.complete(second).decode(CompleteAnswer.self).status == "success")
    }
  }

  /// The earlier session had wrong bytes: the new one notices and asks for them.
  @Test func wrongBytesOfAnEarlierSessionAreAskedForAgain() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(1)
      let first = try await client.begin(client.manifest(files), token)
      var wrong = files[0]
      wrong.bytes[300] ^= 1
      try await client.sendAll([wrong], first)
      let second = try await client.begin(client.manifest(files, client: "c2"), token)
      #expect(try await client.status(second).files["f1"]?.complete == true)
      let refused = try await client.complete(second)
      #expect(refused.code == .uploadIncomplete && refused.text.contains("earlier session"))
      #expect(try await client.status(second).files["f1"]?.receivedChunks == [])
      try await client.sendAll(files, second)
      #expect(try await client.complete(second).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      #expect(gateway.archive.bytes(of: files[0].uid) == files[0].bytes)
    }
  }

  @Test func digestsMayComeLater() async throws {
    let gateway = try await TestGateway()
    try await with(gateway) { client, token in
      let files = try TestFile.slices(2)
      var request = client.manifest(files)
      request.files?[0].sha256 = nil
      request.files?[1].sha256 = nil
      let first = try await client.begin(request, token)
      try await client.sendAll([files[0]], first)
      request.files?[0].sha256 = files[0].manifest.sha256
      let second = try await client.begin(request, token)
      #expect(second.uploadID == first.uploadID && second.resumed == true)
      #expect(second.receivedBytes == Int64(files[0].bytes.count))
      // Once named it is binding; not named again it stays.
      var other = request
      other.files?[0].sha256 = files[1].manifest.sha256
      #expect(
        try await client.post("/upload/init", other, token: token).code == .manifestConflict)
      request.files?[0].sha256 = nil
      #expect(try await client.begin(request, token).resumed == true)
      try await client.sendAll(files, second)
      #expect(try await client.complete(second).decode(CompleteAnswer.self).status == "success")
      await gateway.settle()
      let proof = try await client.proof(second)
      #expect(proof.instances.map(\.sha256) == files.map(\.manifest.sha256))
    }
  }

  @Test func knownInstancesAreThoseOfTheFacility() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("cora", facility: "South")
    try await with(gateway) { client, token in
      let files = try TestFile.slices(2)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      let asked = KnownInstancesRequest(sopInstanceUIDs: files.map(\.uid) + ["1.2.3"])
      func ask(_ token: String) async throws -> [KnownInstancesAnswer.Instance] {
        try await client.post("/upload/known", asked, token: token)
          .decode(KnownInstancesAnswer.self).known
      }
      #expect(try await ask(token).isEmpty, "an open session is no evidence")
      _ = try await client.complete(upload)
      let bert = try await client.login("bert").accessToken
      let stored = try await ask(bert)
      #expect(stored.map(\.sopInstanceUID) == files.map(\.uid).sorted())
      #expect(stored.allSatisfy { $0.state == "stored" && $0.uploadID == upload.uploadID })
      #expect(Set(stored.map(\.sha256)) == Set(files.map(\.manifest.sha256)))
      await gateway.settle()
      #expect(try await ask(token).allSatisfy { $0.state == "verified" })
      #expect(try await ask(try await client.login("cora").accessToken).isEmpty)
      #expect(try await client.post("/upload/known", asked).status == 401)
      // Others that look alike, of the facility, of the last 30 days; never the study itself.
      func lookalikes(_ token: String) async throws -> [Int] {
        let studies = [TestObjects.study, "9.9.9"].map {
          KnownInstancesRequest.Study(
            studyInstanceUID: $0, patientName: "Doe^Jane", studyDate: "20261101", modality: "CT")
        }
        let asked = KnownInstancesRequest(sopInstanceUIDs: [], studies: studies)
        return try await client.post("/upload/known", asked, token: token)
          .decode(KnownInstancesAnswer.self).similar?.map(\.study) ?? []
      }
      #expect(try await lookalikes(token) == [1])
      #expect(try await lookalikes(bert) == [1])
      #expect(try await lookalikes(try await client.login("cora").accessToken).isEmpty)
      let crowd = KnownInstancesRequest(
        sopInstanceUIDs: [],
        studies: Array(
          repeating: .init(
            studyInstanceUID: "1", patientName: "x", studyDate: "x", modality: "CT"), count: 101))
      #expect(try await client.post("/upload/known", crowd, token: token).status == 413)
      let many = KnownInstancesRequest(sopInstanceUIDs: Array(repeating: "1.2", count: 1_001))
      #expect(try await client.post("/upload/known", many, token: token).status == 413)
      let bad = KnownInstancesRequest(sopInstanceUIDs: ["SECRET"])
      let answer = try await client.post("/upload/known", bad, token: token)
      #expect(answer.status == 422 && !answer.text.contains("SECRET"))
      gateway.advance(31 * 86_400)
      let anew = try await client.login("anna").accessToken
      #expect(try await lookalikes(anew).isEmpty)
    }
  }
}
