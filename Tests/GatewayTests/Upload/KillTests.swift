import Crypto
import Domain
import Foundation
import TestSupport
import Testing
import Wire

/// The real program, killed at random moments: what was acknowledged is there afterwards.
@Suite(.serialized) struct KillTests {
  static let program: String? = {
    guard
      let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return nil }
    let path = URL(fileURLWithPath: own).deletingLastPathComponent()
      .appendingPathComponent("radrelay-gateway").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  struct Gateway {
    let process: ChildProcess
    let port: Int

    init(_ data: URL) async throws {
      let program = try #require(KillTests.program)
      process = try await ChildProcess.start(
        program, ["serve", "--data", data.path, "--port", "0", "--quiet"])
      let line = try await process.line(containing: "listening")
      port = try #require(
        Int(line.split(separator: ":").last?.filter(\.isNumber) ?? ""))
    }

    func send(
      _ method: String, _ path: String, _ token: String, _ body: Data = Data(),
      headers: [String: String] = [:]
    ) async throws -> RawHTTP.Answer {
      try await RawHTTP.send(
        method, "/api/v1" + path,
        headers: headers.merging(["Authorization": "Bearer \(token)"]) { $1 },
        body: body,
        to: port, within: .seconds(120))
    }

    func login() async throws -> String {
      let body = LoginRequest(username: "anna", password: TestGateway.password)
      let answer = try await RawHTTP.send(
        "POST", "/api/v1/auth/login", body: try JSONEncoder().encode(body), to: port)
      return try JSONDecoder().decode(TokenPair.self, from: answer.body).accessToken
    }

    func kill() async throws {
      process.send(SIGKILL)
      _ = try await process.exit(within: .seconds(120))
    }
  }

  @Test(.enabled(if: program != nil, "needs the built radrelay-gateway"))
  func nothingAcknowledgedIsLost() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let added = try await ChildProcess.run(
      try #require(Self.program),
      [
        "user", "add", "anna", "--role", "radiographer", "--data", folder.url.path,
        "--password-stdin",
      ], input: Data((TestGateway.password + "\n").utf8))
    try #require(added.exitStatus == 0, "\(added.errors)")
    var random = SystemRandomNumberGenerator()
    for round in 0..<4 {
      try await study(round, folder.url, &random)
    }
  }

  /// One study, with a kill during its chunks and one about its completion.
  private func study(
    _ round: Int, _ data: URL, _ random: inout SystemRandomNumberGenerator
  ) async throws {
    let study = "2.25.700\(round)"
    let files = try (1...4).map {
      TestFile(
        id: "f\($0)", bytes: try TestObjects.slice($0, study: study, size: 60_000),
        uid: "\(study).\($0)")
    }
    let request = InitRequest(
      studyMetadata: StudyMetadata(patientName: "A^B", studyDate: "20260101", modality: "CT"),
      totalFiles: 4, totalSizeBytes: Int64(files.reduce(0) { $0 + $1.bytes.count }),
      clientUploadID: "round-\(round)", studyInstanceUID: study, chunkSize: 8_000,
      files: files.map(\.manifest))
    var acknowledged = Set<String>()
    var isSealed = false
    for attempt in 0..<3 {
      let gateway = try await Gateway(data)
      let token = try await gateway.login()
      let body = try JSONEncoder().encode(request)
      let answer = try await gateway.send("POST", "/upload/init", token, body)
      try #require(answer.status == 200, "\(answer.text)")
      let upload = try JSONDecoder().decode(InitAnswer.self, from: answer.body)
      #expect(upload.resumed == (attempt > 0))
      let status = try JSONDecoder().decode(
        UploadStatusAnswer.self,
        from: try await gateway.send("GET", "/upload/\(upload.uploadID)/status", token).body)
      let listed = Set(
        status.files.flatMap { name, file in file.receivedChunks.map { "\(name)/\($0)" } })
      #expect(acknowledged.isSubset(of: listed), "lost: \(acknowledged.subtracting(listed))")
      if isSealed { #expect(status.state != "uploading", "an answered completion was forgotten") }
      let killer: Task<Void, any Error>?
      if attempt < 2 {
        let delay = Int.random(in: 1...(attempt == 0 ? 150 : 400), using: &random)
        killer = Task {
          try await Task.sleep(for: .milliseconds(delay))
          try await gateway.kill()
        }
      } else {
        killer = nil
      }
      do {
        for file in files {
          for (index, chunk) in TestClient.chunks(file.bytes, 8_000).enumerated() {
            let path = "/upload/\(upload.uploadID)/chunk?chunk_index=\(index)&file_id=\(file.id)"
            let answer = try await gateway.send("PUT", path, upload.uploadToken, chunk)
            #expect([200, 204].contains(answer.status), "\(answer.text)")
            acknowledged.insert("\(file.id)/\(index)")
          }
        }
        let done = try await gateway.send(
          "POST", "/upload/\(upload.uploadID)/complete?wait=10", upload.uploadToken)
        #expect(done.status == 200, "\(done.text)")
        isSealed = true
        if attempt == 2 { try await prove(upload, files, gateway, token) }
      } catch let error where attempt < 2 {
        // Killed in the middle of a request.
        _ = error
      }
      try await killer?.value
      if killer == nil { await gateway.process.stop() }
    }
  }

  private func prove(
    _ upload: InitAnswer, _ files: [TestFile], _ gateway: Gateway, _ token: String
  ) async throws {
    let proof = try await Wait.value("proof", within: .seconds(120)) {
      let answer = try await gateway.send("GET", "/upload/\(upload.uploadID)/proof", token)
      let proof = try JSONDecoder().decode(ProofAnswer.self, from: answer.body)
      return proof.state == "committed" ? proof : nil
    }
    #expect(proof.instances.map(\.sha256) == files.map(\.manifest.sha256))
    #expect(proof.instances.allSatisfy { $0.state == "committed" })
  }
}
