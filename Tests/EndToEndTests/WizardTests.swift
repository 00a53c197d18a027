import DICOM
import Domain
import Foundation
import GRDB
import Glibc
import Store
import TestSupport
import Testing

/// The wizard of the full-screen program up to what arrives: overrides, a crash in the middle, the
/// mouse.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct WizardTests {
  private struct Site {
    let workplace: ClientWorkplace
    let gateway: GatewayProcess
    /// A study of a patient in files of its own, and a second one of his in an archive.
    let folder: URL
    let studies: [SyntheticStudy]
    private let sources: [URL: Data]

    init() async throws {
      workplace = try ClientWorkplace()
      try await GatewayProcess.addUser("anna", data: workplace.data)
      gateway = try await GatewayProcess.start(data: workplace.data)
      try await workplace.logIn(at: gateway)
      folder = try workplace.makeFolder("cd")
      studies = try (1...2).map { try SyntheticStudy(files: 2, rows: 32, seed: $0) }
      for file in studies[0].files {
        try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
      }
      try StoredZip.make(studies[1].files.map { ("DICOM/\($0.id)", $0.bytes) })
        .write(to: folder.appendingPathComponent("old.zip"))
      var sources: [URL: Data] = [:]
      for url in try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: nil)
      {
        sources[url] = try Data(contentsOf: url)
      }
      self.sources = sources
    }

    func expectSourcesUntouched() throws {
      for (url, bytes) in sources { #expect(try Data(contentsOf: url) == bytes, "\(url.path)") }
    }

    /// The program, at the details of what is in the folder.
    func atDetails() async throws -> ClientScreen {
      let screen = try ClientScreen(workplace)
      try await screen.see("● online")
      try await screen.see("No uploads yet")
      try await screen.openWizard(folder, shows: "3 files")
      screen.type("n")
      try await screen.see("2 studies of 1 patient")
      screen.type("n")
      try await screen.see("How urgent")
      return screen
    }

    func proven(_ count: Int) async throws -> [ClientUpload] {
      try await Wait.until("the proof", within: .seconds(120)) {
        let queue = try await workplace.queue()
        return queue.count == count && queue.allSatisfy(\.isProven)
      }
      return try await workplace.queue()
    }

    /// What the store keeps of unfinished wizards, as it lies on the disk.
    func draft() async throws -> String {
      var configuration = Configuration()
      configuration.readonly = true
      let database = try DatabaseQueue(
        path: Home(folder: workplace.home.path).database, configuration: configuration)
      return try await database.read { db in
        try String.fetchAll(db, sql: "SELECT content FROM drafts").joined()
      }
    }
  }

  /// What is said of a patient arrives in the images of all his studies, from folder and archive.
  @Test(.timeLimit(.minutes(5))) func overridesArriveInTheImages() async throws {
    let site = try await Site()
    defer { site.gateway.process.send(9) }
    let screen = try await site.atDetails()
    screen.type("ke")
    try await screen.see("holds for all 2 studies")
    screen.type("\u{15}SYNTHETIC^CORRECTED\r")
    try await screen.see("Say why the patient is another")
    screen.type("wrong card read\r")
    try await screen.see("✎ name from patient")
    screen.type("je")
    try await screen.see("Accession")
    screen.type("ACC-77\r")
    try await screen.see("✎ accession")
    screen.type("n")
    try await screen.see("SYNTHETIC, CORRECTED")
    try await screen.see("Enter queue")
    screen.type("\r")
    let queue = try await site.proven(2)
    let arrived = site.workplace.archived()
    #expect(arrived.count == 4)
    #expect(
      arrived.allSatisfy { $0.patientName == "SYNTHETIC^CORRECTED" && $0.patientID == "SYN-1" })
    #expect(arrived.count { $0.accessionNumber == "ACC-77" } == 2)
    let before = Set(site.studies.flatMap(\.files).map(\.sopInstanceUID))
    #expect(before.isDisjoint(with: arrived.map(\.sopInstanceUID)))
    for row in queue {
      let shown = try await site.workplace.run(["queue", "show", row.uploadId])
      #expect(shown.output.contains("reason: wrong card read"), "\(shown.output)")
    }
    try site.expectSourcesUntouched()
    try await screen.leave()
  }

  /// SIGKILL in the middle of writing a history: the next start goes on with it.
  @Test(.timeLimit(.minutes(5))) func aKilledWizardGoesOn() async throws {
    let site = try await Site()
    defer { site.gateway.process.send(9) }
    let killed = try await site.atDetails()
    killed.type("je")
    try await killed.see("Accession")
    killed.type("ACC-88\r")
    try await killed.see("✎ accession")
    killed.type("k\r")
    try await killed.see("Enter done")
    killed.type("fell from a ladder, pain in")
    try await Wait.until("the text in the store", within: .seconds(60)) {
      try await site.draft().contains("fell from a ladder, pain in")
    }
    let program = try await site.workplace.sendingProcess()
    #expect(kill(program, SIGKILL) == 0)
    #expect(try await killed.end() == .signal(SIGKILL))

    let screen = try ClientScreen(site.workplace)
    try await screen.see("An unfinished selection of 2 studies from")
    screen.type("a")
    try await screen.see("Go on with the unfinished selection?")
    screen.type("y")
    try await screen.see("fell from a ladder, pain in")
    screen.type(" the wrist\r")
    try await screen.see("✎ accession")
    screen.type("n")
    try await screen.see("Enter queue")
    screen.type("\r")
    let queue = try await site.proven(2)
    let arrived = site.workplace.archived()
    #expect(arrived.count == 4 && arrived.count { $0.accessionNumber == "ACC-88" } == 2)
    let store = try Store(home: Home(folder: site.workplace.home.path))
    var histories: [String] = []
    for row in queue {
      let work = try await store.upload(UploadID(row.uploadId))
      histories.append(work?.clinicalHistory ?? "")
    }
    #expect(histories.sorted() == ["", "fell from a ladder, pain in the wrist"])
    try store.close()
    #expect(try await site.draft().isEmpty, "handed over, and still kept")
    try site.expectSourcesUntouched()
    try await screen.leave()
  }

  /// From the list of studies to the queue without a key.
  @Test(.timeLimit(.minutes(5))) func theMouseIsEnough() async throws {
    let site = try await Site()
    defer { site.gateway.process.send(9) }
    let screen = try await site.atDetails()
    screen.type("\u{1B}")
    try await screen.see("[x]")
    // The box of the first study.
    screen.click("[x]", columns: 1)
    try await screen.see("1 study of 1 patient")
    screen.click("n next")
    try await screen.see("How urgent")
    screen.click("e data")
    try await screen.see("gateway only")
    screen.click("Esc back")
    try await screen.see("How urgent")
    screen.click("n next")
    try await screen.see("Enter queue")
    screen.click("Enter queue")
    #expect(try await site.proven(1).count == 1)
    #expect(site.workplace.archived().count == 2)
    try await screen.leave()
  }
}
