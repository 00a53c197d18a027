import Domain
import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// The second factor over HTTP. Here and in the reference's paths: /api/v1 only.
@Suite struct SecondFactorTests {
  /// An account with its second factor in force.
  struct Enrolled: Sendable {
    var token: String
    var secret: Data
    var recoveryCodes: [String]
  }

  private func code(_ secret: Data, _ gateway: TestGateway, offset: Int64 = 0) -> String {
    OneTimePassword.code(
      secret, step: OneTimePassword.step(at: gateway.server.configuration.now()) + offset)
  }

  private func enrol(_ name: String, _ client: TestClient, _ gateway: TestGateway) async throws
    -> Enrolled
  {
    let token = try await client.login(name).accessToken
    let setup = try await client.send(.post, "/api/v1/auth/2fa/setup", token: token)
      .decode(SecondFactorSetup.self)
    let secret = try #require(Base32.decode(setup.secret))
    let enabled = try await client.post(
      "/api/v1/auth/2fa/enable", SecondFactorEnable(code: code(secret, gateway)), token: token)
    try #require(enabled.status == 200, "\(enabled.text)")
    // The step of that code is over.
    gateway.advance(30)
    return Enrolled(
      token: token, secret: secret,
      recoveryCodes: try enabled.decode(SecondFactorEnabled.self).recoveryCodes ?? [])
  }

  private func login(_ client: TestClient, _ code: String?, password: String? = nil)
    async throws -> TestClient.Answer
  {
    try await client.post(
      "/api/v1/auth/login",
      LoginRequest(
        username: "anna", password: password ?? TestGateway.password, totpCode: code))
  }

  private func rows(_ gateway: TestGateway) async throws -> [String] {
    try await gateway.catalogue.auditRows(AuditQuery()).map { "\($0.action) \($0.result)" }
  }

  @Test func theWholeStory() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      func me() async throws -> MeAnswer {
        try await client.send(.get, "/auth/me", token: token).decode()
      }
      #expect(try await me().twoFactorEnabled == false)
      // Not without prefix, and not without a login.
      #expect(try await client.send(.post, "/auth/2fa/setup", token: token).status == 404)
      #expect(try await client.send(.post, "/api/v1/auth/2fa/setup").status == 401)
      let setup = try await client.send(.post, "/api/v1/auth/2fa/setup", token: token)
        .decode(SecondFactorSetup.self)
      let secret = try #require(Base32.decode(setup.secret))
      #expect(secret.count == 20)
      #expect(setup.provisioningURI.hasPrefix("otpauth://totp/RadRelay:anna?secret="))
      #expect(setup.qrCode.hasPrefix("data:image/png;base64,"))
      // Pending means pending.
      #expect(try await login(client, nil).status == 200)
      func enable(_ body: SecondFactorEnable) async throws -> TestClient.Answer {
        try await client.post("/api/v1/auth/2fa/enable", body, token: token)
      }
      let right = code(secret, gateway)
      #expect(try await enable(.init(code: "000000")).status == 400)
      let foreign = Base32.encode(OneTimePassword.makeSecret())
      #expect(try await enable(.init(code: right, secret: foreign)).status == 400)
      #expect(try await me().twoFactorEnabled == false)
      let enabled = try await enable(.init(code: right, secret: setup.secret))
      #expect(enabled.status == 200 && enabled.text.contains("\"success\":true"))
      let codes = try #require(try enabled.decode(SecondFactorEnabled.self).recoveryCodes)
      #expect(Set(codes).count == 10)
      #expect(try await me().twoFactorEnabled == true)
      #expect(try await client.send(.post, "/api/v1/auth/2fa/setup", token: token).status == 409)
      #expect(try await enable(.init(code: right)).status == 400)

