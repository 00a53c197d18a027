import ArgumentParser
import Domain
import Foundation
import Intake
import Logging
import Store
import Sync

/// `radrelay agent`: sends and fetches in the background, as a service of the user.
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Send and fetch in the background until stopped.",
    discussion: """
      Waits while nobody is logged in, and while another process sends; takes over when that one \
      ends. With --watch it also takes studies from folders as `radrelay watch` does, with \
      --receive from modalities as `radrelay receive` does. SIGTERM and SIGINT end it with status 0 \
      within ten seconds. \
      Resources/systemd/radrelay-agent.service runs it as a service of the user.
      """)

  @OptionGroup var home: HomeOptions
  @Option(help: "A folder to watch; may be given several times.", completion: .directory)
  var watch: [String] = []
  @Flag(help: "Receive from modalities, too.") var receive = false
  @OptionGroup(title: "Studies taken in") var arguments: IntakeArguments
  @OptionGroup(title: "With --receive") var receiver: ReceiverArguments
  @Flag(help: "Tell what happens on the standard error output; no names of patients.")
  var verbose = false

  func run() async throws {
    let store = try home.open()
    let isVerbose = verbose
    let intakes = try await startIntakes(store) { if isVerbose { Output.note($0) } }
    // Stopping it does not wait for them: what they have not queued stays where it is.
    defer { for intake in intakes { intake.cancel() } }
    try await Engine.watch(
      store: store, level: isVerbose ? .info : .critical, patience: 10,
      tell: { event in if isVerbose, let words = Self.words(event) { Output.note(words) } })
  }

  /// Starts what takes studies in. What fails is told, and tried again; sending goes on.
  private func startIntakes(
    _ store: Store, tell: @escaping @Sendable (String) -> Void
  ) async throws -> [Task<Void, Never>] {
    var works: [@Sendable () async throws -> Void] = []
    for folder in watch {
      let intake = try await arguments.intake(
        of: Paths.absolute(folder), isOurs: false, store: store, tell: tell)
      works.append { try await intake.run() }
    }
    if receive {
      let reception = try await Reception.make(
        receiver.options, arguments: arguments, store: store, tell: tell)
      works.append { try await reception.run() }
    }
    return works.map { work in
      Task {
        while !Task.isCancelled {
          do { try await work() } catch is CancellationError { return } catch {
            Output.note("\(error) Trying again in a minute.")
          }
          try? await Task.sleep(for: .seconds(60))
        }
      }
    }
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
