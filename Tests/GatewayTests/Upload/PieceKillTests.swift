import Domain
import Foundation
import TestSupport
import Testing
import Wire

@testable import Gateway

/// The real program over loopback, killed while pieces and batches come: what was acknowledged is
/// there whole, and nothing else is claimed.
@Suite(.serialized) struct PieceKillTests {
  @Test(.enabled(if: KillTests.program != nil, "needs the built radrelay-gateway"))
  func acknowledgedPiecesAndBatchesStay() async throws {
    let folder = try TemporaryFolder()
    let added = try await ChildProcess.run(
      try #require(KillTests.program),
      [
        "user", "add", "anna", "--role", "radiographer", "--data", folder.url.path,
        "--password-stdin",
      ], input: Data((TestGateway.password + "\n").utf8))
    try #require(added.exitStatus == 0, "\(added.errors)")
    let study = "2.25.810"
    let files = try (1...3).map {
      TestFile(
        id: "f\($0)", bytes: try TestObjects.slice($0, study: study, size: 60_000),
        uid: "\(study).\($0)")
    }
    let request = InitRequest(
      studyMetadata: StudyMetadata(patientName: "A^B", studyDate: "20260101", modality: "CT"),
      totalFiles: 3, totalSizeBytes: Int64(files.reduce(0) { $0 + $1.bytes.count }),
      clientUploadID: "pieces", studyInstanceUID: study, chunkSize: 20_000,
      files: files.map(\.manifest))
    var kept = Acknowledged()
    for attempt in 0..<4 {
      let gateway = try await KillTests.Gateway(folder.url)
      let token = try await gateway.login()
      let answer = try await gateway.send(
        "POST", "/upload/init", token, try JSONEncoder().encode(request))
      try #require(answer.status == 200, "\(answer.text)")
      let upload = try JSONDecoder().decode(InitAnswer.self, from: answer.body)
      let state = try JSONDecoder().decode(
        UploadStatusAnswer.self,
        from: try await gateway.send("GET", "/upload/\(upload.uploadID)/status", token).body)
      kept.check(state, files)
      let isLast = attempt == 3
      let delay = Int.random(in: 1...250)
      let killer =
        isLast
        ? nil
        : Task {
          try await Task.sleep(for: .milliseconds(delay))
          try await gateway.kill()
        }
      do {
        try await send(files, upload, gateway, &kept)
        if isLast {
          let done = try await gateway.send(
            "POST", "/upload/\(upload.uploadID)/complete?wait=0", upload.uploadToken)
          #expect(done.status == 200, "\(done.text)")
          let proof = try JSONDecoder().decode(
            ProofAnswer.self,
            from: try await gateway.send("GET", "/upload/\(upload.uploadID)/proof", token).body)
          #expect(proof.instances.map(\.sha256) == files.map(\.manifest.sha256))
        }
      } catch let error where !isLast {
        // Killed in the middle of a request.
        _ = error
      }
      try await killer?.value
      if isLast { await gateway.process.stop() }
    }
  }

  /// What the gateway answered for.
  private struct Acknowledged {
    /// By file and chunk: ranges in the chunk.
    var pieces: [String: [Range<Int>]] = [:]
    var chunks: Set<String> = []

    func check(_ state: UploadStatusAnswer, _ files: [TestFile]) {
      for (name, ranges) in pieces {
        let parts = name.split(separator: "/").map(String.init)
        guard let file = state.files[parts[0]], let index = Int(parts[1]) else {
          Issue.record("no \(name)")
          continue
        }
        if file.receivedChunks.contains(index) { continue }
        let here = (file.pieces?[parts[1]] ?? []).map { $0[0]..<$0[0] + $0[1] }
        for range in ranges {
          #expect(
            here.contains {
              $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
            },
            "lost: \(name) \(range) of \(here)")
        }
      }
      for name in chunks {
        let parts = name.split(separator: "/").map(String.init)
        let isHere = Int(parts[1]).map {
          state.files[parts[0]]?.receivedChunks.contains($0) == true
        }
        #expect(isHere == true, "lost: \(name)")
      }
    }
  }

  /// The first file in pieces, the others in batches.
  private func send(
    _ files: [TestFile], _ upload: InitAnswer, _ gateway: KillTests.Gateway,
    _ kept: inout Acknowledged
  ) async throws {
    for (index, chunk) in TestClient.chunks(files[0].bytes, 20_000).enumerated() {
      for start in stride(from: 0, to: chunk.count, by: 5_000).shuffled() {
        let range = start..<min(chunk.count, start + 5_000)
        let path =
          "/upload/\(upload.uploadID)/chunk?chunk_index=\(index)&file_id=f1"
          + "&piece_offset=\(start)&chunk_bytes=\(chunk.count)"
        let answer = try await gateway.send("PUT", path, upload.uploadToken, Data(chunk[range]))
        #expect(answer.status == 200, "\(answer.text)")
        kept.pieces["f1/\(index)", default: []].append(range)
        let message = try JSONDecoder().decode(ChunkAnswer.self, from: answer.body)
        if message.chunkComplete == true { kept.chunks.insert("f1/\(index)") }
      }
      let parts: [TestClient.Part] = files.dropFirst().compactMap { file in
        let chunks = TestClient.chunks(file.bytes, 20_000)
        return index < chunks.count ? (file: file.id, index: index, bytes: chunks[index]) : nil
      }
      let answer = try await gateway.send(
        "POST", "/upload/\(upload.uploadID)/chunks", upload.uploadToken,
        try TestClient.body(parts), headers: ["Content-Type": ChunkBatch.contentType])
      #expect(answer.status == 200, "\(answer.text)")
      let message = try JSONDecoder().decode(ChunkBatchAnswer.self, from: answer.body)
      for chunk in message.chunks {
        #expect(["received", "exists"].contains(chunk.status), "\(chunk)")
        kept.chunks.insert("\(chunk.fileID)/\(chunk.chunkIndex)")
      }
    }
  }
}
