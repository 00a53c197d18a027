import Crypto
import Domain
public import Foundation
import JWTKit
import Synchronization

/// What a token of ours says.
struct TokenClaims: JWTPayload, Sendable, Equatable {
  enum Kind: String, Codable, Sendable { case access, refresh, upload }

  /// The username; of an upload token the upload's id (as RelayPACS has it).
  var sub: String
  var exp: Int
  var iat: Int
  var jti: String
  var type: Kind
  /// The account; of an upload token too.
  var uid: String
  /// The login family; not in upload tokens.
  var fam: String?
  /// The generation of a refresh token.
  var gen: Int?
  /// RelayPACS's members of upload tokens.
  var userID: String?
  var scopes: [String]?

  /// The username, whatever kind of token it is.
  var actor: String { type == .upload ? userID ?? "" : sub }

  private enum CodingKeys: String, CodingKey {
    case sub, exp, iat, jti, type, uid, fam, gen, scopes
    case userID = "user_id"
  }

  // Time is checked by `TokenIssuer`, with its own clock.
  func verify(using algorithm: some JWTAlgorithm) async throws {}
}

/// Tokens whose signature was checked: the same one comes with every chunk, and what it says does
/// not change. Bounded; whether they are still good is asked each time.
private final class CheckedTokens: Sendable {
  private let claims = Mutex<[String: TokenClaims]>([:])
  private static let most = 4_096

  subscript(token: String) -> TokenClaims? {
    get { claims.withLock { $0[token] } }
    set {
      claims.withLock { kept in
        if kept.count >= Self.most { kept.removeAll() }
        kept[token] = newValue
      }
    }
  }
}

/// Signs and checks tokens with one Ed25519 key (RFC 8037).
public struct TokenIssuer: Sendable {
  private let keys: JWTKeyCollection
  private let now: @Sendable () -> Date
  private let checked = CheckedTokens()
  /// For what is kept encrypted under keys that come from the same one.
  let secrets: SecretBox

  /// - Parameter key: the raw private key, 32 bytes.
  public init(key: Data, now: @escaping @Sendable () -> Date) async throws {
    let signing = try Curve25519.Signing.PrivateKey(rawRepresentation: key)
    keys = JWTKeyCollection()
    await keys.add(eddsa: EdDSA.PrivateKey(backing: signing))
    self.now = now
    secrets = SecretBox(key: key)
  }

  /// A new raw private key.
  public static func makeKey() -> Data { Curve25519.Signing.PrivateKey().rawRepresentation }

  func access(_ user: User, family: String, lifetime: TimeInterval) async throws -> String {
    try await sign(
      .access, subject: user.username, user: user.id, lifetime: lifetime, family: family)
  }

  func refresh(
    _ user: User, family: String, generation: Int, lifetime: TimeInterval
  ) async throws -> String {
    try await sign(
      .refresh, subject: user.username, user: user.id, lifetime: lifetime, family: family,
      generation: generation)
  }

  func upload(_ id: UploadID, user: User, lifetime: TimeInterval) async throws -> String {
    try await sign(
      .upload, subject: id.rawValue, user: user.id, lifetime: lifetime,
      username: user.username, scopes: ["upload:write"])
  }

  /// The claims of a token of ours that has not expired; nil for everything else.
  func read(_ token: String) async -> TokenClaims? {
    guard token.utf8.count <= 4_096 else { return nil }
    let known = checked[token]
    let found: TokenClaims?
    if let known {
      found = known
    } else {
      found = try? await keys.verify(token, as: TokenClaims.self)
    }
    guard let claims = found, Double(claims.exp) > now().timeIntervalSince1970 else { return nil }
    if known == nil { checked[token] = claims }
    return claims
  }

  private func sign(
    _ kind: TokenClaims.Kind, subject: String, user: UserID, lifetime: TimeInterval,
    family: String? = nil, generation: Int? = nil, username: String? = nil,
    scopes: [String]? = nil
  ) async throws -> String {
    let issued = Int(now().timeIntervalSince1970)
    let claims = TokenClaims(
      sub: subject, exp: issued + Int(lifetime), iat: issued,
      jti: Identifier<TokenClaims>.make(at: now()).rawValue, type: kind, uid: user.rawValue,
      fam: family, gen: generation, userID: username, scopes: scopes)
    return try await keys.sign(claims)
  }
}
