import Foundation
import TestSupport
import Testing
import Wire

/// 1,000 times `kill -9` of the gateway, by the clock, while small studies go through it into its
/// archive. A client without a memory of its own knows what was acknowledged. CI has its share in
/// ``GatewayKillTests``.
@Suite(
  .serialized,
  .enabled(if: KillLoad.isSoak, "a soak: RADRELAY_SOAK=1, or make soak"),
  .enabled(if: GatewayProcess.isBuilt, "needs radrelay-gateway beside the tests"))
struct GatewayKillSoakTests {
  private static let workers = 2
  private static let lanes = 4

  private struct Tally: Sendable {
    var kills = 0
    var whileSending = 0
    var studies = 0
    var chunks = 0
    var instances: [String: String] = [:]
    var problems: [String] = []
  }

  /// What the gateway said that it has, of one study.
  private actor Ledger {
    private(set) var acknowledged: Set<String> = []
    private(set) var isProven = false
    private(set) var problems: [String] = []
    func acknowledge(_ file: String) {
      if !acknowledged.insert(file).inserted { problems.append("\(file) was asked for again") }
    }
    func prove() { isProven = true }
    func complain(_ text: String) { problems.append(text) }
  }

  @Test(.timeLimit(.minutes(300)))
  func theGatewayIsKilledAThousandTimes() async throws {
    let kills = SoakCount.of("RADRELAY_SOAK_GATEWAY_KILLS", 1_000)
    let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
      for worker in 0..<Self.workers {
        group.addTask { try await Self.work(worker, kills / Self.workers) }
      }
      return try await group.reduce(into: [Tally]()) { $0.append($1) }
    }
    for tally in tallies { #expect(tally.problems.isEmpty, "\(tally.problems.prefix(5))") }
    let made = tallies.reduce(0) { $0 + $1.kills }
    let met = tallies.reduce(0) { $0 + $1.whileSending }
    print(
      "GatewayKillSoakTests: \(made) kills of \(Self.workers) gateways, \(met) with a study half "
        + "received; \(tallies.reduce(0) { $0 + $1.chunks }) acknowledged chunks, none was asked for "
        + "again; \(tallies.reduce(0) { $0 + $1.studies }) studies, "
        + "\(tallies.reduce(0) { $0 + $1.instances.count }) instances in the archive, once and with "
        + "their bytes")
    #expect(made >= kills / Self.workers * Self.workers && met * 5 > made)
  }

  private static func work(_ worker: Int, _ kills: Int) async throws -> Tally {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    try await GatewayProcess.addUser("anna", data: folder.url)
    let port = try FreePort.next()
    var random = SeededRandom(seed: UInt64(20_261_121 + worker))
    var tally = Tally()
    var client: PlainClient?
    while tally.kills < kills {
      let study = try SyntheticStudy(
        files: 40, rows: 16, seed: UInt64(worker * 1_000_000 + tally.studies + 1))
      for file in study.files { tally.instances[file.sopInstanceUID] = file.sha256 }
      tally.studies += 1
      let ledger = Ledger()
      let request = study.request(clientID: UUID().uuidString, chunkSize: 256 << 10)
      while await !ledger.isProven {
        let gateway = try await GatewayProcess.start(data: folder.url, port: port)
        if client == nil { client = try await PlainClient.login("anna", port: port) }
        guard let present = client else { continue }
        let sender = Task { await send(study, request, present, ledger) }
        // A third of them comes late, into checking, sealing and archiving.
        let latest = Int.random(in: 0..<3, using: &random) == 0 ? 1_500_000 : 150_000
        try await Task.sleep(for: .microseconds(Int.random(in: 0...latest, using: &random)))
        try await gateway.kill()
        tally.kills += 1
        if await sender.value == .loginEnded { client = nil }
        let count = await ledger.acknowledged.count
        if count > 0, count < study.files.count { tally.whileSending += 1 }
      }
      tally.chunks += await ledger.acknowledged.count
      tally.problems += await ledger.problems
    }
    let held = try await GatewayHoldings.read(folder.url)
    if held.instances != tally.instances { tally.problems.append("the archive differs") }
    if held.uploads != tally.studies {
      tally.problems.append("\(held.uploads) uploads of \(tally.studies) studies")
    }
    return tally
  }

  private enum SendEnd { case done, loginEnded }

  /// Sends until the gateway proves the study or dies.
  private static func send(
    _ study: SyntheticStudy, _ request: InitRequest, _ client: PlainClient, _ ledger: Ledger
  ) async -> SendEnd {
    do {
      let session = try await client.begin(request)
      let status = try await client.status(session)
      let present = Set(status.files.filter { !$0.value.receivedChunks.isEmpty }.keys)
      if ["receiving", "uploading"].contains(status.state) {
        for file in await ledger.acknowledged.subtracting(present) {
          await ledger.complain("\(file) was acknowledged and is lost")
        }
        let missing = study.files.filter { !present.contains($0.id) }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for lane in 0..<lanes {
            group.addTask {
              for index in stride(from: lane, to: missing.count, by: lanes) {
                let file = missing[index]
                let answer = try await client.put(file.bytes, 0, of: file.id, session)
                guard [200, 204].contains(answer.status) else {
                  throw PlainClient.Unexpected(answer: answer)
                }
                await ledger.acknowledge(file.id)
              }
            }
          }
          try await group.waitForAll()
        }
      }
      _ = try client.decode(CompleteAnswer.self, await client.complete(session, wait: 0))
      while true {
        let proof = try await client.proof(session)
        if proof.state == "failed" { await ledger.complain("failed: \(proof.reason ?? "")") }
        if ["verified", "committed", "failed"].contains(proof.state) {
          await ledger.prove()
          return .done
        }
        try await Task.sleep(for: .milliseconds(5))
      }
    } catch let error as PlainClient.Unexpected where error.answer.status == 401 {
      return .loginEnded
    } catch is RawHTTPError {
      return .done
    } catch {
      await ledger.complain("\(error)")
      return .done
    }
  }
}
