import Foundation
import TestSupport
import Testing

/// `radrelay watch` and `radrelay receive`: studies that nobody hands over by hand.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct IntakeTests {
  private func write(_ count: Int, to folder: URL, seed: UInt64) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in try SyntheticStudy(files: count, rows: 64, seed: seed).files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
  }

  /// Nobody is logged in: what is taken waits in the queue.
  @Test(.timeLimit(.minutes(5)))
  func aWatchedFolderIsTakenOnce() async throws {
    let workplace = try ClientWorkplace()
    let folder = try workplace.makeFolder("watched")
    try write(3, to: folder.appendingPathComponent("one"), seed: 1)
    for _ in 0..<2 {
      let watch = try await workplace.run(["watch", "--once", "--quiet", "0", folder.path])
      try #require(watch.exitStatus == 0, "\(watch.errors)")
      #expect(!watch.errors.contains("SYNTHETIC"))
    }
    #expect(try await workplace.queue().map(\.state) == ["queued"])

    let watch = try await workplace.start(["watch", "--quiet", "1", folder.path])
    defer { watch.send(9) }
    try write(2, to: folder.appendingPathComponent("two"), seed: 2)
    _ = try await Wait.value("the second study", within: .seconds(120)) {
      try await workplace.queue().count > 1 ? true : nil
    }
    #expect(try await workplace.queue().map(\.instances).sorted() == [2, 3])
    watch.send(SIGTERM)
    #expect(try await watch.exit() == 0)
  }

  /// From a modality to the PACS, by the agent alone; what arrived is kept until then and no longer.
  @Test(
    .timeLimit(.minutes(5)), .enabled(if: ChildProcess.find("storescu") != nil, "needs dcmtk"))
  func aModalitySendsToTheAgent() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn(at: gateway)
    let agent = try await workplace.start([
      "agent", "--verbose", "--receive", "--port", "0", "--quiet", "1",
    ])
    defer { agent.send(9) }
    let line = try await agent.line(containing: "receiving as RADRELAY", within: .seconds(120))
    let port = try #require(line.split(separator: " ").last.map(String.init))

    let folder = try workplace.makeFolder("modality")
    try write(4, to: folder, seed: 3)
    let sender = try await ChildProcess.start(
      #require(ChildProcess.find("storescu")), ["+sd", "127.0.0.1", port, folder.path])
    #expect(try await sender.exit(within: .seconds(120)) == 0)
    // The study may come in two parts on a slow machine; every image arrives.
    _ = try await Wait.value("4 images committed", within: .seconds(180)) {
      let rows = try await workplace.queue()
      return !rows.isEmpty && rows.allSatisfy { $0.state == "committed" }
        && rows.map(\.instances).reduce(0, +) == 4 ? true : nil
    }
    agent.send(SIGTERM)
    #expect(try await agent.exit() == 0)
    #expect(!agent.errors.contains("SYNTHETIC"))
    for name in ["incoming", "spool"] {
      let folder = workplace.home.path + "/" + name
      let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
      let files = names.filter { name in
        let type = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.type]
        return type as? FileAttributeType == .typeRegular && !name.hasPrefix(".")
      }
      #expect(files.isEmpty, "\(name): \(files)")
    }
  }
}
