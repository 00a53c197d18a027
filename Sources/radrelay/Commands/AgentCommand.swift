import ArgumentParser
import Domain
import Foundation
import Logging
import Store
import Sync

/// `radrelay agent`: sends and fetches in the background, as a service of the user.
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Send and fetch in the background until stopped.",
    discussion: """
      Waits while nobody is logged in, and while another process sends; takes over when that one \
      ends. SIGTERM and SIGINT end it with status 0 within ten seconds. \
      Resources/systemd/radrelay-agent.service runs it as a service of the user.
      """)

  @OptionGroup var home: HomeOptions
  @Flag(help: "Tell what happens on the standard error output; no names of patients.")
  var verbose = false

  func run() async throws {
    let store = try home.open()
    let isVerbose = verbose
    try await Engine.watch(
      store: store, level: isVerbose ? .info : .critical, patience: 10,
      tell: { event in if isVerbose, let words = Self.words(event) { Output.note(words) } })
  }

  /// What a log says of an event; nil for what comes all the time.
  private static func words(_ event: SyncEvent) -> String? {
    switch event {
    case .connection(.loggedOut): "nobody is logged in; waiting for: radrelay login"
    case .connection(.connecting): nil
    case .connection(.online): "online"
    case .connection(.reconnecting(let time, let reason)):
      "trying again at \(Words.time(time)): \(reason)"
    case .connection(.offline(_, let reason)): "offline: \(reason)"
    case .connection(.loginExpired): "the login ended; run: radrelay login"
    case .transfer: nil
    case .pulled: "news from the gateway"
    case .trouble(let text): text
    }
  }
}
