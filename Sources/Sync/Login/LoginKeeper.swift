import Domain
import Foundation
import Store
import Wire

/// Keeps the login usable: gives links with a valid access token, renews it when the gateway
/// refuses it, once for all who wait and once for all processes of the store.
actor LoginKeeper {
  /// A login that may be used now.
  struct Login: Sendable {
    var account: Account
    var link: any GatewayLink
  }

  private let store: Store
  private let makeLink: LinkMaker
  private var links: [String: any GatewayLink] = [:]
  private var refreshing: Task<Account, any Error>?
  /// The account as it was last read, and the revision of the store's part that it was read at.
  private var known: (account: Account, revision: Int64)?
  /// Refresh tokens that the gateway refused; asking again would only look like an attack.
  private var dead: Set<String> = []

  init(store: Store, makeLink: @escaping LinkMaker) {
    self.store = store
    self.makeLink = makeLink
  }

  /// The link to an origin.
  func link(to origin: String) throws -> any GatewayLink {
    if let link = links[origin] { return link }
    let link = try makeLink(origin)
    links[origin] = link
    return link
  }

  /// The login as the store has it now, whichever process changed it last.
  func current() async throws -> Login {
    guard let account = try await account() else { throw SyncError.loggedOut }
    guard !dead.contains(account.refreshToken) else { throw SyncError.loginExpired }
    return Login(account: account, link: try link(to: account.server))
  }

  /// Asked for with every chunk: the store is read only after a change.
  private func account() async throws -> Account? {
    let revision = store.revision(of: .account)
    if let known, known.revision == revision { return known.account }
    let account = try await store.account()
    known = nil
    if let account, let revision { known = (account, revision) }
    return account
  }

  /// The login, if it is one that may be used for something.
  /// - Throws: ``SyncError/otherOwner(_:)``, ``SyncError/otherGateway(_:)``.
  func current(as need: LoginNeed) async throws -> Login {
    let login = try await current()
    if let error = need.objection(to: login.account.owner) { throw error }
    return login
  }

  /// Runs work with an access token; renews the token once when the gateway refuses it.
  nonisolated func authorised<T: Sendable>(
    as need: LoginNeed = .anybody,
    _ work: @Sendable (any GatewayLink, String) async throws -> T
  ) async throws -> T {
    let login = try await current(as: need)
    do {
      return try await work(login.link, login.account.accessToken)
    } catch LinkError.unauthorized {
      let account = try await renewed(after: login.account.accessToken)
      if let error = need.objection(to: account.owner) { throw error }
      do {
        return try await work(try await link(to: account.server), account.accessToken)
      } catch LinkError.unauthorized(let why) {
        // A token that is seconds old is refused: the gateway's trouble, not an old login.
        throw LinkError.server(status: 401, retryAfter: nil, message: why)
      }
    }
  }

  /// An account whose access token is not `refused`.
  func renewed(after refused: String) async throws -> Account {
    if let refreshing { return try await refreshing.value }
    let task = Task { try await self.renew(after: refused) }
    refreshing = task
    defer {
      refreshing = nil
      // New tokens are no change that anybody is told of.
      known = nil
    }
    return try await task.value
  }

  private func renew(after refused: String) async throws -> Account {
    // Refresh tokens rotate: two processes that trade the same one would log each other out.
    let lock = try await RefreshLock.acquire(store.home)
    defer { lock.release() }
    guard let account = try await store.account() else { throw SyncError.loggedOut }
    if account.accessToken != refused { return account }
    guard !dead.contains(account.refreshToken) else { throw SyncError.loginExpired }
    let link = try link(to: account.server)
    do {
      let pair = try await link.refresh(account.refreshToken)
      // On the disk before it is used: the old one may be dead already. Whoever logged in meanwhile
      // stays logged in.
      guard
        let next = try await store.renewTokens(
          after: refused, access: pair.accessToken, refresh: pair.refreshToken)
      else { throw SyncError.loggedOut }
      return next
    } catch LinkError.unauthorized, LinkError.forbidden {
      dead.insert(account.refreshToken)
      throw SyncError.loginExpired
    }
  }
}
