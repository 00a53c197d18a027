public import Domain
public import Foundation
public import Logging
public import Store
import Wire

/// Keeps a workstation's store and its gateway in step: sends what is queued, follows proofs, pulls
/// reports, notifications and cases, pushes the outbox.
///
/// Any number of engines may run over one store, in as many processes: one of them sends (whoever
/// holds the ``Store/SenderLease``), all pull. Nothing that matters lives in memory.
public final class SyncEngine: Sendable {
  let store: Store
  let context: SendContext
  let keeper: LoginKeeper
  let kinds: GatewayKinds
  let puller: Puller
  let outbox: OutboxPusher
  let templates: TemplatePusher
  let hub = EventHub()
  let connection: ConnectionKeeper
  let sender: Sender
  let earlier: EarlierLookup
  let pullNow = Wakeup()
  let flags = EngineFlags()
  let options: SyncOptions
  let timing: Timing
  let logger: Logger

  /// - Parameters:
  ///   - makeLink: how gateways are reached.
  ///   - logger: gets identifiers, states and counts, never patient data.
  public init(
    store: Store, makeLink: @escaping LinkMaker, options: SyncOptions = SyncOptions(),
    timing: Timing = Timing(), logger: Logger = Logger(label: "radrelay.sync")
  ) {
    self.store = store
    self.options = options
    self.timing = timing
    self.logger = logger
    keeper = LoginKeeper(store: store, makeLink: makeLink)
    kinds = GatewayKinds(store: store, timing: timing)
    earlier = EarlierLookup(keeper: keeper, kinds: kinds)
    puller = Puller(store: store, keeper: keeper, kinds: kinds, timing: timing)
    outbox = OutboxPusher(
      store: store, keeper: keeper, kinds: kinds, backoff: options.backoff, timing: timing,
      logger: logger)
    templates = TemplatePusher(store: store, keeper: keeper, kinds: kinds, logger: logger)
    let rules = SendingRules(store: store, timing: timing, defaults: options.defaults)
    let line = LineKeeper(parallelism: options.parallelChunks)
    context = SendContext(
      store: store, keeper: keeper, kinds: kinds, gate: SlotGate(slots: line.plan.parallelism),
      line: line, rules: rules, throttle: Throttle(timing: timing) { await rules.rate() },
      meter: TransferMeter(), outage: Outage(options.backoff), options: options, timing: timing,
      logger: logger)
    connection = ConnectionKeeper(hub)
    sender = Sender(context) { [connection, hub, timing] reach in
      switch reach {
      case .reached: connection.reached(at: timing.now())
      case .unreachable(let seconds, let why):
        let now = timing.now()
        connection.failed(why, nextAttemptAt: now.addingTimeInterval(seconds), at: now)
      case .storeTrouble(let why): hub.send(.trouble(why))
      case .local, .loggedOut: break
      }
    }
  }

  /// What the engine tells; each call gives a stream of its own that begins with the present
  /// connection and transfer.
  public var events: AsyncStream<SyncEvent> { hub.stream() }

  /// Logs in and keeps the account. What was queued before anybody was logged in goes to this
  /// gateway.
  /// - Parameters:
  ///   - server: the origin; ``LinkError/address(_:)`` when it is not allowed.
  ///   - code: of the second factor, or a recovery code; nil where none was asked for.
  /// - Throws: ``SyncError/wrongPassword``, ``SyncError/codeWanted``, ``SyncError/wrongCode``,
  ///   ``LinkError``.
  public func login(server: String, username: String, password: String, code: String? = nil)
    async throws -> User
  {
    let link = try await keeper.link(to: server)
    let pair: TokenPair
    do {
      pair = try await link.login(
        LoginRequest(username: username, password: password, totpCode: code))
    } catch LinkError.secondFactor(let isWrong) {
      throw isWrong ? SyncError.wrongCode : SyncError.codeWanted
    } catch LinkError.unauthorized {
      throw SyncError.wrongPassword
    }
    let me = try await link.me(access: pair.accessToken)
    var user = User(
      id: UserID(me.id), username: me.username, fullName: me.fullName ?? "",
      role: Role(rawValue: me.role) ?? .clinician,
      facility: Facility(
        id: FacilityID(me.facilityID ?? ""), name: me.facilityName ?? ""))
    user.clinicalHistoryRequired = me.clinicalHistoryRequired
    try await store.save(
      Account(
        server: link.origin, user: user, accessToken: pair.accessToken,
        refreshToken: pair.refreshToken))
    connection.reached(at: timing.now())
    sender.wake(reachable: true)
    pullNow.signal()
    return user
  }

  /// Forgets the account here, and at the gateway if it can be reached. What is queued stays.
  public func logout() async throws {
    let login = try? await keeper.current()
    try await store.clearAccount()
    connection.refused(.loggedOut)
    if let login { try? await login.link.logout(login.account.refreshToken) }
  }

  /// Looks for news at once; the running engine also tries again what waits for the network.
  public func syncNow() {
    sender.wake(reachable: true)
    pullNow.signal()
  }

  /// Fetches a report's PDF into a file.
  /// - Throws: ``SyncError/noPDF`` when the gateway has none.
  public func savePDF(_ report: ReportID, to file: URL, limit: Int64 = 256 << 20) async throws {
    do {
      try await keeper.authorised { link, access in
        try await link.savePDF(report: report.rawValue, to: file, limit: limit, access: access)
      }
    } catch LinkError.notFound {
      throw SyncError.noPDF
    }
  }
}
