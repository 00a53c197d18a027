import Domain
import Foundation
import HTTPTypes
import Wire

/// Accounts, logins and who is calling.
struct AuthService: Sendable {
  let catalogue: any AccountCatalogue & LoginCatalogue & SecondFactorCatalogue & AuditCatalogue
  let hasher: PasswordHasher
  let tokens: TokenIssuer
  let configuration: GatewayConfiguration
  let limiter: RateLimiter

  func login(_ body: LoginRequest, address: String) async throws -> TokenPair {
    let rates = configuration.rates
    let name = body.username.lowercased()
    // The key is bounded in length; the name itself appears nowhere else.
    let failures = "login:\(name.prefix(64)):\(address)"
    try limiter.check(failures, limit: rates.failedLogins, window: 60)
    try limiter.take("login:\(address)", limit: rates.loginsPerAddress, window: 60)
    let account = try await catalogue.account(named: name)
    guard body.password.utf8.count <= 1_024,
      try await hasher.verify(body.password, against: account?.passwordHash), let account
    else {
      try? limiter.take(failures, limit: rates.failedLogins, window: 60)
      try await catalogue.append([event(.login, account?.user, address, .failed)])
      throw GatewayProblem(.unauthorized, .unauthenticated, "Incorrect username or password")
    }
    guard account.isActive else {
      try await catalogue.append([event(.login, account.user, address, .refused)])
      throw GatewayProblem(.forbidden, .forbidden, "The account is disabled.")
    }
    try await checkSecondFactor(
      body.totpCode, of: account.user, address: address, failures: failures)
    return try await begin(account.user, event(.login, account.user, address))
  }

  func register(_ body: RegisterRequest, address: String) async throws -> TokenPair {
    let role = body.role ?? Role.clinician.rawValue
    guard configuration.openRegistration else {
      throw GatewayProblem(
        .forbidden, .forbidden,
        "Accounts are made by the administrator of this gateway. Ask there.")
    }
    guard role == Role.clinician.rawValue || role == Role.radiographer.rawValue,
      let role = Role(rawValue: role)
    else {
      throw GatewayProblem(
        .forbidden, .forbidden,
        "Only the roles clinician and radiographer can be registered; others are given by an administrator."
      )
    }
    guard Name.isUsername(body.username) else {
      throw GatewayProblem.invalid("Field username must match [a-zA-Z0-9_-]{3,50}.")
    }
    guard (3...254).contains(body.email.utf8.count), body.email.contains("@") else {
      throw GatewayProblem.invalid("Field email must be an address.")
    }
    if let problem = PasswordRule.problem(body.password) { throw GatewayProblem.invalid(problem) }
    try limiter.take(
      "register:\(address)", limit: configuration.rates.registrations, window: 3_600)
    let facility = try await catalogue.facility(named: configuration.defaultFacility)
    let now = configuration.now()
    let user = User(
      id: .make(at: now), username: body.username,
      fullName: String((body.fullName ?? "").prefix(200)), role: role, facility: facility)
    let account = Account(
      user: user, email: body.email.lowercased(),
      passwordHash: try await hasher.hash(body.password), createdAt: now)
    do {
      try await catalogue.add(account, audit: event(.register, user, address))
    } catch CatalogueError.taken(let field) {
      throw GatewayProblem(
        .badRequest, .invalid,
        field == "email"
          ? "Email already registered. Log in instead."
          : "User ID already exists. Choose another.")
    }
    return try await begin(user, event(.login, user, address))
  }

  func refresh(_ body: RefreshRequest, address: String) async throws -> TokenPair {
    let now = configuration.now()
    guard let claims = await tokens.read(body.refreshToken), claims.type == .refresh,
      let family = claims.fam, let generation = claims.gen
    else { throw GatewayProblem.badToken }
    let rotation = try await catalogue.rotate(
      family: family, presenting: generation, now: now, grace: configuration.refreshGrace,
      expiresAt: now.addingTimeInterval(configuration.refreshLifetime),
      audit: event(.refreshReuse, of: claims, address, .refused))
    guard case .granted(let next, let id) = rotation,
      let account = try await catalogue.account(id: id), account.isActive
    else { throw GatewayProblem.badToken }
    return try await pair(account.user, family: family, generation: next)
  }

  /// Ends the login that the token belongs to. Any text is answered alike.
  func logout(_ body: LogoutRequest, address: String) async throws {
    guard let claims = await tokens.read(body.token), let family = claims.fam else { return }
    try await catalogue.revoke(
      family: family, now: configuration.now(), audit: event(.logout, of: claims, address))
  }

  private func event(
    _ action: AuditAction, _ user: User?, _ address: String, _ result: AuditResult = .ok
  ) -> AuditEvent {
    AuditEvent(
      at: configuration.now(), actor: user?.username ?? "", address: address, action,
      entity: "account", user?.id.rawValue ?? "", result: result)
  }

  private func event(
    _ action: AuditAction, of claims: TokenClaims, _ address: String, _ result: AuditResult = .ok
  ) -> AuditEvent {
    AuditEvent(
      at: configuration.now(), actor: claims.actor, address: address, action, entity: "account",
      claims.uid, result: result)
  }

  private func begin(_ user: User, _ audit: AuditEvent) async throws -> TokenPair {
    let now = configuration.now()
    let family = LoginFamily(
      id: Identifier<LoginFamily>.make(at: now).rawValue, account: user.id, rotatedAt: now,
      expiresAt: now.addingTimeInterval(configuration.refreshLifetime))
    try await catalogue.begin(family, audit: audit)
    return try await pair(user, family: family.id, generation: 0)
  }

  private func pair(_ user: User, family: String, generation: Int) async throws -> TokenPair {
    TokenPair(
      accessToken: try await tokens.access(
        user, family: family, lifetime: configuration.accessLifetime),
      refreshToken: try await tokens.refresh(
        user, family: family, generation: generation, lifetime: configuration.refreshLifetime))
  }
}

/// What a password must have: 12 characters at least, of four classes.
public enum PasswordRule {
  /// What is wrong, in words; nil when it will do.
  public static func problem(_ password: String) -> String? {
    guard password.count >= 12 else { return "The password must have at least 12 characters." }
    guard password.utf8.count <= 1_024 else { return "The password is longer than 1,024 bytes." }
    let scalars = password.unicodeScalars
    let hasAll =
      scalars.contains { $0.properties.isUppercase }
      && scalars.contains { $0.properties.isLowercase }
      && scalars.contains { $0.properties.numericType != nil }
      && scalars.contains { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
    return hasAll
      ? nil : "The password must have upper and lower case letters, digits and other characters."
  }
}
