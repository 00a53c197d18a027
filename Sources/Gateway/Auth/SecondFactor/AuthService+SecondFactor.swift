import Domain
import Foundation
import HTTPTypes
import Wire

extension AuthService {
  /// Wrong second factors of an account, whatever the address: six digits are soon guessed by many.
  private func wrongKey(_ account: UserID) -> String { "code:\(account.rawValue)" }

  /// Asks for the second factor of a login whose password was right.
  /// - Parameter failures: where the login's failures are counted.
  func checkSecondFactor(
    _ code: String?, of user: User, address: String, failures: String
  ) async throws {
    guard let factor = try await catalogue.secondFactor(of: user.id), factor.secret != nil else {
      return
    }
    var event = AuditEvent(
      at: configuration.now(), actor: user.username, address: address, .secondFactor,
      entity: "account", user.id.rawValue)
    guard let code, !code.isEmpty else {
      event.result = .wanted
      try await catalogue.append([event])
      throw GatewayProblem(
        .unauthorized, .secondFactorRequired,
        "The account has a second factor: send its code as totp_code.")
    }
    do {
      guard try await isGood(code, of: user, factor, event) else {
        throw GatewayProblem(
          .unauthorized, .secondFactorWrong, "Incorrect code, or one that was used before.")
      }
    } catch let problem as GatewayProblem where problem.code == .secondFactorWrong {
      try? limiter.take(failures, limit: configuration.rates.failedLogins, window: 60)
      event.result = .failed
      try await catalogue.append([event])
      throw problem
    }
  }

  /// Compares a code, or takes a recovery code; each is good once.
  private func isGood(_ typed: String, of user: User, _ factor: SecondFactor, _ event: AuditEvent)
    async throws -> Bool
  {
    guard let sealed = factor.secret else { return false }
    try limiter.check(
      wrongKey(user.id), limit: configuration.rates.wrongCodes,
      window: configuration.rates.wrongCodeWindow)
    if let code = RecoveryCode(typed: typed) {
      var event = event
      event.action = .recoveryCode
      let digest = tokens.secrets.digest(of: code, for: user.id)
      if try await catalogue.take(
        recoveryCode: digest, of: user.id, now: configuration.now(), audit: event)
      {
        return true
      }
    } else if let secret = try? tokens.secrets.open(sealed, for: user.id),
      let step = match(typed, secret, after: factor.lastStep),
      try await catalogue.take(step: step, of: user.id)
    {
      return true
    }
    try? limiter.take(
      wrongKey(user.id), limit: configuration.rates.wrongCodes,
      window: configuration.rates.wrongCodeWindow)
    return false
  }

  private func match(_ typed: String, _ secret: Data, after last: Int64) -> Int64? {
    let code = typed.filter { $0 != " " }
    guard code.utf8.count == 6, code.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return OneTimePassword.match(code, secret, at: configuration.now(), after: last)
  }

  /// `POST /auth/2fa/setup`: a new secret, kept here and in force only after ``enableSecondFactor``.
  func setUpSecondFactor(_ user: User) async throws -> SecondFactorSetup {
    if let factor = try await catalogue.secondFactor(of: user.id), factor.secret != nil {
      throw GatewayProblem(
        .conflict, .invalid,
        "The account has a second factor already. Disable it first, with a code or the password.")
    }
    try limiter.take(
      "setup:\(user.id.rawValue)", limit: configuration.rates.wrongCodes,
      window: configuration.rates.wrongCodeWindow)
    let secret = OneTimePassword.makeSecret()
    let uri = Provisioning.uri(secret: secret, username: user.username)
    guard let picture = Provisioning.picture(uri) else {
      throw GatewayProblem(
        .internalServerError, .internalError, "The QR code could not be made; try again.")
    }
    try await catalogue.propose(try tokens.secrets.seal(secret, for: user.id), of: user.id)
    return SecondFactorSetup(
      secret: Base32.encode(secret), qrCode: picture, provisioningURI: uri)
  }

  /// `POST /auth/2fa/enable`.
  func enableSecondFactor(_ body: SecondFactorEnable, _ user: User, address: String) async throws
    -> SecondFactorEnabled
  {
    let limits = configuration.rates
    try limiter.check(
      wrongKey(user.id), limit: limits.wrongCodes, window: limits.wrongCodeWindow)
    guard let pending = try await catalogue.secondFactor(of: user.id)?.pending,
      let secret = try? tokens.secrets.open(pending, for: user.id)
    else {
      throw GatewayProblem(
        .badRequest, .invalid, "Nothing was set up. Call /auth/2fa/setup first.")
    }
    // RelayPACS has its clients send the secret; ours is what counts.
    if let claimed = body.secret, Base32.decode(claimed) != secret {
      throw GatewayProblem(
        .badRequest, .invalid,
        "The secret is not the one of the last setup. Call /auth/2fa/setup again.")
    }
    guard let step = match(body.code, secret, after: -1) else {
      try? limiter.take(
        wrongKey(user.id), limit: limits.wrongCodes, window: limits.wrongCodeWindow)
      throw GatewayProblem(
        .badRequest, .secondFactorWrong,
        "Incorrect code. Compare the clock of the telephone, and type the present code.")
    }
    let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode.make() }
    let isEnabled = try await catalogue.enable(
      pending, of: user.id, step: step,
      recoveryCodes: codes.map { tokens.secrets.digest(of: $0, for: user.id) },
      audit: AuditEvent(
        at: configuration.now(), actor: user.username, address: address, .enableSecondFactor,
        entity: "account", user.id.rawValue))
    guard isEnabled else {
      throw GatewayProblem(
        .badRequest, .invalid, "Another setup came in between. Call /auth/2fa/setup again.")
    }
    return SecondFactorEnabled(recoveryCodes: codes.map(\.shown))
  }

  /// `POST /auth/2fa/disable`: by a code, a recovery code or the password. An access token alone is
  /// not enough: it may be a stolen one.
  func disableSecondFactor(_ body: SecondFactorDisable, _ account: Account, address: String)
    async throws
  {
    let user = account.user
    var event = AuditEvent(
      at: configuration.now(), actor: user.username, address: address, .disableSecondFactor,
      entity: "account", user.id.rawValue)
    guard let factor = try await catalogue.secondFactor(of: user.id), factor.secret != nil else {
      throw GatewayProblem(.badRequest, .invalid, "The account has no second factor.")
    }
    let isAllowed: Bool
    if let code = body.code {
      isAllowed = try await isGood(code, of: user, factor, event)
    } else if let password = body.password {
      isAllowed = try await isRight(password, of: account)
    } else {
      throw GatewayProblem.invalid("Send code or password: the token alone is not enough.")
    }
    guard isAllowed else {
      event.result = .refused
      try await catalogue.append([event])
      throw GatewayProblem(
        .badRequest, .secondFactorWrong, "Incorrect code or password; nothing was changed.")
    }
    _ = try await catalogue.disable(of: user.id, audit: event)
  }

  private func isRight(_ password: String, of account: Account) async throws -> Bool {
    let limits = configuration.rates
    let key = wrongKey(account.user.id)
    try limiter.check(key, limit: limits.wrongCodes, window: limits.wrongCodeWindow)
    guard password.utf8.count <= 1_024,
      try await hasher.verify(password, against: account.passwordHash)
    else {
      try? limiter.take(key, limit: limits.wrongCodes, window: limits.wrongCodeWindow)
      return false
    }
    return true
  }
}
