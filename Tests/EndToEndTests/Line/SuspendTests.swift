import Foundation
import TestSupport
import Testing

/// A machine that sleeps in the middle of an upload: the workstation, the gateway, the line between
/// them. When it wakes up all goes on, and nothing is there twice.
@Suite(
  "Sleep in the middle of an upload", .serialized, .timeLimit(.minutes(20)),
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct SuspendTests {
  enum Sleeper: Sendable { case workstation, gateway }
  static let isSoak = ProcessInfo.processInfo.environment["RADRELAY_SOAK"] == "1"

  @Test(arguments: [Sleeper.workstation, .gateway])
  func aShortSleep(_ sleeper: Sleeper) async throws { try await sleep(sleeper, seconds: 3) }

  /// Longer than any connection is waited for, and than a sending process may be silent.
  @Test(
    .enabled(if: isSoak, "a soak test: RADRELAY_SOAK=1"),
    arguments: [Sleeper.workstation, .gateway])
  func aLongSleep(_ sleeper: Sleeper) async throws { try await sleep(sleeper, seconds: 75) }

  private func sleep(_ sleeper: Sleeper, seconds: Int) async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    let relay = try CountingRelay(to: gateway.port)
    try await workplace.logIn(port: relay.port)
    let study = try SyntheticStudy(files: 24, rows: 512)
    let folder = try workplace.makeFolder("study")
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let queued = try await workplace.run(["upload", folder.path])
    try #require(queued.exitStatus == 0, "\(queued.errors)")
    let agent = try await workplace.start(["agent"])
    defer { agent.send(9) }
    let other = try await workplace.start(["agent"])
    defer { other.send(9) }
    let sender = try await workplace.sendingProcess()
    let sleeping =
      switch sleeper {
      case .gateway: gateway.process
      case .workstation: sender == agent.processID ? agent : other
      }
    try await Wait.until("a part of the study is through") {
      relay.payloadBytes > study.byteCount / 8
    }
    sleeping.send(SIGSTOP)
    try await Task.sleep(for: .seconds(seconds))
    // Whoever sends keeps the right to it: the other one must not begin beside it.
    #expect(try await workplace.sendingProcess() == sender)
    sleeping.send(SIGCONT)
    try await Wait.until("the study has arrived", within: .seconds(300)) {
      try await workplace.queue().first?.isProven ?? false
    }
    let upload = try await workplace.queue()[0]
    #expect(upload.bytesSent == study.byteCount, "\(upload.reason)")
    // What went twice is said, all of it.
    #expect(relay.payloadBytes >= study.byteCount)
    #expect(relay.payloadBytes <= study.byteCount + upload.bytesSentAgain)
    let held = try workplace.heldByGateway()
    #expect(study.files.allSatisfy { held.contains($0.sha256) })
    // Awake and at rest: what was put off meanwhile does not come all at once.
    let before = relay.sent
    try await Task.sleep(for: .seconds(1))
    #expect(relay.sent - before < 20_000)
    for process in [agent, other] { process.send(SIGTERM) }
    #expect(try await agent.exit() == 0)
    #expect(try await other.exit() == 0)
  }
}
