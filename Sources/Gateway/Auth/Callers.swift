import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Wire

/// Who makes a request.
struct Caller: Sendable {
  var account: Account
  var user: User { account.user }
  var scope: Scope { Scope(account.user) }
}

extension AuthService {
  /// The caller by access token. Logging out and disabling an account act at once.
  func caller(_ request: Request) async throws -> Caller {
    guard let token = Self.bearer(request) else { throw GatewayProblem.notAuthenticated }
    return try await caller(accessToken: token)
  }

  /// As ``caller(_:)``, and the query item `token` is taken too: browsers' `EventSource` cannot
  /// send a header. Only the event stream asks this way.
  func streamCaller(_ request: Request) async throws -> Caller {
    let query = request.uri.queryParameters["token"].map(String.init)
    guard let token = Self.bearer(request) ?? query else { throw GatewayProblem.notAuthenticated }
    return try await caller(accessToken: token)
  }

  private func caller(accessToken token: String) async throws -> Caller {
    guard let claims = await tokens.read(token), claims.type == .access, let family = claims.fam,
      let account = try await catalogue.account(ofFamily: family),
      account.user.id.rawValue == claims.uid, account.isActive
    else { throw GatewayProblem.badToken }
    return Caller(account: account)
  }

  /// The caller of a request about one session: by the session's upload token, or the access token
  /// of its owner.
  func uploader(_ request: Request, of upload: UploadID) async throws -> Caller {
    guard let token = Self.bearer(request) else { throw GatewayProblem.notAuthenticated }
    guard let claims = await tokens.read(token), claims.type != .refresh else {
      throw GatewayProblem.badToken
    }
    guard claims.type == .upload else { return try await caller(accessToken: token) }
    guard claims.sub == upload.rawValue else {
      throw GatewayProblem(.forbidden, .forbidden, "The token belongs to another upload session.")
    }
    guard let account = try await catalogue.account(id: UserID(claims.uid)), account.isActive
    else { throw GatewayProblem.badToken }
    return Caller(account: account)
  }

  /// The account that may send chunks of a session, by its upload token or the access token of its
  /// owner. With an upload token the account itself is still to be looked at: chunks come by the
  /// thousand, and what is known of them is read at once.
  func sender(_ request: Request, of upload: UploadID) async throws -> UserID {
    guard let token = Self.bearer(request) else { throw GatewayProblem.notAuthenticated }
    guard let claims = await tokens.read(token), claims.type != .refresh else {
      throw GatewayProblem.badToken
    }
    guard claims.type == .upload else {
      return try await caller(accessToken: token).user.id
    }
    guard claims.sub == upload.rawValue else {
      throw GatewayProblem(.forbidden, .forbidden, "The token belongs to another upload session.")
    }
    return UserID(claims.uid)
  }

  /// What the token of a request says, whether it may do anything or not; nil without a good one.
  func claims(_ request: Request) async -> TokenClaims? {
    guard let token = Self.bearer(request) else { return nil }
    return await tokens.read(token)
  }

  private static func bearer(_ request: Request) -> String? {
    guard let field = request.headers[.authorization] else { return nil }
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return parts[1].trimmingCharacters(in: .whitespaces)
  }
}
