public import Foundation
public import Wire

/// The way to one gateway: the requests of RelayPACS v1 and of our extensions, one method each.
///
/// A link keeps no tokens and no state that matters: who calls passes the token. Every method
/// ends in bounded time and bounded memory with an answer, a ``LinkError`` or
/// `CancellationError`; nothing is repeated behind the caller's back except a request that
/// provably did not reach the gateway. Names that the gateway sends are never used as paths.
public protocol GatewayLink: Sendable {
  /// Scheme, host and port, for example `https://relay.example.org`.
  var origin: String { get }

  /// Final errors: ``LinkError/unauthorized(_:)``, ``LinkError/secondFactor(isWrong:)``,
  /// ``LinkError/forbidden(_:)``.
  func login(_ request: LoginRequest) async throws -> TokenPair

  /// Trades a refresh token for a new pair; the old one may be dead afterwards (rotation), so a
  /// caller stores the new pair before it uses it.
  func refresh(_ refreshToken: String) async throws -> TokenPair

  /// Ends the session of the refresh token. Idempotent.
  func logout(_ refreshToken: String) async throws

  func me(access: String) async throws -> MeAnswer

  /// A new secret for a second factor; in force only after ``enableSecondFactor(_:access:)``.
  func setUpSecondFactor(access: String) async throws -> SecondFactorSetup

  func enableSecondFactor(_ request: SecondFactorEnable, access: String) async throws
    -> SecondFactorEnabled

  func disableSecondFactor(_ request: SecondFactorDisable, access: String) async throws

  /// Nil when the gateway is a plain RelayPACS (404). Needs no login.
  func capabilities() async throws -> Capabilities?

  /// Opens a session. Idempotent only with a client id on a gateway with `manifest`; otherwise a
  /// repetition ends with ``LinkError/duplicate(uploadID:message:)``.
  func initialise(_ request: InitRequest, access: String) async throws -> InitAnswer

  /// Sends one chunk, or a piece of one. Idempotent: the gateway keeps the first bytes.
  func put(_ chunk: OutgoingChunk, uploadToken: String, terms: SendTerms) async throws
    -> ChunkReceipt

  /// Sends whole chunks of one upload in one body (capability `batch`). Idempotent.
  /// - Returns: a receipt for each, in their order; nil for one that the gateway refused.
  func put(_ chunks: [OutgoingChunk], uploadToken: String, terms: SendTerms) async throws
    -> [ChunkReceipt?]

  /// What the session holds. Final: ``LinkError/notFound(_:)``: the session is gone.
  func status(of upload: String, uploadToken: String) async throws -> UploadStatusAnswer

  /// Asks the gateway to put the study together. A plain gateway forgets the session whatever
  /// comes of it, so a repetition ends with ``LinkError/notFound(_:)``; ours repeats its answer.
  func complete(_ upload: String, uploadToken: String) async throws -> CompleteAnswer

  /// The custody of every instance (extension `proof`). Idempotent.
  func proof(of upload: String, access: String) async throws -> ProofAnswer

  /// What of it the login's facility has sent (capability `sop_lookup`): only images and studies that
  /// were asked for, each once.
  /// - Parameter request: with at most as many of them as the capability says.
  func known(_ request: KnownInstancesRequest, access: String) async throws
    -> KnownInstancesAnswer

  /// Gives up an upload that is not complete (extension `cancel`). Idempotent.
  func cancel(_ upload: String, access: String) async throws

  /// A fresh upload token. Final: ``LinkError/notFound(_:)``, and ``LinkError/forbidden(_:)`` when
  /// the session is somebody else's.
  func renewUploadToken(of upload: String, access: String) async throws -> String

  /// - Parameter limit: rows; newest first.
  func reports(limit: Int, offset: Int, access: String) async throws -> ReportPage

  /// The report on an upload; nil when the gateway has none (yet).
  func report(ofUpload upload: String, access: String) async throws -> ReportMessage?

  func notifications(limit: Int, offset: Int, access: String) async throws -> NotificationPage

  /// What changed since a revision (extension `changes`).
  func changes(after revision: Int64, limit: Int, access: String) async throws -> ChangesAnswer

  /// Idempotent.
  func markRead(_ notification: String, access: String) async throws

  /// Idempotent.
  func markAllRead(access: String) async throws

