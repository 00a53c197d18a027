import ArgumentParser
import Domain
import Foundation
import Store
import Sync

/// `radrelay sync`: sends the queue and fetches what is new, without the full-screen program.
struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Send the queue and fetch reports, messages and cases.",
    discussion: """
      --once tries every upload and every proof that is due now, waits for what comes due again \
      within seconds, and names what waits longer with its time. It ends with 0 when all that it \
      tried has arrived (or nothing was due), with 4 when some of that must be tried again later, \
      with 5, 6 or 7 as `upload --wait` does. `queue retry` tries what waits at once.
      """)

  @OptionGroup var home: HomeOptions
  @Flag(help: "Fetch once, try what is due, say what waits, and end (the default).")
  var once = false
  @Flag(help: "Go on until stopped: an agent without a screen.") var watch = false

  func validate() throws {
    guard !(once && watch) else { throw ValidationError("--once and --watch exclude each other.") }
  }

  func run() async throws {
    let (store, _) = try await home.openLoggedIn()
    if watch {
      try await Engine.watch(store: store)
    } else {
      let round = try await Engine.once(store: store)
      let frame = try await store.frame()
      Output.line(
        "synced: \(frame.unreadReports) new reports, \(frame.unread) unread messages, "
          + "\(frame.outbox) changes left to send")
      try await tell(round, store: store)
      let status = ExitStatus(of: round.tried.map(\.state))
      if status != .ok { throw ExitCode(status.rawValue) }
    }
  }

  /// What was not settled, by id: names of patients do not belong into the log of a cron job.
  private func tell(_ round: SyncRound, store: Store) async throws {
    if let sender = round.sender {
      Output.note(
        "process \(sender.pid) (\(sender.program)) sends the queue: "
          + "\(round.waiting.count) uploads are left to it")
    }
    for upload in round.tried where upload.state.needsPerson {
      Output.note("\(upload.id)  \(upload.state.rawValue)  \(upload.reason)")
    }
    let shown = 20
    for upload in round.waiting.prefix(shown) {
      let time = upload.nextAttemptAt.map { "until \(Words.time($0))" } ?? "for its turn"
      Output.note("\(upload.id)  waits \(time)  \(upload.reason)")
    }
    if round.waiting.count > shown {
      Output.note("\(round.waiting.count - shown) more wait; see: radrelay queue ls")
    }
    for line in try await WaitingForOthers(store).lines { Output.note(line) }
  }
}
