import Domain
import Foundation
import Store
import TestSupport
import Testing

/// A radiographer's day, by keyboard: 40 studies of 1,200 files, one folder in which several are
/// mixed, two that were sent before, one broken file, one STAT in the middle, and a network that is
/// gone for a while. In the end everything is accounted for.
@Suite(
  .serialized,
  .enabled(if: KillLoad.isSoak, "a soak: RADRELAY_SOAK=1, or make soak"),
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct WholeDaySoakTests {
  private static let filesOfStudy = 30

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
        files: Self.filesOfStudy, rows: 16, seed: UInt64($0 + 1), name: "PATIENT\($0)^DAY")
    }
    // 38 in the morning, six of them mixed in one folder, with a file that was cut off.
    let morning = try workplace.makeFolder("morning")
    for (number, study) in studies.prefix(38).enumerated() {
      try write(study, number < 6 ? "morning/mixed" : "morning/study-\(number)", number, workplace)
    }
    try Data(studies[0].files[0].bytes.prefix(700)).write(
      to: morning.appendingPathComponent("mixed/broken.dcm"))
    let urgent = studies[38]
    try write(urgent, "urgent", 38, workplace)
    // The last one comes together with two that were sent in the morning.
    for number in [39, 10, 20] { try write(studies[number], "afternoon", number, workplace) }
    let before = try sources(workplace)

    let screen = try ClientScreen(workplace, rows: 40, columns: 120)
    try await screen.see("● online")
    screen.type("2")
    try await screen.see("No uploads yet")
    // The line goes when a good part of the morning is through.
    relay.after(1 << 20) {
      relay.close()
      relay.cut()
    }
    try await queue(morning, shows: "mixed/", "38 studies", screen)
    try await screen.see("the network is gone", within: .seconds(300)) {
      let line = $0.line($0.rows - 2)
      return line.contains("reconnecting") || line.contains("offline")
    }
    let place = Home(folder: workplace.home.path)
    let store = try Store(home: place, options: StoreOptions(hearsOtherProcesses: false))
    let proven = try await uploads(store).count { $0.state.isProven }
    #expect(proven < 38, "the line went too late")
    try await queue(
      workplace.folder.url.appendingPathComponent("urgent"), shows: "30 files", "1 study", screen,
      isUrgent: true)
    try await queue(
      workplace.folder.url.appendingPathComponent("afternoon"), shows: "90 files", "3 studies",
      screen, sees: "already there")
    try relay.open()
    let all = try await Wait.value("the end of the day", within: .seconds(600)) {
      // Reads what the program says meanwhile.
      screen.terminal.wait(seconds: 0.05) { _ in false }
      let all = try await uploads(store)
      return all.count == 40 && all.allSatisfy(\.state.isFinal) ? all : nil
    }
    // The store knows it a moment before the screen; until then `q` asks.
    screen.terminal.readUntilQuiet(milliseconds: 1_000)
    screen.type("q")
    #expect(try await screen.end() == .code(0))
    screen.expectRestored()

    // Two were sent before, or waited to be: they were left out. All others are proven, once.
    #expect(all.allSatisfy { $0.state.isProven })
    let good = all.filter(\.state.isProven)
    #expect(Set(good.map(\.study.studyInstanceUID)) == Set(studies.map(\.study)))
    #expect(good.count == 40 && good.reduce(0) { $0 + $1.verifiedFiles } == 1_200)
    let stat = try #require(good.first { $0.study.studyInstanceUID == urgent.study })
    #expect(stat.serviceLevel == .stat && stat.clinicalHistory == "fall, confused")
    let later = good.filter { $0.serviceLevel != .stat }.compactMap(\.storedAt).filter {
      $0 > stat.storedAt ?? .distantPast
    }
    #expect(later.count + 1 >= 40 - proven - 4, "STAT came before what waited with it")
    let receipt = try await workplace.run(["receipt", urgent.study])
    #expect(receipt.exitStatus == 0, "\(receipt.errors)")
    #expect(receipt.output.contains("The PACS has all 30 instances"), "\(receipt.output)")
    let listed = try await workplace.queue()
    #expect(listed.count == 40 && listed.count { $0.isProven } == 40)
    #expect(try sources(workplace) == before, "a source was touched")
    await gateway.process.stop()
    let held = try await GatewayHoldings.read(workplace.data)
    let files = studies.flatMap(\.files)
    #expect(
      held.instances == Dictionary(files.map { ($0.sopInstanceUID, $0.sha256) }) { $0 + $1 })
    #expect(relay.sent > 0)
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
    for folder in ["morning", "urgent", "afternoon"] {
      let root = workplace.folder.url.appendingPathComponent(folder)
      for name in try FileManager.default.subpathsOfDirectory(atPath: root.path)
      where name.hasSuffix(".dcm") {
        digests[folder + name] = sha256(try Data(contentsOf: root.appendingPathComponent(name)))
      }
    }
    return digests
  }

  /// A folder, through the wizard.
  private func queue(
    _ folder: URL, shows content: String, _ found: String, _ screen: ClientScreen,
    isUrgent: Bool = false, sees review: String? = nil
  ) async throws {
    screen.type("a")
    try await screen.see("Add uploads")
    screen.type("/")
    try await screen.see("Enter go there")
    screen.type("\u{15}\(folder.path)\r")
    // What is typed before the folder is listed would be about the one before.
    try await screen.see("the folder") {
      !$0.text.contains("Enter go there") && $0.text.contains(content)
    }
    screen.type("n")
    try await screen.see(found)
    try await screen.see("all of it is read") { !$0.text.contains("Reading") }
    screen.type("n")
    try await screen.see("How urgent")
    if isUrgent {
      for _ in 0..<6 where !screen.text.contains("STAT") {
        screen.type("\u{1B}[D")
        screen.terminal.readUntilQuiet()
      }
      try await screen.see("needed for STAT")
      screen.type("\r")
      try await screen.see("Enter done")
      screen.type("fall, confused\r")
      try await screen.see("the history") { !$0.text.contains("needed for STAT") }
    }
    screen.type("n")
    try await screen.see("Enter queue")
    if let review { try await screen.see(review) }
    screen.type("\r")
    try await screen.see("the list") { !$0.text.contains("Add uploads") }
  }
}