  /// Makes or changes an upload template (extension `templates`). Idempotent by the edit's id.
  func save(_ edit: TemplateEdit, template: String, access: String) async throws -> TemplateAnswer

  /// Deletes a template (extension `templates`), unless somebody changed it after the version.
  /// Idempotent.
  func delete(template: String, version: Int64, access: String) async throws -> TemplateAnswer

  /// Streams a report's PDF into a new file that only the owner can read. The file appears under
  /// its name only when it is whole.
  /// - Parameter limit: bytes; a longer answer is ``LinkError/malformed(_:)``.
  func savePDF(report: String, to file: URL, limit: Int64, access: String) async throws

  /// The event stream. Ends by throwing when the link is dead (silence of more than 40 s
  /// included); the caller connects again.
  /// - Parameter lastEventID: where to resume, as the last event said it.
  func events(after lastEventID: String?, access: String)
    -> AsyncThrowingStream<GatewayEvent, any Error>
}

/// Makes the link to an origin; throws ``LinkError/address(_:)`` when the address is not allowed.
public typealias LinkMaker = @Sendable (_ origin: String) throws -> any GatewayLink

/// One chunk on its way, with the digests of exactly these bytes.
public struct OutgoingChunk: Sendable, Equatable {
  /// The gateway's name of the upload.
  public var upload: String
  public var fileID: String
  public var index: Int
  /// Where the bytes stand in the chunk; nil when they are all of it.
  public var piece: Piece?
  public var bytes: Data
  public var sha256: Data
  /// Nil where the gateway checks `sha256`.
  public var md5: Data?

  /// The place of a piece (capability `pieces`).
  public struct Piece: Sendable, Equatable {
    public var offset: Int
    /// Bytes of the whole chunk.
    public var chunkBytes: Int

    public init(offset: Int, chunkBytes: Int) {
      self.offset = offset
      self.chunkBytes = chunkBytes
    }
  }

  public init(
    upload: String, fileID: String, index: Int, piece: Piece? = nil, bytes: Data, sha256: Data,
    md5: Data?
  ) {
    self.piece = piece
    self.upload = upload
    self.fileID = fileID
    self.index = index
    self.bytes = bytes
    self.sha256 = sha256
    self.md5 = md5
  }
}

/// How a body of chunks is to be sent.
public struct SendTerms: Sendable {
  /// Seconds for the whole exchange; nil: as the link has learned.
  public var deadline: TimeInterval?
  /// Seconds on top, for waiting that is not the line's fault.
  public var extraTime: TimeInterval
  /// Called before so many bytes of the body go out; nil: as fast as the line takes them.
  public var pace: (@Sendable (Int) async throws -> Void)?
  /// The body may be compressed on its way, where that makes it smaller.
  public var mayCompress: Bool

  public init(
    deadline: TimeInterval? = nil, extraTime: TimeInterval = 0,
    pace: (@Sendable (Int) async throws -> Void)? = nil, mayCompress: Bool = false
  ) {
    self.deadline = deadline
    self.extraTime = extraTime
    self.pace = pace
    self.mayCompress = mayCompress
  }
}

/// What the gateway said of a chunk.
public struct ChunkReceipt: Sendable, Equatable {
  /// True when the gateway already had this chunk and kept what it had.
  public var existed: Bool
  /// Bytes that it has; nil when it does not say (204).
  public var receivedBytes: Int?
  /// SHA-256 of what it has, lower-case hexadecimal; nil when it does not say.
  public var sha256: String?
  /// True when the gateway has the whole chunk now; false after a piece that leaves gaps.
  public var isWhole: Bool

  public init(existed: Bool, receivedBytes: Int?, sha256: String?, isWhole: Bool = true) {
    self.isWhole = isWhole
    self.existed = existed
    self.receivedBytes = receivedBytes
    self.sha256 = sha256
  }
}

/// One event of the stream.
public struct GatewayEvent: Sendable, Equatable {
  /// The event's id, to resume from; nil when it had none.
  public var id: String?
  /// `connected`, `unread_count`, `notification`, `heartbeat`, `changed` or anything else.
  public var name: String
  public var data: String

  public init(id: String?, name: String, data: String) {
    self.id = id
    self.name = name
    self.data = data
  }
}
