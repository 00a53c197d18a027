import ArgumentParser
import Domain
import Foundation
import Store
import Sync

/// `radrelay login`: logs in at a gateway and keeps the tokens in the store.
struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Log in at a gateway.")

  @OptionGroup var home: HomeOptions
  @Argument(help: "The gateway, for example https://relay.example.org") var url: String
  @Option(help: "The user's name.") var user: String
  @Flag(help: "Read the password from the first line of the standard input.")
  var passwordStdin = false
  @Flag(help: "Allow plain http to a host that is not this machine.") var insecure = false

  func run() async throws {
    let store = try home.open()
    let password =
      passwordStdin
      ? try PasswordPrompt.fromStandardInput()
      : try PasswordPrompt.ask("Password of \(user): ")
    let account = try await Engine.make(store: store, insecure: insecure)
      .login(server: url, username: user, password: password)
    Output.line(
      "logged in as \(account.username) (\(account.role.rawValue)), \(account.facility.name)")
    for line in try await WaitingForOthers(store).lines { Output.note(line) }
  }
}

/// `radrelay logout`: ends the login; everything queued stays queued.
struct LogoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "End the login; what is queued stays queued.")

  @OptionGroup var home: HomeOptions

  func run() async throws {
    let store = try home.open()
    try await Engine.make(store: store).logout()
    Output.line("logged out")
  }
}
