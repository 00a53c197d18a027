public import Domain
public import Foundation
public import Wire

/// How this gateway behaves; everything has a default that suits one hospital.
public struct GatewayConfiguration: Sendable {
  /// Requests per window for one user or address; nil means no limit.
  public struct RateLimits: Sendable {
    /// Failed logins a minute for one account from one address.
    public var failedLogins: Int = 5
    /// Wrong codes of one account's second factor in ``wrongCodeWindow`` seconds, from wherever.
    public var wrongCodes: Int = 10
    public var wrongCodeWindow: TimeInterval = 900
    /// Logins a minute from one address, whatever the account: many people may share one.
    public var loginsPerAddress: Int = 60
    /// Refusals (403) a minute of callers without a login that are recorded, for one address.
    public var recordedRefusals: Int = 30
    /// Registrations an hour from one address.
    public var registrations: Int = 3
    /// `upload/init` a minute for one user. RelayPACS allows 20; a day's list has more studies.
    public var inits: Int = 120
    /// Chunks a minute for one upload. RelayPACS allows 2,000, which caps small files at 17 MB/s.
    public var chunks: Int = 20_000
    /// Pieces of chunks a minute for one upload.
    public var pieces: Int = 120_000
    /// Questions for known instances a minute for one user.
    public var lookups: Int = 600
    /// `complete` a minute for one upload.
    public var completes: Int = 10

    public init() {}
  }

  public var limits: Capabilities.Limits
  public var rates: RateLimits
  /// Seconds that an access token, an upload token, and a login without use are valid.
  public var accessLifetime: TimeInterval = 900
  public var uploadTokenLifetime: TimeInterval = 1_800
  public var refreshLifetime: TimeInterval = 7 * 86_400
  /// Seconds in which the refresh token before the newest is still taken.
  public var refreshGrace: TimeInterval = 3_600
  /// Seconds that a session without any chunk lives, and that any lives after its last chunk at
  /// least; ``Wire/Capabilities/Limits/sessionSeconds`` rules where it is longer.
  public var emptySessionLifetime: TimeInterval = 86_400
  /// Seconds that chunks of a session whose time is over are kept, and anything in the stores that
  /// belongs to nothing.
  public var orphanAge: TimeInterval = 7 * 86_400
  /// Bytes that a piece of a chunk has at least, unless it is the last.
  public var minimumPiece = 4_096
  /// Bounds of a body of several chunks; it is held in memory.
  public var chunkBatch = Capabilities.Batch(maximumBytes: 4 << 20, maximumChunks: 512)
  /// SOP Instance UIDs that may be asked for at once.
  public var maximumLookup = 1_000
  /// Studies that may be named in the same question, to find others that look like them.
  public var maximumStudyLookup = 100
  /// Seconds that objects are kept after the archive was proven to have them.
  public var retention: TimeInterval = 3 * 86_400
  /// Bytes of disk that uploads may not use up.
  public var diskReserve: Int64 = 256 << 20
  /// Seconds that `complete` waits for the archive when the client does not say.
  public var completeWait: TimeInterval = 10
  /// Seconds between looks for a report: urgent service levels, others, and at least.
  public var urgentPoll: TimeInterval = 60
  public var routinePoll: TimeInterval = 300
  public var minimumPoll: TimeInterval = 5
  /// Seconds between looks for addenda to a ready report: on its first day, later, and for how
  /// long altogether. A new version begins its time anew.
  public var recentReadyPoll: TimeInterval = 3_600
  public var readyPoll: TimeInterval = 86_400
  public var readyFollowUp: TimeInterval = 30 * 86_400
  /// Largest report document, bytes.
  public var maximumReport: Int = 64 << 20
  /// Bytes and instances of one STOW request.
  public var batchBytes: Int64 = 64 << 20
  public var batchInstances: Int = 100
  /// Instances of one study that are asked back at the same time, to compare their bytes.
  public var comparisons: Int = 4
  /// Seconds before the first repetition towards the archive, doubled each time, and at most.
  public var firstRetry: TimeInterval = 2
  public var maximumRetry: TimeInterval = 300
  /// Seconds between comments on the event stream.
  public var heartbeat: TimeInterval = 15
  /// Whether anybody may make an account (clinician or radiographer only).
  public var openRegistration = false
  /// The facility of accounts that name none.
  public var defaultFacility = "Default facility"
  /// Facilities that do without a clinical history for STAT and emergency; others need one from
  /// clients that announce their files.
  public var facilitiesWithoutHistory: Set<FacilityID> = []
  /// The present moment.
  public var now: @Sendable () -> Date = { Date() }

  public init(
    limits: Capabilities.Limits = .init(
      minimumChunk: 1, maximumChunk: 10 << 20, defaultChunk: 1 << 20,
      maximumStudyBytes: 2 << 30, maximumFiles: 20_000, sessionSeconds: 14 * 86_400),
    rates: RateLimits = RateLimits()
  ) {
    self.limits = limits
    self.rates = rates
  }

  /// Seconds that a session lives after a chunk.
  var sessionLifetime: TimeInterval {
    max(emptySessionLifetime, TimeInterval(limits.sessionSeconds))
  }

  /// The version that this build announces.
  public static let version = "1.0.0"
}
