import Crypto
import Foundation
import TestSupport
import Testing

/// The second factor and the audit log with the real programs, as a person and an administrator
/// use them. The codes are made here, by nothing of the programs.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct SecondFactorTests {
  private struct Key: Decodable {
    var key: String
    var uri: String
  }
  private struct Codes: Decodable {
    var enabled: Bool
    var recoveryCodes: [String]
  }
  private struct Verdict: Decodable {
    var ok: Bool
    var rows: Int
    var head: String
    var finding: String?
  }
  private struct Row: Decodable {
    var number: Int
    var actor: String
    var action: String
    var result: String
  }

  /// RFC 6238 from a Base32 key, at a step from now.
  private func code(_ key: String, step offset: Int = 0) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    let bits = key.compactMap(alphabet.firstIndex).flatMap { value in
      (0..<5).map { value >> (4 - $0) & 1 }
    }
    let secret = stride(from: 0, to: bits.count / 8 * 8, by: 8).map { start in
      bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | UInt8($1) }
    }
    let counter = UInt64(Int(Date().timeIntervalSince1970) / 30 + offset)
    let digest = Array(
      HMAC<Insecure.SHA1>.authenticationCode(
        for: withUnsafeBytes(of: counter.bigEndian) { Data($0) },
        using: SymmetricKey(data: secret)))
    let start = Int(digest[19] & 15)
    let number = digest[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let text = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - text.count) + text
  }

  private func decode<Value: Decodable>(_ child: ChildProcess) throws -> Value {
    try #require(child.exitStatus == 0, "\(child.errors)")
    return try ClientWorkplace.decoder.decode(Value.self, from: child.outputBytes)
  }

  private func gateway(_ arguments: String..., data: URL) async throws -> ChildProcess {
    try await ChildProcess.run(
      GatewayProcess.program, arguments + ["--data", data.path], within: .seconds(120))
  }

  private func login(
    _ workplace: ClientWorkplace, _ gateway: GatewayProcess, _ options: [String] = [],
    input: String = ""
  ) async throws -> ChildProcess {
    try await workplace.run(
      [
        "login", "http://127.0.0.1:\(gateway.port)", "--user", "anna", "--password-stdin",
      ] + options, input: Data("\(GatewayProcess.password)\n\(input)".utf8))
  }

  /// A code is good once and its neighbours in time are good, too: the present one enables, the
  /// next one logs in. However slow the machine is, neither is too old then.
  @Test(.timeLimit(.minutes(20)))
  func loginWithCodes() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn("anna", at: gateway)

    let key: Key = try decode(try await workplace.run(["totp", "enable", "--json"]))
    #expect(key.uri.contains("secret=\(key.key)"))
    let wrong = try await workplace.run(["totp", "enable", "--code", "000000"])
    #expect(wrong.exitStatus == 7 && wrong.errors.contains("Incorrect code"))
    let codes: Codes = try decode(
      try await workplace.run(["totp", "enable", "--json", "--code", code(key.key)]))
    #expect(codes.enabled && codes.recoveryCodes.count == 10)

    // Nothing to ask at: it says how, with the status of a login that is needed.
    let without = try await login(workplace, gateway)
    #expect(without.exitStatus == 3 && without.errors.contains("second line of the standard input"))
    let guessed = try await login(workplace, gateway, ["--code", "000000"])
    #expect(guessed.exitStatus == 3 && guessed.errors.contains("code is wrong"))
    #expect(
      try await login(workplace, gateway, ["--code", codes.recoveryCodes[0]]).exitStatus == 2)

    let good = code(key.key, step: 1)
    let entered = try await login(workplace, gateway, ["--code", good])
    #expect(entered.exitStatus == 0, "\(entered.errors)")
    #expect(entered.output.contains("logged in as anna"))
    #expect(try await login(workplace, gateway, ["--code", good]).exitStatus == 3)
    // The second line, read only because it is asked for.
    let recovery = codes.recoveryCodes[0] + "\n"
    #expect(try await login(workplace, gateway, input: recovery).exitStatus == 0)
    #expect(try await login(workplace, gateway, input: recovery).exitStatus == 3)

    let off = try await workplace.run(
      ["totp", "disable", "--password-stdin"], input: Data((GatewayProcess.password + "\n").utf8))
    #expect(off.exitStatus == 0, "\(off.errors)")
    #expect(try await login(workplace, gateway).exitStatus == 0)

    // The administrator looks while the gateway serves.
    let rows = try await self.gateway(
      "audit", "ls", "--json", "--actor", "anna", "--since", "1h", data: workplace.data
    ).output.split(separator: "\n").map {
      try ClientWorkplace.decoder.decode(Row.self, from: Data($0.utf8))
    }
    let seen = rows.map { "\($0.action) \($0.result)" }
    #expect(
      seen == [
        "login ok", "account.second-factor-on ok", "login.second-factor wanted",
        "login.second-factor failed", "login ok", "login.second-factor failed",
        "login.second-factor wanted", "login.recovery-code ok", "login ok",
        "login.second-factor wanted",
        "login.second-factor failed", "account.second-factor-off ok", "login ok",
      ])
    let sound: Verdict = try decode(
      try await self.gateway("audit", "verify", "--json", data: workplace.data))
    #expect(sound.ok && sound.rows == rows.count + 1)
    let table = try await self.gateway("audit", "ls", "--action", "account", data: workplace.data)
    #expect(table.output.contains("the administrator\t-\taccount.add"))
  }

  @Test(.timeLimit(.minutes(20)))
  func theAdministratorHelpsAndChecks() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn("anna", at: gateway)
    let key: Key = try decode(try await workplace.run(["totp", "enable", "--json"]))
    let _: Codes = try decode(
      try await workplace.run(["totp", "enable", "--json", "--code", code(key.key)]))
    #expect(try await login(workplace, gateway).exitStatus == 3)
    // Telephone and codes lost, the gateway serving.
    let reset = try await self.gateway("user", "totp-off", "anna", data: workplace.data)
    #expect(reset.exitStatus == 0 && reset.output.contains("password alone"))
    #expect(try await login(workplace, gateway).exitStatus == 0)
    #expect(
      try await self.gateway("user", "totp-off", "nobody", data: workplace.data).exitStatus != 0)

    let sound: Verdict = try decode(
      try await self.gateway("audit", "verify", "--json", data: workplace.data))
    #expect(sound.ok)
    let expected = try await self.gateway(
      "audit", "verify", "--expect", sound.head, data: workplace.data)
    #expect(expected.exitStatus == 0, "\(expected.errors)")
    let other = "2:" + String(repeating: "0", count: 64)
    let broken = try await self.gateway("audit", "verify", "--expect", other, data: workplace.data)
    #expect(broken.exitStatus == 1 && broken.output.contains("row 2 is not the one"))
    let head = workplace.data.appendingPathComponent("catalogue.audit-head")
    try Data("00000000000000000999:\(String(repeating: "a", count: 64))\n".utf8).write(to: head)
    let cut = try await self.gateway("audit", "verify", data: workplace.data)
    #expect(cut.exitStatus == 1 && cut.output.contains("to 999 were cut off at the end"))
    let nowhere = try await self.gateway(
      "audit", "verify", data: workplace.home.appendingPathComponent("none"))
    #expect(nowhere.exitStatus != 0 && nowhere.errors.contains("--data"))
  }

  /// At a terminal: the picture, the key, the code, and the login that asks.
  @Test(.timeLimit(.minutes(20)))
  func aPersonAtATerminal() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn("anna", at: gateway)
    let enabling = try ClientScreen(workplace, ["totp", "enable"], rows: 60, columns: 120)
    try await enabling.see("The code that it shows:")
    #expect(enabling.text.contains("▄") && enabling.text.contains("▀"))
    let line = try #require(
      enabling.text.split(separator: "\n").first { $0.hasPrefix("key") })
    let key = line.dropFirst(3).filter { $0 != " " }
    #expect(key.count == 32)
    enabling.type("000000\r")
    try await enabling.see("Incorrect code")
    enabling.type(code(String(key)) + "\r")
    try await enabling.see("Recovery codes, each good for one login.")
    _ = try await enabling.end()
    let recovery = enabling.text.split(separator: "\n").map { $0.filter { $0 != " " } }
      .filter { $0.count == 19 && $0.count { $0 == "-" } == 3 }
    #expect(recovery.count == 10)

    let asking = try ClientScreen(
      workplace, ["login", "http://127.0.0.1:\(gateway.port)", "--user", "anna"])
    try await asking.see("Password of anna:")
    asking.type(GatewayProcess.password + "\r")
    try await asking.see("Code:")
    asking.type("000000\r")
    try await asking.see("The code is wrong")
    asking.type(code(String(key), step: 1) + "\r")
    try await asking.see("logged in as anna")
    _ = try await asking.end()

    // The full-screen program asks, too.
    let screen = try ClientScreen(workplace)
    defer { screen.terminal.send("q") }
    try await screen.see("anna")
    screen.type("L")
    try await screen.see("Password")
    screen.type(GatewayProcess.password + "\r")
    try await screen.see("Type the code that your authenticator shows.")
    screen.type((recovery.first ?? "") + "\r")
    try await screen.see("Logged in as anna")
    screen.type("q")
    _ = try await screen.end()
    screen.expectRestored()
  }
}
