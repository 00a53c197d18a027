import ArgumentParser
import Domain
import Foundation
import Store

/// `radrelay status`: one look at this workstation, from the store alone: no network is touched.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say how things stand, without touching the network.")

  @OptionGroup var home: HomeOptions
  @Flag(help: "One JSON object.") var json = false
  @Flag(help: "One line of at most 40 columns, for tmux or a prompt; names nobody.")
  var line = false

  private struct Row: Encodable {
    var user: String?
    var facility: String?
    var server: String
    var sendingProcess: Int32?
    var uploads: [String: Int]
    /// Queued uploads of other users, which wait for their login.
    var waitingForLogin: [String: Int]
    var unreadNotifications: Int
    var unreadReports: Int
    var outbox: Int
    var copies: Copies
    var lastSyncedAt: Date?
    private enum CodingKeys: String, CodingKey {
      case user, facility, server, uploads, outbox, copies
      case sendingProcess = "sending_process"
      case waitingForLogin = "waiting_for_login"
      case unreadNotifications = "unread_notifications"
      case unreadReports = "unread_reports"
      case lastSyncedAt = "last_synced_at"
    }
  }

  private struct Copies: Encodable {
    var files: Int
    var bytes: Int64
    var room: Int64?
    /// Of uploads that ended without a proof.
    var kept: SpoolCopies
  }

  func run() async throws {
    let store = try home.open()
    let spool = try await store.spoolStanding()
    let frame = try await store.frame()
    let (_, counts) = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 0))
    func count(_ states: UploadState...) -> Int {
      states.reduce(0) { $0 + (counts.byState[$1] ?? 0) }
    }
    let others = try await WaitingForOthers(store)
    let holder = SenderLease.holder(home.location)
    if json {
      var states: [String: Int] = [:]
      for (state, number) in counts.byState where number > 0 { states[state.rawValue] = number }
      try Output.json(
        Row(
          user: frame.user?.username, facility: frame.user?.facility.name, server: frame.server,
          sendingProcess: holder?.pid, uploads: states, waitingForLogin: others.counts,
          unreadNotifications: frame.unread,
          unreadReports: frame.unreadReports, outbox: frame.outbox,
          copies: Copies(
            files: spool.files, bytes: spool.bytes, room: spool.room, kept: spool.kept),
          lastSyncedAt: frame.lastSyncedAt))
      return
    }
    let waiting = count(.queued, .sending, .stored)
    let needs = count(.held, .failed, .duplicate)
    if line {
      Output.line("up \(waiting)  needs \(needs)  reports \(frame.unreadReports)")
      return
    }
    if let user = frame.user {
      Output.line("\(user.username) at \(user.facility.name), \(frame.server)")
    } else {
      Output.line("nobody is logged in")
    }
    Output.line(
      "uploads   \(waiting) on their way, \(count(.paused)) paused, \(needs) need you, "
        + "\(count(.verified, .committed)) proven")
    for line in others.lines { Output.line("          \(line)") }
    if spool.files > 0 {
      let kept =
        spool.kept.files == 0
        ? ""
        : ", \(spool.kept.files) of them of \(spool.kept.uploads) uploads that ended without a proof"
      Output.line("copies    \(spool.files), \(Words.bytes(spool.bytes))\(kept)")
    }
    Output.line("reports   \(frame.unreadReports) new")
    Output.line("messages  \(frame.unread) unread, \(frame.outbox) changes to send")
    Output.line(
      "sender    \(holder.map { "\($0.program), process \($0.pid)" } ?? "none runs now")")
    Output.line("synced    \(frame.lastSyncedAt.map { Words.time($0) } ?? "never")")
  }
}
