import ArgumentParser
import CLinux
import Domain
import Foundation
import QRCode
import Store
import Sync
import Wire

/// `radrelay totp`: the second factor of the login's account.
struct TotpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "totp",
    abstract: "A second factor for the login: codes of an authenticator (TOTP, RFC 6238).",
    subcommands: [Enable.self, Disable.self])

  /// `radrelay totp enable`.
  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set a second factor up and put it in force.",
      discussion: """
        At a terminal it shows the key as a QR code and as text, and asks for the first code. \
        Elsewhere, and with --json, it prints key and URI only; confirm with --code then. The \
        recovery codes are shown once: each replaces one code on the day the telephone is lost.
        """)

    @OptionGroup var home: HomeOptions
    @Option(help: "The first code, to put in force what was set up before.") var code: String?
    @Flag(help: "One JSON object: key and URI, or with --code the recovery codes.")
    var json = false

    func run() async throws {
      let (store, _) = try await home.openLoggedIn()
      let engine = Engine.make(store: store)
      if let code { return try show(try await confirm(code, secret: nil, engine)) }
      let setup = try await engine.setUpSecondFactor()
      if json {
        return try Output.json(Key(key: setup.secret, uri: setup.provisioningURI))
      }
      let isConversation = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
      if isConversation { Self.draw(setup.provisioningURI) }
      Output.line("key  \(Self.grouped(setup.secret))")
      Output.line("uri  \(setup.provisioningURI)")
      guard isConversation else {
        Output.note("Not in force yet. Confirm with: radrelay totp enable --code 123456")
        return
      }
      Output.line()
      Output.line("Scan the picture with an authenticator, or type the key into one.")
      for attempt in 1...3 {
        guard let typed = PasswordPrompt.askForCode("The code that it shows: ") else {
          throw CommandFailure("No code was given; nothing was changed.", .usage)
        }
        do {
          return try show(try await confirm(typed, secret: setup.secret, engine))
        } catch let failure as CommandFailure where attempt < 3 {
          Output.note(failure.message)
        }
      }
    }

    private func confirm(_ code: String, secret: String?, _ engine: SyncEngine) async throws
      -> SecondFactorEnabled
    {
      do {
        return try await engine.enableSecondFactor(SecondFactorEnable(code: code, secret: secret))
      } catch LinkError.unprocessable(let why) {
        throw CommandFailure(why, .rejected)
      }
    }

    private func show(_ enabled: SecondFactorEnabled) throws {
      let codes = enabled.recoveryCodes ?? []
      if json { return try Output.json(Codes(enabled: enabled.enabled, recoveryCodes: codes)) }
      Output.line("The second factor is in force: the next login asks for a code.")
      guard !codes.isEmpty else { return }
      Output.line("Recovery codes, each good for one login. Keep them; they are not shown again:")
      for code in codes { Output.line("  \(code)") }
    }

    /// Light on dark whatever the terminal's colours are: readers want dark modules on light ground.
    private static func draw(_ uri: String) {
      guard let code = QRCode(uri) else { return }
      let lines = code.halfBlocks()
      guard TerminalSize.columns >= (lines.first?.count ?? 0) else {
        Output.note("The terminal is too narrow for the QR code; type the key.")
        return
      }
      for line in lines { Output.raw("\u{1B}[38;5;231;48;5;16m\(line)\u{1B}[0m") }
    }

    /// In fours, as it is typed.
    private static func grouped(_ key: String) -> String {
      stride(from: 0, to: key.count, by: 4).map { String(key.dropFirst($0).prefix(4)) }
        .joined(separator: " ")
    }

    private struct Key: Encodable {
      var key: String
      var uri: String
    }

    private struct Codes: Encodable {
      var enabled: Bool
      var recoveryCodes: [String]
      private enum CodingKeys: String, CodingKey {
        case enabled
        case recoveryCodes = "recovery_codes"
      }
    }
  }

  /// `radrelay totp disable`.
  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End the second factor; asks for a code, a recovery code or the password.")

    @OptionGroup var home: HomeOptions
    @Option(help: "The present code of the second factor.") var code: String?
    @Flag(help: "Give the password instead, from the first line of the standard input.")
    var passwordStdin = false

    func run() async throws {
      let (store, account) = try await home.openLoggedIn()
      var request = SecondFactorDisable()
      if passwordStdin {
        request.password = try PasswordPrompt.fromStandardInput()
      } else if let code = code ?? PasswordPrompt.askForCode("Code (Enter: the password): ") {
        request.code = code
      } else {
        request.password = try PasswordPrompt.ask("Password of \(account.user.username): ")
      }
      do {
        try await Engine.make(store: store).disableSecondFactor(request)
      } catch LinkError.unprocessable(let why) {
        throw CommandFailure(why, .rejected)
      }
      Output.line("The second factor is off: the password alone logs in.")
    }
  }
}

/// The width of the terminal that the output goes to.
private enum TerminalSize {
  static var columns: Int {
    var rows: UInt16 = 0
    var columns: UInt16 = 0
    guard radrelay_window_size(STDOUT_FILENO, &rows, &columns) != 0, columns > 0 else { return 80 }
    return Int(columns)
  }
}
