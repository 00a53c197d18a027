import Foundation
import TestSupport
import Testing

/// One workstation, several people: the shifts of a clinic at one terminal.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct SharedTerminalTests {
  private struct Detail: Decodable {
    struct Line: Decodable { var text: String }
    var log: [Line]
  }

  private struct Status: Decodable { var waitingForLogin: [String: Int] }

  private func study(_ workplace: ClientWorkplace, _ name: String, seed: UInt64) throws -> URL {
    let folder = try workplace.makeFolder(name)
    let study = try SyntheticStudy(files: 3, rows: 64, seed: seed)
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    return folder
  }

  private func log(_ id: String, _ workplace: ClientWorkplace) async throws -> [String] {
    let child = try await workplace.run(["queue", "show", id, "--json"])
    return try ClientWorkplace.decoder.decode(Detail.self, from: child.outputBytes).log.map(\.text)
  }

  @Test(.timeLimit(.minutes(20)))
  func theEveningShiftGoesOn() async throws {
    let workplace = try ClientWorkplace()
    for name in ["m-torres", "b-lee"] {
      try await GatewayProcess.addUser(name, data: workplace.data)
    }
    try await GatewayProcess.addUser("c-south", facility: "Southside", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }

    // The morning queues two studies and goes home.
    try await workplace.logIn("m-torres", at: gateway)
    for (name, seed) in [("one", UInt64(1)), ("two", 2)] {
      let queued = try await workplace.run(
        ["upload", try study(workplace, name, seed: seed).path])
      #expect(queued.exitStatus == 0, "\(queued.errors)")
    }
    let ids = try await workplace.queue().map(\.uploadId)
    try #require(ids.count == 2)

    // The evening logs in: nothing of it goes out, and everybody is told.
    let login = try await workplace.run(
      [
        "login", "http://127.0.0.1:\(gateway.port)", "--user", "b-lee", "--password-stdin",
      ], input: Data((GatewayProcess.password + "\n").utf8))
    #expect(login.errors.contains("2 uploads queued by m-torres wait for their login"))
    #expect(login.errors.contains("radrelay queue take --from m-torres"))
    let nothing = try await workplace.run(["sync"])
    #expect(nothing.exitStatus == 0, "\(nothing.errors)")
    #expect(nothing.errors.contains("2 uploads queued by m-torres"))
    for upload in try await workplace.queue() {
      #expect(upload.state == "queued" && upload.bytesSent == 0 && upload.owner == "m-torres")
      #expect(upload.reason == "Queued by m-torres; waits for their login.")
    }
    let status = try await workplace.run(["status", "--json"])
    #expect(
      try ClientWorkplace.decoder.decode(Status.self, from: status.outputBytes).waitingForLogin
        == ["m-torres": 2])

    // Giving it up is not for others, and neither is another facility's study.
    let cancelled = try await workplace.run(["queue", "cancel", ids[0]])
    #expect(cancelled.exitStatus == 5 && cancelled.errors.contains("queued by m-torres"))
    try await workplace.logIn("c-south", at: gateway)
    let foreign = try await workplace.run(["queue", "take", ids[0]])
    #expect(foreign.exitStatus == 5 && foreign.errors.contains("It was queued for Clinic"))
    #expect(try await workplace.run(["queue", "take", "--all"]).exitStatus == 8)

    // The evening takes one over; it goes out in their name, and its history says so.
    try await workplace.logIn("b-lee", at: gateway)
    let taken = try await workplace.run(["queue", "take", ids[0]])
    #expect(taken.exitStatus == 0, "\(taken.errors)")
    #expect(try await workplace.run(["sync"]).exitStatus == 0)
    var uploads = try await workplace.queue()
    let mine = try #require(uploads.first { $0.uploadId == ids[0] })
    #expect(mine.isProven && mine.owner == "b-lee")
    #expect(try await log(ids[0], workplace).contains("Taken over by b-lee from m-torres."))
    #expect(uploads.first { $0.uploadId == ids[1] }?.bytesSent == 0)

    // The next morning the other one goes on by itself.
    try await workplace.logIn("m-torres", at: gateway)
    #expect(try await workplace.run(["sync"]).exitStatus == 0)
    uploads = try await workplace.queue()
    let theirs = try #require(uploads.first { $0.uploadId == ids[1] })
    #expect(uploads.allSatisfy(\.isProven) && theirs.owner == "m-torres")
  }

  /// `sync --once` says what waits and how it ended; `queue retry` means now.
  @Test(.timeLimit(.minutes(20)))
  func oneRoundEndsAndSaysWhatWaits() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let port = try FreePort.next()
    var gateway = try await GatewayProcess.start(data: workplace.data, port: port)
    defer { gateway.process.send(9) }
    try await workplace.logIn(at: gateway)
    let folder = try study(workplace, "one", seed: 1)
    #expect(try await workplace.run(["upload", folder.path]).exitStatus == 0)
    let id = try #require(try await workplace.queue().first?.uploadId)

    try await gateway.kill()
    let offline = try await workplace.run(["sync", "--once"])
    #expect(offline.exitStatus == 4 && offline.errors.contains("cannot be reached"))
    // An upload that is sent without a connection waits for its time.
    let tried = try await workplace.run(["upload", folder.path, "--wait", "--timeout", "3"])
    #expect(tried.exitStatus == 4, "\(tried.errors)")

    gateway = try await GatewayProcess.start(data: workplace.data, port: port)
    let retried = try await workplace.run(["queue", "retry", id])
    #expect(retried.exitStatus == 0 && retried.output.contains("queued"), "\(retried.errors)")
    let round = try await workplace.run(["sync", "--once"])
    #expect([0, 5, 6].contains(round.exitStatus), "\(round.exitStatus ?? -1) \(round.errors)")
    let upload = try #require(try await workplace.queue().first { $0.uploadId == id })
    #expect(upload.isProven, "\(upload.state) \(upload.reason)")
  }

  /// The agent is killed in the middle; whoever waits for the study goes on with it at once.
  @Test(.timeLimit(.minutes(20)))
  func theNextProcessGoesOnWhenTheSenderDies() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    let relay = try CountingRelay(to: gateway.port)
    defer { relay.close() }
    try await workplace.logIn(port: relay.port)
    let agent = try await workplace.start(["sync", "--watch"])
    #expect(try await workplace.sendingProcess() == agent.processID)
    let folder = try workplace.makeFolder("study")
    for file in try SyntheticStudy(files: 20, rows: 512).files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    relay.after(3 << 20) {
      agent.send(9)
      relay.cut()
    }
    let waiting = try await workplace.start(["upload", "--wait", "--json", folder.path])
    #expect(try await agent.exit(within: .seconds(120)) == 128 + 9)
    #expect(try await waiting.exit(within: .seconds(120)) == 0, "\(waiting.errors)")
    let row = try #require(try ClientUpload.lines(waiting.output).first)
    #expect(row.isProven && row.bytesSent == row.bytes)
    #expect(row.resumed >= 1 && row.bytesSentAgain <= KillLoad.inFlight)
  }
}
