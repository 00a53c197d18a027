import Foundation
import TestSupport
import Testing
import Wire

/// `kill -9` of the gateway, again and again, while a study goes through it into Orthanc.
@Suite(
  .enabled(if: GatewayProcess.isBuilt, "needs radrelay-gateway beside the tests"),
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
struct GatewayKillTests {
  /// What the gateway said that it has.
  private actor Ledger {
    private(set) var acknowledged: Set<Chunk> = []
    private(set) var isCompleting = false
    private(set) var sentAgain = 0
    func acknowledge(_ chunk: Chunk) {
      if !acknowledged.insert(chunk).inserted { sentAgain += 1 }
    }
    func complete() { isCompleting = true }
  }

  private struct Chunk: Hashable, Sendable {
    var file: Int
    var index: Int
  }

  private static let chunkSize = 256 << 10

  @Test(.timeLimit(.minutes(20)))
  func nothingAcknowledgedIsLostAndNothingArrivesTwice() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let orthanc = try await OrthancServer.start(user: "gateway", password: "secret")
    defer { orthanc.kill() }
    // 100 MB in 600 chunks.
    let study = try SyntheticStudy(files: 200, rows: 512)
    try await GatewayProcess.addUser("anna", data: folder.url)
    let port = try FreePort.next()
    var gateway = try await GatewayProcess.start(data: folder.url, port: port, pacs: orthanc)
    let client = try await PlainClient.login("anna", port: port)
    let ledger = Ledger()
    let sender = Task { try await Self.send(study, client, ledger) }
    defer { sender.cancel() }
    var random = SeededRandom(seed: 20_261_121)
    var killsWhileReceiving = 0
    for kill in 0..<50 {
      // The last ten fall into checking, sealing and forwarding.
      let isLate = kill >= 40
      let target = await ledger.acknowledged.count + Int.random(in: 0...22, using: &random)
      try await Wait.until("progress of the upload", within: .seconds(120)) {
        let count = await ledger.acknowledged.count
        let isCompleting = await ledger.isCompleting
        return isCompleting || (count >= target && !isLate)
      }
      // The point of the kill is random, down to the middle of a write.
      let latest = isLate ? 1_500_000 : 30_000
      try await Task.sleep(for: .microseconds(Int.random(in: 0...latest, using: &random)))
      if await !ledger.isCompleting { killsWhileReceiving += 1 }
      try await gateway.kill()
      gateway = try await GatewayProcess.start(data: folder.url, port: port, pacs: orthanc)
    }
    let proof = try await sender.value
    // Otherwise the kills came too late to show anything.
    #expect(killsWhileReceiving >= 20)
    #expect(await ledger.sentAgain == 0)
    #expect(["verified", "committed"].contains(proof.state), "\(proof.reason ?? "")")
    #expect(proof.instances.count == study.files.count)
    for (instance, file) in zip(proof.instances, study.files) {
      #expect(instance.sha256 == file.sha256)
      #expect(["verified", "committed"].contains(instance.state))
    }
    // The PACS: every instance once, with the very bytes.
    let held = try await orthanc.instances()
    #expect(held.count == study.files.count)
    var originals = Dictionary(grouping: study.files, by: \.bytes)
    for id in held {
      let file = try await orthanc.get("/instances/\(id)/file").body
      #expect(originals.removeValue(forKey: file) != nil)
    }
    #expect(originals.isEmpty)
    await gateway.process.stop(within: .seconds(120))
    #expect(gateway.process.exitStatus == 0)
  }

  /// Sends until the gateway proves the study, coming back after every failure.
  private static func send(_ study: SyntheticStudy, _ client: PlainClient, _ ledger: Ledger)
    async throws -> ProofAnswer
  {
    let request = study.request(clientID: UUID().uuidString, chunkSize: chunkSize)
    while true {
      try Task.checkCancellation()
      do {
        let session = try await client.begin(request)
        let status = try await client.status(session)
        if ["receiving", "uploading"].contains(status.state) {
          try await sendMissing(study, client, session, status, ledger)
        }
        await ledger.complete()
        let completed = try await client.complete(session, wait: 0)
        let answer = try client.decode(CompleteAnswer.self, completed)
        #expect(answer.status == "success", "\(answer.warnings)")
        return try await Wait.value("proof", within: .seconds(600)) {
          let proof = try await client.proof(session)
          return ["verified", "committed", "failed"].contains(proof.state) ? proof : nil
        }
      } catch is RawHTTPError {
        // Dead or dying: wait for the next life.
        try await Wait.until("gateway", within: .seconds(120)) {
          (try? await client.send("GET", "/health", base: "").status) == 200
        }
      }
    }
  }

  private static func sendMissing(
    _ study: SyntheticStudy, _ client: PlainClient, _ session: InitAnswer,
    _ status: UploadStatusAnswer, _ ledger: Ledger
  ) async throws {
    var present: Set<Chunk> = []
    var all: [Chunk] = []
    for (number, file) in study.files.enumerated() {
      for index in status.files[file.id]?.receivedChunks ?? [] {
        present.insert(Chunk(file: number, index: index))
      }
      let count = (file.bytes.count + chunkSize - 1) / chunkSize
      all += (0..<count).map { Chunk(file: number, index: $0) }
    }
    let lost = await ledger.acknowledged.subtracting(present)
    #expect(lost.isEmpty, "acknowledged chunks were lost: \(lost)")
    let missing = all.filter { !present.contains($0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<3 {
        group.addTask {
          for chunk in stride(from: lane, to: missing.count, by: 3).map({ missing[$0] }) {
            let file = study.files[chunk.file]
            let start = chunk.index * chunkSize
            let bytes = file.bytes[start..<min(start + chunkSize, file.bytes.count)]
            let answer = try await client.put(Data(bytes), chunk.index, of: file.id, session)
            guard [200, 204].contains(answer.status) else {
              throw PlainClient.Unexpected(answer: answer)
            }
            await ledger.acknowledge(chunk)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
