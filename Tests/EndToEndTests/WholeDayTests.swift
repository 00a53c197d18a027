import Domain
import Foundation
import Store
import TestSupport
import Testing

/// A radiographer's day, by keyboard: 40 studies of 1,200 files, one folder in which several are
/// mixed, two that were sent before, one broken file, one STAT in the middle, and a network that is
/// gone for a while. In the end everything is accounted for. A soak run sends images of 512 KB.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct WholeDayTests {
  private static let filesOfStudy = 30
  /// Those that are sent first, and once more in the afternoon: then they are left out.
  private static let early = [10, 20]
  /// Two first, 36 in the morning, the urgent one, and the new one of the afternoon.
  private static let handedOver = 40
  /// Studies that are sent at the same time.
  private static let atOnce = 4

  @Test(.timeLimit(.minutes(30)))
  func everythingIsAccountedFor() async throws {
    let workplace = try ClientWorkplace()
    defer { withExtendedLifetime(workplace) {} }
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    let relay = try CountingRelay(to: gateway.port)
    defer { relay.close() }
    try await workplace.logIn(port: relay.port)
    let studies = try (0..<40).map {
      try SyntheticStudy(
        files: Self.filesOfStudy, rows: KillLoad.isSoak ? 512 : 16, seed: UInt64($0 + 1),
        name: "PATIENT\($0)^DAY")
    }
    // Two come first; 36 in the morning, six of them mixed in one folder, with a file that was cut off.
    for number in Self.early { try write(studies[number], "early", number, workplace) }
    let morning = try workplace.makeFolder("morning")
    for (number, study) in studies.prefix(38).enumerated() where !Self.early.contains(number) {
      try write(study, number < 6 ? "morning/mixed" : "morning/study-\(number)", number, workplace)
    }
    try Data(studies[0].files[0].bytes.prefix(700)).write(
      to: morning.appendingPathComponent("mixed/broken.dcm"))
    let urgent = studies[38]
    try write(urgent, "urgent", 38, workplace)
    // The last one comes together with the two that were sent first.
    for number in [39] + Self.early {
      try write(studies[number], "afternoon", number, workplace)
    }
    let before = try sources(workplace)
    let place = Home(folder: workplace.home.path)
    let store = try Store(home: place, options: StoreOptions(hearsOtherProcesses: false))

    let screen = try ClientScreen(workplace, rows: 40, columns: 120)
    try await screen.see("● online")
    screen.type("2")
    try await screen.see("No uploads yet")
    try await screen.queue(
      workplace.folder.url.appendingPathComponent("early"), shows: "60 files", finds: "2 studies")
    try await Wait.until("proof of the first two", within: .seconds(120)) {
      screen.terminal.wait(seconds: 0.05) { _ in false }
      let all = try await uploads(store)
      return all.count == 2 && all.allSatisfy(\.state.isProven)
    }
    // The line goes in the middle of the morning's studies: each sends its list of files at least.
    relay.after(36 * 6_144) {
      relay.close()
      relay.cut()
    }
    try await screen.queue(morning, shows: "mixed/", finds: "36 studies")
    try await screen.see("the network is gone", within: .seconds(300)) {
      let line = $0.line($0.rows - 2)
      return line.contains("reconnecting") || line.contains("offline")
    }
    let begun = try await uploads(store).count { $0.state != .queued || $0.sentBytes > 0 }
    #expect(begun < 38, "the line went too late")
    try await screen.queue(
      workplace.folder.url.appendingPathComponent("urgent"), shows: "30 files", finds: "1 study",
      history: "fall, confused")
    try await screen.queue(
      workplace.folder.url.appendingPathComponent("afternoon"), shows: "90 files",
      finds: "3 studies", review: "already there")
    #expect(try await uploads(store).count == Self.handedOver)
    try relay.open()
    let all = try await Wait.value("the end of the day", within: .seconds(600)) {
      // Reads what the program says meanwhile.
      screen.terminal.wait(seconds: 0.05) { _ in false }
      let all = try await uploads(store)
      return all.count == Self.handedOver && all.allSatisfy(\.state.isFinal) ? all : nil
    }
    try await screen.leave()
    screen.expectRestored()

    // Two were sent before, or waited to be: they were left out. All others are proven, once.
    #expect(all.allSatisfy { $0.state.isProven })
    let good = all.filter(\.state.isProven)
    #expect(Set(good.map(\.study.studyInstanceUID)) == Set(studies.map(\.study)))
    #expect(good.count == 40 && good.reduce(0) { $0 + $1.verifiedFiles } == 1_200)
    let stat = try #require(good.first { $0.study.studyInstanceUID == urgent.study })
    #expect(stat.serviceLevel == .stat && stat.clinicalHistory == "fall, confused")
    let sooner = good.compactMap(\.storedAt).count { $0 < stat.storedAt ?? .distantFuture }
    #expect(sooner <= begun + Self.atOnce, "STAT came before what waited with it")
    let receipt = try await workplace.run(["receipt", urgent.study])
    #expect(receipt.exitStatus == 0, "\(receipt.errors)")
    #expect(receipt.output.contains("The PACS has all 30 instances"), "\(receipt.output)")
    let listed = try await workplace.queue()
    #expect(listed.count == Self.handedOver && listed.count { $0.isProven } == 40)
    #expect(try sources(workplace) == before, "a source was touched")
    await gateway.process.stop()
    let held = try await GatewayHoldings.read(workplace.data)
    let files = studies.flatMap(\.files)
    #expect(
      held.instances == Dictionary(files.map { ($0.sopInstanceUID, $0.sha256) }) { $0 + $1 })
    print(
      "WholeDayTests: \(all.count) uploads, \(begun) begun when the line went, STAT was number "
        + "\(sooner + 1) at the gateway, \(good.count) proven, "
        + "\(held.instances.count) instances, \(relay.sent) bytes on the wire")
  }

  private func uploads(_ store: Store) async throws -> [Upload] {
    try await store.uploads(UploadFilter(), Window(offset: 0, limit: 1_000)).page.rows
  }

  private func write(
    _ study: SyntheticStudy, _ folder: String, _ number: Int, _ workplace: ClientWorkplace
  ) throws {
    let url = try workplace.makeFolder(folder)
    for file in study.files {
      try file.bytes.write(to: url.appendingPathComponent("\(file.id)-\(number).dcm"))
    }
  }

  /// The digest of every file that the person has.
  private func sources(_ workplace: ClientWorkplace) throws -> [String: String] {
    var digests: [String: String] = [:]
    for folder in ["early", "morning", "urgent", "afternoon"] {
      let root = workplace.folder.url.appendingPathComponent(folder)
      for name in try FileManager.default.subpathsOfDirectory(atPath: root.path)
      where name.hasSuffix(".dcm") {
        digests[folder + name] = sha256(try Data(contentsOf: root.appendingPathComponent(name)))
      }
    }
    return digests
  }
}
