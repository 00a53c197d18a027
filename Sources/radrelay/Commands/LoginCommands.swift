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
  @Flag(
    help: ArgumentHelp(
      "Read the password from the first line of the standard input.",
      discussion: "The second line is the code of the second factor, where one is asked for."))
  var passwordStdin = false
  @Option(
    help: ArgumentHelp(
      "The code of the second factor: six digits that are worthless half a minute later.",
      discussion: "Without it the command asks, when the gateway wants one."))
  var code: String?
  @Flag(help: "Allow plain http to a host that is not this machine.") var insecure = false

  func run() async throws {
    if let code, code.utf8.count != 6 || !code.utf8.allSatisfy({ (48...57).contains($0) }) {
      throw CommandFailure(
        "--code takes six digits. Give a recovery code when you are asked, or as the second line "
          + "of the standard input with --password-stdin: arguments can be read by others.", .usage)
    }
    let store = try home.open()
    let password =
      passwordStdin
      ? try PasswordPrompt.fromStandardInput()
      : try PasswordPrompt.ask("Password of \(user): ")
    let account = try await logIn(Engine.make(store: store, insecure: insecure), password)
    Output.line(
      "logged in as \(account.username) (\(account.role.rawValue)), \(account.facility.name)")
    for line in try await WaitingForOthers(store).lines { Output.note(line) }
  }

  /// Asks for the code when, and only when, the gateway wants one; three times at a terminal.
  private func logIn(_ engine: SyncEngine, _ password: String) async throws -> User {
    var code = code
    var tries = 0
    while true {
      do {
        return try await engine.login(
          server: url, username: user, password: password, code: code)
      } catch let error as SyncError where error == .codeWanted || error == .wrongCode {
        tries += 1
        if error == .wrongCode {
          guard !passwordStdin, self.code == nil, tries <= 3 else { throw error }
          Output.note(String(describing: error))
        }
        let typed =
          passwordStdin
          ? PasswordPrompt.codeFromStandardInput() : PasswordPrompt.askForCode("Code: ")
        guard let typed else {
          throw CommandFailure(
            "The account has a second factor. Give its code with --code, or as the second line of "
              + "the standard input with --password-stdin.", .authentication)
        }
        code = typed
      }
    }
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
