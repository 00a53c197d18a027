public import Domain
import Foundation

/// Making accounts from the administrator's side.
public enum Accounts {
  /// True for `[a-zA-Z0-9_-]{3,50}`.
  public static func isUsername(_ text: String) -> Bool { Name.isUsername(text) }

  /// Adds an account, and its facility when there is none of that name.
  /// - Throws: ``CatalogueError/taken``.
  @discardableResult
  public static func add(
    name: String, fullName: String, role: Role, facility: String, password: String,
    to catalogue: any AccountCatalogue, hasher: PasswordHasher
  ) async throws -> User {
    let now = Date()
    let user = User(
      id: .make(), username: name, fullName: fullName, role: role,
      facility: try await catalogue.facility(named: facility))
    try await catalogue.add(
      Account(
        user: user, email: nil, passwordHash: try await hasher.hash(password),
        createdAt: now),
      audit: AuditEvent(
        at: now, actor: AuditEvent.administrator, .addAccount, entity: "account",
        user.id.rawValue))
    return user
  }
}
