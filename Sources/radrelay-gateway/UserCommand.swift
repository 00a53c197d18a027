import ArgumentParser
import Domain
import Foundation
import Gateway
import GatewayEmbedded

/// `radrelay-gateway user`.
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Accounts.", subcommands: [Add.self, SecondFactorOff.self])

  /// `radrelay-gateway user totp-off`.
  struct SecondFactorOff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "totp-off",
      abstract: "End an account's second factor, for somebody who lost telephone and codes.")

    @Argument(help: "The account's name.") var name: String
    @OptionGroup var data: DataOptions

    func run() async throws {
      let directory = DataDirectory(try data.folder())
      guard FileManager.default.fileExists(atPath: directory.database.path) else {
        throw ValidationError("There is no gateway's database in the data directory; check --data.")
      }
      let catalogue = try SQLiteCatalogue(file: directory.database, bus: InProcessEventBus())
      guard let account = try await catalogue.account(named: name) else {
        throw ValidationError("There is no account of this name.")
      }
      let isDone = try await catalogue.disable(
        of: account.user.id,
        audit: AuditEvent(
          at: Date(), actor: AuditEvent.administrator, .disableSecondFactor, entity: "account",
          account.user.id.rawValue))
      print(
        isDone
          ? "\(account.user.username) logs in with the password alone now."
          : "\(account.user.username) has no second factor; nothing was changed.")
    }
  }

  /// `radrelay-gateway user add`.
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make an account.")

    @Argument(help: "[a-zA-Z0-9_-]{3,50}") var name: String
    @OptionGroup var data: DataOptions
    @Option(help: "clinician, radiographer, radiologist, facility_admin or admin.")
    var role: String
    @Option(help: "The facility; made when there is none of that name.") var facility: String?
    @Option(help: "The person's name.") var fullName: String?
    @Flag(help: "Read the password from the first line of the standard input.")
    var passwordStdin = false

    func run() async throws {
      guard let role = Role(rawValue: role) else {
        let names = Role.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--role must be one of \(names).")
      }
      guard Accounts.isUsername(name) else {
        throw ValidationError("NAME must match [a-zA-Z0-9_-]{3,50}.")
      }
      let password = try readPassword()
      if let problem = PasswordRule.problem(password) { throw ValidationError(problem) }
      let directory = DataDirectory(try data.folder())
      try directory.create()
      let catalogue = try SQLiteCatalogue(file: directory.database, bus: InProcessEventBus())
      do {
        let facility = facility ?? GatewayConfiguration().defaultFacility
        try await Accounts.add(
          name: name, fullName: fullName ?? "", role: role, facility: facility,
          password: password, to: catalogue, hasher: try PasswordHasher())
      } catch CatalogueError.taken {
        throw ValidationError("There is an account of this name already; choose another.")
      }
      print("Account \(name) (\(role.rawValue)) was made.")
    }

    private func readPassword() throws -> String {
      if passwordStdin {
        guard let line = readLine(strippingNewline: true) else {
          throw ValidationError("The standard input holds no password.")
        }
        return line
      }
      guard isatty(STDIN_FILENO) == 1 else {
        throw ValidationError("Give --password-stdin, or run in a terminal.")
      }
      guard let first = Self.ask("Password: "), let second = Self.ask("Again: "), first == second
      else { throw ValidationError("The passwords differ; nothing was made.") }
      return first
    }

    /// Reads a line without showing it.
    private static func ask(_ prompt: String) -> String? {
      var shown = termios()
      guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
      var hidden = shown
      hidden.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
      // After the flush: what is typed in answer must not be thrown away.
      StandardStream.write(Data(prompt.utf8), to: STDERR_FILENO)
      defer {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &shown)
        StandardStream.write(Data("\n".utf8), to: STDERR_FILENO)
      }
      return readLine(strippingNewline: true)
    }
  }
}
