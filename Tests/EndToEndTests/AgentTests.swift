import Foundation
import TestSupport
import Testing

/// `radrelay agent` as a service manager runs it.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct AgentTests {
  private func queueStudy(_ workplace: ClientWorkplace, _ name: String, seed: UInt64) async throws {
    let folder = try workplace.makeFolder(name)
    for file in try SyntheticStudy(files: 3, rows: 64, seed: seed).files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let queued = try await workplace.run(["upload", folder.path])
    try #require(queued.exitStatus == 0, "\(queued.errors)")
  }

  private func allArrived(_ workplace: ClientWorkplace, count: Int) async throws {
    _ = try await Wait.value("\(count) committed", within: .seconds(120)) {
      let states = try await workplace.queue().map(\.state)
      return states == Array(repeating: "committed", count: count) ? true : nil
    }
  }

  private func waitForSender(_ process: ChildProcess, _ workplace: ClientWorkplace) async throws {
    _ = try await Wait.value("the agent sends", within: .seconds(120)) {
      try await workplace.sendingProcess() == process.processID ? true : nil
    }
  }

  /// One sends, the other waits; when the first is told to end, the second goes on.
  @Test(.timeLimit(.minutes(20)))
  func twoAgents() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn(at: gateway)
    let first = try await workplace.start(["agent"])
    defer { first.send(9) }
    try await waitForSender(first, workplace)
    let second = try await workplace.start(["agent", "--verbose"])
    defer { second.send(9) }
    _ = try await second.line(containing: "online")
    try await queueStudy(workplace, "one", seed: 1)
    try await allArrived(workplace, count: 1)
    #expect(try await workplace.sendingProcess() == first.processID)

    first.send(SIGTERM)
    #expect(try await first.exit() == 0)
    #expect(first.output.isEmpty && first.errors.isEmpty, "\(first.output)\(first.errors)")
    try await waitForSender(second, workplace)
    try await queueStudy(workplace, "two", seed: 2)
    try await allArrived(workplace, count: 2)
    second.send(SIGTERM)
    #expect(try await second.exit() == 0)
    #expect(!second.errors.contains("SYNTHETIC"))
  }

  /// A service starts with the machine: before anybody logged in, before the gateway is there.
  @Test(.timeLimit(.minutes(20)))
  func waitsForALogin() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let agent = try await workplace.start(["agent", "--verbose"])
    defer { agent.send(9) }
    _ = try await agent.line(containing: "nobody is logged in")
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn(at: gateway)
    try await queueStudy(workplace, "one", seed: 1)
    try await allArrived(workplace, count: 1)
    // The gateway hangs: that keeps nobody from ending.
    gateway.process.send(SIGSTOP)
    try await queueStudy(workplace, "two", seed: 2)
    agent.send(SIGTERM)
    #expect(try await agent.exit() == 0)
    gateway.process.send(SIGCONT)
  }
}
