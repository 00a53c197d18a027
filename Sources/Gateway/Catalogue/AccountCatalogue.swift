public import Domain
public import Foundation

/// An account as the gateway keeps it.
public struct Account: Sendable, Equatable {
  public var user: User
  public var email: String?
  /// As ``PasswordHasher`` wrote it; never leaves the gateway.
  public var passwordHash: String
  public var isActive: Bool
  public var createdAt: Date

  public init(
    user: User, email: String?, passwordHash: String, isActive: Bool = true, createdAt: Date
  ) {
    self.user = user
    self.email = email
    self.passwordHash = passwordHash
    self.isActive = isActive
    self.createdAt = createdAt
  }
}

/// Accounts and facilities.
public protocol AccountCatalogue: Sendable {
  /// Names are compared without regard to case.
  func account(named username: String) async throws -> Account?
  func account(id: UserID) async throws -> Account?
  /// - Throws: ``CatalogueError/taken`` with `username` or `email`.
  func add(_ account: Account, audit: AuditEvent?) async throws
  /// The facility of that name, made when there is none.
  func facility(named name: String) async throws -> Facility
}

/// One login on one device: refresh tokens follow one another in it as generations.
public struct LoginFamily: Sendable, Equatable {
  public var id: String
  public var account: UserID
  /// The generation of the newest refresh token.
  public var generation: Int
  public var rotatedAt: Date
  public var expiresAt: Date
  public var revokedAt: Date?

  public init(
    id: String, account: UserID, generation: Int = 0, rotatedAt: Date, expiresAt: Date,
    revokedAt: Date? = nil
  ) {
    self.id = id
    self.account = account
    self.generation = generation
    self.rotatedAt = rotatedAt
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
  }
}

/// What became of a refresh token that was presented.
public enum Rotation: Sendable, Equatable {
  /// The next token carries this generation.
  case granted(generation: Int, account: UserID)
  /// An old token came again: somebody has a copy. The family is revoked.
  case reused
  /// Unknown, expired or revoked.
  case refused
}

/// Logins and their refresh tokens.
public protocol LoginCatalogue: Sendable {
  func begin(_ family: LoginFamily, audit: AuditEvent?) async throws
  /// Advances the family when the newest generation is presented. The generation before is taken
  /// too while `grace` seconds have not passed since the rotation (a client may have died between
  /// receiving and keeping the answer); it gets another token of the newest generation. Anything
  /// older revokes the family.
  /// - Parameter audit: kept when the family is revoked.
  func rotate(
    family: String, presenting generation: Int, now: Date, grace: TimeInterval, expiresAt: Date,
    audit: AuditEvent?
  ) async throws -> Rotation
  /// Nothing happens, and nothing is recorded, when there is no such family or it is revoked.
  func revoke(family: String, now: Date, audit: AuditEvent?) async throws
  /// The account of a family that is not revoked.
  func account(ofFamily family: String) async throws -> Account?
}

/// Errors of every catalogue.
public enum CatalogueError: Error, Sendable, Equatable {
  /// The value of this column belongs to another row.
  case taken(String)
  /// There is no such row (any more).
  case missing
}
