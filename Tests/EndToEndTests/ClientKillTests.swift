import Domain
import Foundation
import TestSupport
import Testing

/// `kill -9` of the client, and of the gateway under it, again and again while studies go out.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"),
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
struct ClientKillTests {
  private static let isSoak = ProcessInfo.processInfo.environment["RADRELAY_SOAK"] == "1"
  /// What can be under way when a process dies: four chunks of 1 MiB.
  private static let inFlight: Int64 = 4 << 20
  private static let seed: UInt64 = 20_261_121

  /// Many small files and a few large ones, 25 MB or 100 MB in two studies.
  private struct Load {
    let studies: [SyntheticStudy]
    let folder: URL
    var byteCount: Int64 { studies.reduce(0) { $0 + $1.byteCount } }
    var files: [SyntheticStudy.File] { studies.flatMap(\.files) }

    init(_ workplace: ClientWorkplace) throws {
      let scale = isSoak ? 4 : 1
      studies = [
        try SyntheticStudy(files: 60 * scale, rows: 128, seed: 1),
        try SyntheticStudy(files: 6 * scale, rows: 1_350, seed: 2),
      ]
      folder = try workplace.makeFolder("studies")
      for (number, study) in studies.enumerated() {
        for file in study.files {
          try file.bytes.write(to: folder.appendingPathComponent("\(number)-\(file.id).dcm"))
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(30)))
  func theClientIsKilledUntilItIsDone() async throws {
    let kills = Self.isSoak ? 200 : 25
    print("ClientKillTests: \(kills) kills of the client, seed \(Self.seed)")
    var random = SeededRandom(seed: Self.seed)
    let site = try await ClientSite.open(logIn: false)
    defer { site.close() }
    let relay = try CountingRelay(to: site.gateway.port)
    defer { relay.close() }
    let workplace = site.workplace
    let login = try await workplace.run(
      ["login", "http://127.0.0.1:\(relay.port)", "--user", "anna", "--password-stdin"],
      input: Data((GatewayProcess.password + "\n").utf8))
    try #require(login.exitStatus == 0, "\(login.errors)")
    let load = try Load(workplace)
    let budget = 3 * load.byteCount / Int64(2 * kills)
    var done = 0
    var isQueued = false
    while done < kills {
      // Before the handover is durable nothing is promised: the person does it again.
      let arguments = isQueued ? ["sync"] : ["upload", "--wait", load.folder.path]
      let before = relay.sent
      let client = try await workplace.start(arguments)
      let target = before + Int64.random(in: 0...budget, using: &random)
      try await Wait.until("progress of the upload", within: .seconds(120)) {
        relay.sent > target || client.exitStatus != nil
      }
      // Down to the middle of a write.
      try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000, using: &random)))
      client.send(9)
      // What the kernel still holds of a dead process does not arrive, as when a machine dies.
      relay.cut()
      let status = try await client.exit()
      if status == 128 + 9 { done += 1 }
      let queue = try await workplace.queue()
      #expect(queue.isEmpty || queue.count == load.studies.count, "half a handover")
      isQueued = !queue.isEmpty
      if isQueued, queue.allSatisfy(\.isProven) { break }
    }
    #expect(done >= kills / 4, "the studies were through after \(done) kills")
    let last = try await workplace.run(
      isQueued ? ["sync"] : ["upload", "--wait", load.folder.path], within: .seconds(300))
    #expect(last.exitStatus == 0, "\(last.errors)")
    try await expectAll(load, at: site.orthanc, workplace)
    let again = try await workplace.queue().reduce(0) { $0 + $1.bytesSentAgain }
    let limit = Int64(done) * Self.inFlight
    #expect(again <= limit, "\(again) bytes were sent again")
    // What the client says of itself is true: counted on the wire, with room for headers.
    let overhead = Int64(done + 2) * 200_000 + Int64(load.files.count) * 4_000
    #expect(
      relay.sent <= load.byteCount + limit + overhead, "\(relay.sent) bytes went over the wire")
    print(
      "ClientKillTests: \(load.byteCount) bytes, \(done) kills, \(relay.sent) bytes on the wire, "
        + "\(again) known to be sent again")
  }

  /// Minutes long: the client's pauses grow with every loss, also when there was progress between.
  @Test(.timeLimit(.minutes(30)), .enabled(if: isSoak, "needs RADRELAY_SOAK=1"))
  func theGatewayIsKilledUnderTheClient() async throws {
    let kills = Self.isSoak ? 50 : 10
    print("ClientKillTests: \(kills) kills of the gateway, seed \(Self.seed)")
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
    let login = try await workplace.run(
      ["login", "http://127.0.0.1:\(relay.port)", "--user", "anna", "--password-stdin"],
      input: Data((GatewayProcess.password + "\n").utf8))
    try #require(login.exitStatus == 0, "\(login.errors)")
    let load = try Load(workplace)
    let client = try await workplace.start(
      ["upload", "--wait", "--json", load.folder.path])
    let budget = 3 * load.byteCount / Int64(2 * kills)
    var done = 0
    for _ in 0..<kills {
      let target = relay.sent + Int64.random(in: 0...budget, using: &random)
      try await Wait.until("progress of the upload", within: .seconds(180)) {
        // Once every byte is over, the way to the PACS is what is left to interrupt.
        relay.sent > min(target, load.byteCount) || client.exitStatus != nil
      }
      if client.exitStatus != nil { break }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000, using: &random)))
      try await gateway.kill()
      done += 1
      gateway = try await GatewayProcess.start(data: workplace.data, port: port, pacs: orthanc)
    }
    #expect(done >= kills / 4, "the studies were through after \(done) kills")
    let status = try await client.exit(within: .seconds(300))
    #expect(status == 0, "\(client.errors)")
    let rows = try ClientUpload.lines(client.output)
    #expect(rows.count == load.studies.count && rows.allSatisfy(\.isProven))
    try await expectAll(load, at: orthanc, workplace)
    let again = rows.reduce(0) { $0 + $1.bytesSentAgain }
    #expect(again <= Int64(done) * Self.inFlight, "\(again) bytes were sent again")
    print("ClientKillTests: \(done) kills of the gateway, \(again) bytes sent again")
  }

  /// Every instance once, with its bytes; every upload once, proven.
  private func expectAll(_ load: Load, at orthanc: OrthancServer, _ workplace: ClientWorkplace)
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
