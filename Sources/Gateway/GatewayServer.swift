public import Domain
import Foundation
public import Hummingbird
public import Logging
public import ServiceLifecycle
import Wire

/// The parts that differ between an embedded and a distributed gateway.
public struct GatewayParts: Sendable {
  public var catalogue: any Catalogue
  public var chunks: any ChunkStore
  public var blobs: any BlobStore
  public var bus: any EventBus
  public var archive: any Archive
  /// Archives of facilities that have their own.
  public var archives: [FacilityID: any Archive]
  public var reader: any InstanceReader
  public var tokens: TokenIssuer
  public var hasher: PasswordHasher

  public init(
    catalogue: any Catalogue, chunks: any ChunkStore, blobs: any BlobStore, bus: any EventBus,
    archive: any Archive, archives: [FacilityID: any Archive] = [:], reader: any InstanceReader,
    tokens: TokenIssuer, hasher: PasswordHasher
  ) {
    self.catalogue = catalogue
    self.chunks = chunks
    self.blobs = blobs
    self.bus = bus
    self.archive = archive
    self.archives = archives
    self.reader = reader
    self.tokens = tokens
    self.hasher = hasher
  }
}

/// The gateway: its routes and the services that work beside them.
public struct GatewayServer: Sendable {
  let parts: GatewayParts
  let configuration: GatewayConfiguration
  let served: (any ServedArchive)?
  let log: AccessLog
  let metrics = GatewayMetrics()
  let limiter: RateLimiter
  let queue: ForwardQueue
  let poller: ReportPoller
  let housekeeper: Housekeeper

  /// - Parameter served: an archive of our own, offered below `/dicom-web` to those who may see
  ///   everything.
  public init(
    _ parts: GatewayParts, configuration: GatewayConfiguration,
    served: (any ServedArchive)? = nil, log: AccessLog, logger: Logger
  ) {
    self.parts = parts
    self.served = served
    self.configuration = configuration
    self.log = log
    limiter = RateLimiter(now: configuration.now)
    let destinations = Destinations(
      usual: parts.archive, byFacility: parts.archives, configuration: configuration)
    room = DiskRoom(blobs: parts.blobs, reserve: configuration.diskReserve)
    queue = ForwardQueue(
      catalogue: parts.catalogue, blobs: parts.blobs, destinations: destinations,
      configuration: configuration, metrics: metrics, logger: logger, signal: Signal())
    poller = ReportPoller(
      catalogue: parts.catalogue, blobs: parts.blobs, destinations: destinations,
      configuration: configuration, logger: logger, signal: Signal())
    housekeeper = Housekeeper(
      catalogue: parts.catalogue, chunks: parts.chunks, blobs: parts.blobs,
      configuration: configuration, logger: logger)
  }

  /// What runs beside the server.
  public var services: [any Service] { [queue, poller, housekeeper] }

  /// All routes, below `/api/v1` and, as RelayPACS has them, without that prefix.
  public func router() -> Router<GatewayContext> {
    let router = Router(context: GatewayContext.self)
    let auth = authService
    router.add(
      middleware: RequestGuard(
        metrics: metrics, log: log,
        refusals: RefusalLog(auth: auth, audit: parts.catalogue, configuration: configuration)))
    HealthRoutes(
      catalogue: parts.catalogue, blobs: parts.blobs, configuration: configuration,
      metrics: metrics
    ).add(to: router)
    if let served {
      let group = router.group("dicom-web").add(
        middleware: RightGuard(auth: auth, audit: parts.catalogue))
      DICOMwebRoutes(archive: served, stored: { try await poller.look(atStudy: $0) })
        .add(to: group)
    }
    SecondFactorRoutes(auth: auth).add(to: router.group("api/v1/auth/2fa"))
    add(to: router.group("api/v1"))
    add(to: router.group(""))
    return router
  }

  private func add(to group: RouterGroup<GatewayContext>) {
    let catalogue = parts.catalogue
    let auth = authService
    AuthRoutes(auth: auth, uploads: catalogue).add(to: group.group("auth"))
    let uploads = group.group("upload")
    StatisticsRoutes(auth: auth, statistics: catalogue, configuration: configuration)
      .add(to: uploads)
    UploadRoutes(auth: auth, uploads: uploadService).add(to: uploads)
    ReportRoutes(
      auth: auth, reports: catalogue, uploads: catalogue, audit: catalogue, blobs: parts.blobs,
      configuration: configuration, poll: { _ = try await poller.poll($0) }
    ).add(to: group.group("reports"))
    let notifications = group.group("notifications")
    NotificationRoutes(
      auth: auth, notifications: catalogue, configuration: configuration
    ).add(to: notifications)
    EventStream(
      auth: auth, log: catalogue, notifications: catalogue, accounts: catalogue, bus: parts.bus,
      configuration: configuration, metrics: metrics
    ).add(to: notifications)
    ChangeRoutes(auth: auth, log: catalogue, audit: catalogue, configuration: configuration)
      .add(to: group.group("sync"))
    TemplateRoutes(auth: auth, templates: catalogue, configuration: configuration)
      .add(to: group.group("templates"))
    let configuration = configuration
    group.get("capabilities") { _, _ in
      JSON.response(HealthRoutes.capabilities(configuration))
    }
  }

  private var authService: AuthService {
    AuthService(
      catalogue: parts.catalogue, hasher: parts.hasher, tokens: parts.tokens,
      configuration: configuration, limiter: limiter)
  }

  private var uploadService: UploadService {
    let signal = queue.signal
    return UploadService(
      catalogue: parts.catalogue, chunks: parts.chunks, blobs: parts.blobs,
      reader: parts.reader, tokens: parts.tokens, configuration: configuration,
      limiter: limiter, metrics: metrics, lock: lock, claims: claims, room: room,
      wake: { signal.raise() })
  }

  private let lock = UploadLock()
  private let claims = ChunkClaims()
  private let room: DiskRoom
}
