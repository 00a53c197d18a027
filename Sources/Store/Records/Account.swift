public import Domain
public import Foundation

/// The login at a gateway. Tokens are secret: they stay in the database, whose mode is 0600.
public struct Account: Sendable, Equatable {
  /// Whose uploads this login sends.
  public var owner: UploadOwner { UploadOwner(user, at: server) }
  /// The gateway's origin, for example `https://relay.example.org`.
  public var server: String
  public var user: User
  public var accessToken: String
  public var refreshToken: String
  public var accessExpiresAt: Date?

  public init(
    server: String, user: User, accessToken: String, refreshToken: String,
    accessExpiresAt: Date? = nil
  ) {
    self.server = server
    self.user = user
    self.accessToken = accessToken
    self.refreshToken = refreshToken
    self.accessExpiresAt = accessExpiresAt
  }
}