      // Login: no code, the used one, a wrong one, the next one, the next one again.
      let missing = try await login(client, nil)
      #expect(missing.status == 401 && missing.code == .secondFactorRequired)
      #expect(try await login(client, "").code == .secondFactorRequired)
      #expect(try await login(client, right).code == .secondFactorWrong)
      #expect(try await login(client, "abc").status == 401)
      gateway.advance(30)
      let next = code(secret, gateway)
      // The password first: without it nothing is said of a second factor.
      #expect(try await login(client, next, password: "no").code == .unauthenticated)
      let pair = try await login(client, next)
      #expect(pair.status == 200, "\(pair.text)")
      #expect(try await login(client, next).code == .secondFactorWrong)
      // Refreshing asks for nothing.
      let refresh = try pair.decode(TokenPair.self).refreshToken
      #expect(
        try await client.post("/auth/refresh", RefreshRequest(refreshToken: refresh)).status == 200)
    }
    let seen = try await rows(gateway)
    for row in [
      "login.second-factor wanted", "login.second-factor failed", "login failed", "login ok",
      "account.second-factor-on ok", "account.add ok",
    ] {
      #expect(seen.contains(row), "\(row) in \(seen)")
    }
  }

  @Test func recoveryCodesWorkOnce() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let anna = try await enrol("anna", client, gateway)
      let first = try #require(anna.recoveryCodes.first)
      #expect(try await login(client, first.uppercased()).status == 200)
      #expect(try await login(client, first).code == .secondFactorWrong)
      #expect(try await login(client, anna.recoveryCodes[1]).status == 200)
      let left = try await gateway.catalogue.account(named: "anna").map(\.user.id)
      let factor = try await gateway.catalogue.secondFactor(of: try #require(left))
      #expect(factor?.recoveryCodesLeft == 8)
    }
    #expect(try await rows(gateway).count { $0 == "login.recovery-code ok" } == 2)
  }

  @Test func disablingAsksForACodeOrThePassword() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      func disable(_ body: SecondFactorDisable, _ token: String) async throws
        -> TestClient.Answer
      {
        try await client.post("/api/v1/auth/2fa/disable", body, token: token)
      }
      let anna = try await enrol("anna", client, gateway)
      #expect(try await disable(.init(), anna.token).status == 422)
      #expect(try await disable(.init(code: "000000"), anna.token).status == 400)
      #expect(try await disable(.init(password: "no"), anna.token).status == 400)
      #expect(try await login(client, nil).status == 401)
      let done = try await disable(.init(code: code(anna.secret, gateway)), anna.token)
      #expect(done.status == 200 && done.text == #"{"enabled":false,"success":true}"#)
      #expect(try await login(client, nil).status == 200)
      #expect(try await disable(.init(password: TestGateway.password), anna.token).status == 400)
      // And once more, ended by the password.
      let again = try await enrol("anna", client, gateway)
      #expect(again.secret != anna.secret)
      #expect(
        try await disable(.init(password: TestGateway.password), again.token).status == 200)
      // Old recovery codes ended with it.
      let third = try await enrol("anna", client, gateway)
      #expect(try await login(client, again.recoveryCodes[0]).status == 401)
      #expect(try await login(client, third.recoveryCodes[0]).status == 200)
    }
    let seen = try await rows(gateway)
    #expect(seen.count { $0 == "account.second-factor-off ok" } == 2)
    #expect(seen.count { $0 == "account.second-factor-off refused" } == 2)
  }

  @Test func guessingIsLimited() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let anna = try await enrol("anna", client, gateway)
      for _ in 1...5 { #expect(try await login(client, "000000").status == 401) }
      let limited = try await login(client, code(anna.secret, gateway))
      #expect(limited.status == 429 && limited.headers[.retryAfter] != nil)
      gateway.advance(61)
      for _ in 1...5 { #expect(try await login(client, "000000").status == 401) }
      gateway.advance(61)
      // The address may try again, the account's codes may not: somebody may have many addresses.
      #expect(try await login(client, code(anna.secret, gateway)).status == 429)
      #expect(
        try await client.post(
          "/api/v1/auth/2fa/disable", SecondFactorDisable(password: TestGateway.password),
          token: anna.token
        ).status == 429)
      gateway.advance(900)
      #expect(try await login(client, code(anna.secret, gateway)).status == 200)
    }
  }

  /// Many at once with the same code: one gets in.
  @Test func oneCodeOneLogin() async throws {
    let gateway = try await TestGateway(configure: { $0.rates.failedLogins = 100 })
    try await gateway.user("anna")
    try await gateway.run { client in
      let anna = try await enrol("anna", client, gateway)
      let code = code(anna.secret, gateway)
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 { group.addTask { try await login(client, code).status } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.count { $0 == 200 } == 1, "\(statuses)")
    }
  }

  @Test func nothingSecretLiesInTheDatabase() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let anna = try await enrol("anna", client, gateway)
      var everything = Data()
      for file in try FileManager.default.contentsOfDirectory(
        at: gateway.folder.root, includingPropertiesForKeys: nil)
      where file.lastPathComponent.hasPrefix("catalogue") {
        everything += try Data(contentsOf: file)
      }
      #expect(everything.count > 4_096)
      #expect(everything.range(of: anna.secret) == nil)
      #expect(everything.range(of: Data(Base32.encode(anna.secret).utf8)) == nil)
      for code in anna.recoveryCodes {
        #expect(everything.range(of: Data(code.utf8)) == nil)
        #expect(everything.range(of: Data(code.filter { $0 != "-" }.utf8)) == nil)
      }
    }
  }
}
