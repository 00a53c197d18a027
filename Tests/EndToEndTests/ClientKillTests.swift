import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

/// `kill -9` of the client, and of the gateway under it, again and again within one upload.
///
/// What the client says that it sent again is compared with what a relay between the two saw go
/// over the wire: nothing went over it twice that is not in that number, and the number is at most
/// the chunks that can be in flight when a process dies.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"),
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
struct ClientKillTests {
  private static let seed: UInt64 = 20_261_121

  @Test(.timeLimit(.minutes(60)))
  func theClientIsKilledUntilItIsDone() async throws {
    let kills = KillLoad.isSoak ? 200 : 20
    var random = SeededRandom(seed: Self.seed)
    let site = try await ClientSite.open(logIn: false)
    defer { site.close() }
    let relay = try CountingRelay(to: site.gateway.port)
    defer { relay.close() }
    let workplace = site.workplace
    try await workplace.logIn(port: relay.port)
    let load = try KillLoad(workplace)
    var tally = KillTally()
    var queue: [ClientUpload] = []
    while tally.kills < kills {
      // Before the handover is durable nothing is promised: the person does it again.
      let client = try await workplace.start(
        queue.isEmpty ? ["upload", "--wait", load.folder.path] : ["sync"])
      let seen = Mutex(CountingRelay.OnTheWay?.none)
      let kill: @Sendable () -> Void = {
        client.send(9)
        // What the kernel still holds of a dead process does not arrive, as when a machine dies.
        let onTheWay = relay.cut()
        seen.withLock { $0 = onTheWay }
      }
      let sent = queue.reduce(0) { $0 + $1.bytesSent }
      relay.after(load.nextKill(sent: sent, done: tally.kills, of: kills, using: &random), kill)
      if sent == load.byteCount || Int.random(in: 0..<10, using: &random) == 0 {
        // By the clock: while it starts, asks, completes, waits for proof.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
        relay.forgetAction()
        kill()
      }
      let status = try await client.exit(within: .seconds(180))
      relay.forgetAction()
      if status == 128 + 9 {
        tally.count(
          try await Wait.value("end of the kill") { seen.withLock { $0 } })
      }
      queue = try await workplace.queue()
      #expect(queue.isEmpty || queue.count == load.studies.count, "half a handover")
      if !queue.isEmpty, queue.allSatisfy(\.isProven) { break }
    }
    #expect(tally.kills == kills, "the studies were through after \(tally.kills) kills")
    #expect(tally.whileSending * 2 > kills, "\(tally) is too few to show anything")
    let last = try await workplace.run(["sync"], within: .seconds(300))
    #expect(last.exitStatus == 0, "\(last.errors)")
    try await expectAll(load, at: site.orthanc, workplace)
    try await expectHonestNumbers("client", load, tally, relay, workplace)
  }

  @Test(.timeLimit(.minutes(60)))
  func theGatewayIsKilledUnderTheClient() async throws {
    let kills = KillLoad.isSoak ? 50 : 6
    var random = SeededRandom(seed: Self.seed)
    let workplace = try ClientWorkplace()
    let orthanc = try await OrthancServer.start()
    defer { orthanc.kill() }
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let port = try FreePort.next()
    var gateway = try await GatewayProcess.start(data: workplace.data, port: port, pacs: orthanc)
    defer { gateway.process.send(9) }
    let relay = try CountingRelay(to: port)
    defer { relay.close() }
    try await workplace.logIn(port: relay.port)
    let load = try KillLoad(workplace)
    let client = try await workplace.start(["upload", "--wait", "--json", load.folder.path])
    var tally = KillTally()
    var sent: Int64 = 0
    while tally.kills < kills {
      let seen = Mutex(CountingRelay.OnTheWay?.none)
      let process = gateway.process
      let kill: @Sendable () -> Void = {
        relay.close()
        process.send(9)
        let onTheWay = relay.cut()
        seen.withLock { $0 = onTheWay }
      }
      if sent < load.byteCount {
        relay.after(load.nextKill(sent: sent, done: tally.kills, of: kills, using: &random), kill)
      } else {
        // Once every byte is there, the way to the PACS is what is left to interrupt.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...600, using: &random)))
        kill()
      }
      try await Wait.until("kill of the gateway", within: .seconds(180)) {
        seen.withLock { $0 != nil } || client.exitStatus != nil
      }
      guard client.exitStatus == nil, let onTheWay = seen.withLock({ $0 }) else { break }
      _ = try await process.exit()
      tally.count(onTheWay)
      sent = try await workplace.queue().reduce(0) { $0 + $1.bytesSent }
      gateway = try await GatewayProcess.start(data: workplace.data, port: port, pacs: orthanc)
      try relay.open()
    }
    #expect(tally.kills == kills, "the studies were through after \(tally.kills) kills")
    #expect(tally.whileSending * 2 > kills, "\(tally) is too few to show anything")
    let status = try await client.exit(within: .seconds(300))
    #expect(status == 0, "\(client.errors)")
    let rows = try ClientUpload.lines(client.output)
    #expect(rows.count == load.studies.count && rows.allSatisfy(\.isProven))
    try await expectAll(load, at: orthanc, workplace)
    try await expectHonestNumbers("gateway", load, tally, relay, workplace)
  }

  /// What went over the wire, as it was and as the client tells it.
  private func expectHonestNumbers(
    _ victim: String, _ load: KillLoad, _ tally: KillTally, _ relay: CountingRelay,
    _ workplace: ClientWorkplace
  ) async throws {
    let again = try await workplace.queue().reduce(0) { $0 + $1.bytesSentAgain }
    let onTheWire = relay.payloadBytes
    print(
      "ClientKillTests: seed \(Self.seed), \(tally.kills) kills of the \(victim) within "
        + "\(load.byteCount) bytes, \(tally.whileSending) of them with chunks on their way "
        + "(\(tally.bytes) bytes); \(onTheWire) bytes of chunks went over the wire, \(again) bytes "
        + "are told to have been sent again")
    #expect(onTheWire >= load.byteCount)
    #expect(
      onTheWire <= load.byteCount + again,
      "\(onTheWire - load.byteCount) bytes were sent again, told were \(again)")
    #expect(again <= Int64(tally.kills) * KillLoad.inFlight, "more than the chunks in flight")
  }

  /// Every instance once, with its bytes; every upload once, proven.
  private func expectAll(_ load: KillLoad, at orthanc: OrthancServer, _ workplace: ClientWorkplace)
    async throws
  {
    let queue = try await workplace.queue()
    #expect(
      queue.map(\.studyInstanceUid).sorted() == load.studies.map(\.study).sorted(),
      "each study is queued once")
    for upload in queue {
      #expect(upload.isProven, "\(upload.state) \(upload.reason)")
      #expect(upload.instancesVerified == upload.instances)
      #expect(upload.bytesSent == upload.bytes)
    }
    let held = try await orthanc.held()
    #expect(held.count == load.files.count)
    let originals = Dictionary(
      load.files.map { ($0.sopInstanceUID, $0.sha256) }, uniquingKeysWith: { $0 + $1 })
    let arrived = Dictionary(
      held.map { ($0.sopInstanceUID, $0.sha256) }, uniquingKeysWith: { $0 + $1 })
    #expect(originals == arrived, "instances differ from their files")
  }
}
