import ArgumentParser
import Demonstration
import Domain
import Foundation
import Store
import Sync

/// `radrelay demo`: the program on an embedded gateway with invented users, studies and cases.
struct DemoCommand: ParsableCommand, ScreenCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Open RadRelay on invented data and a gateway of its own.",
    discussion: """
      Everything lies in one folder (default: radrelay-demo beside the real store) and can be \
      removed with it. The studies to send are in its folder `studies`; the images are computed, \
      no patient exists.
      """)

  @OptionGroup var home: HomeOptions
  @OptionGroup var pictures: PictureOptions
  @Flag(help: "Begin with fresh data: removes what an earlier demonstration left.")
  var fresh = false
  @Flag(help: "Only make the studies and print their folder; opens nothing.")
  var studiesOnly = false

  func run() throws { throw ExitCode(try runOnScreen()) }

  func runOnScreen() throws -> Int32 {
    let folder = demoFolder
    if studiesOnly {
      try prepare(folder)
      Output.line(folder + "/studies")
      return 0
    }
    let location = Home(folder: folder + "/workstation")
    return try Screens.run(home: location, pictures: pictures, studiesFolder: folder + "/studies") {
      try prepare(folder)
      Output.note("Starting the demonstration gateway …")
      let gateway = try EmbeddedGateway.start(folder: folder)
      try AsyncRun.wait {
        let store = try location.openStore()
        _ = try await Engine.make(store: store).login(
          server: gateway.address, username: DemoAccounts.user, password: DemoAccounts.password)
        if let account = try await store.account() {
          try await DemoPast.fill(store, account: account)
        }
        try store.close()
      }
      return { gateway.stop() }
    }
  }

  private var demoFolder: String {
    if home.home != nil || ProcessInfo.processInfo.environment["RADRELAY_HOME"] != nil {
      return home.location.data
    }
    return home.location.data + "-demo"
  }

  private func prepare(_ folder: String) throws {
    let files = FileManager.default
    if fresh { try? files.removeItem(atPath: folder) }
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let studies = folder + "/studies"
    guard !files.fileExists(atPath: studies) else { return }
    Output.note("Computing synthetic studies …")
    // Under another name until it is whole: an interrupted start is made again.
    let unfinished = studies + ".new"
    try? files.removeItem(atPath: unfinished)
    _ = try DemoStudies.write(to: URL(fileURLWithPath: unfinished))
    try files.moveItem(atPath: unfinished, toPath: studies)
  }
}
