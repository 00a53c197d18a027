import ArgumentParser
import Domain
import Foundation
import Store

/// `radrelay sync`: sends the queue and fetches what is new, without the full-screen program.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Send the queue and fetch reports, messages and cases.")

  @OptionGroup var home: HomeOptions
  @Flag(help: "Fetch once, send what is due once, and end (the default).") var once = false
  @Flag(help: "Go on until stopped: an agent without a screen.") var watch = false

  func validate() throws {
    guard !(once && watch) else { throw ValidationError("--once and --watch exclude each other.") }
  }

  func run() async throws {
    let (store, _) = try await home.openLoggedIn()
    if watch {
      try await Engine.watch(store: store)
    } else {
      try await Engine.once(store: store)
      let frame = try await store.frame()
      Output.line(
        "synced: \(frame.unreadReports) new reports, \(frame.unread) unread messages, "
          + "\(frame.outbox) changes left to send")
    }
  }
}
