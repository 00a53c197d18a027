public import Domain
public import Foundation

/// Upload sessions: opening, finding, ending.
public protocol UploadCatalogue: Sendable {
  func upload(_ id: UploadID) async throws -> UploadRecord?
  /// The user's session under the client's own id, unless it was given up.
  func upload(owner: UserID, clientUploadID: String) async throws -> UploadRecord?
  /// Makes the session, its announced files and the chunks that are known of them already in one
  /// transaction.
  func open(
    _ upload: UploadRecord, files: [FileRecord], chunks: [ChunkRecord], audit: AuditEvent?
  ) async throws
  /// Keeps why a person decided against safeguards, each reason of an upload once.
  /// - Parameter audit: what is added to the audit log for each that was not kept yet, with the
  ///   reason as its ``AuditEvent/detail``.
  func keep(_ reasons: [UploadReason], of id: UploadID, audit: AuditEvent) async throws
  /// Keeps digests of files that were announced without one, by the number of the file.
  func announce(_ digests: [Int: String], of id: UploadID) async throws
  /// Prolongs a session that is taken up again; level and history may have changed.
  func resume(
    _ id: UploadID, serviceLevel: ServiceLevel, clinicalHistory: String, expiresAt: Date
  ) async throws
  /// Frees the client's id for a new session, when this one failed.
  func releaseClientID(of id: UploadID) async throws
  /// Ends a session that is still receiving.
  /// - Returns: false when it was past that; nothing is recorded then.
  func cancel(_ id: UploadID, reason: String, now: Date, audit: AuditEvent?) async throws -> Bool
  /// Sessions that are still receiving and to be ended: those whose time was over before the
  /// date, and those without a single chunk whose time was over before `emptyBefore`.
  func expired(before: Date, emptyBefore: Date) async throws -> [UploadID]
}

/// What became of a chunk whose bytes are durable.
public enum ChunkOutcome: Sendable, Equatable {
  /// New; the row is durable.
  case recorded
  /// It was there, with the same bytes.
  case same
  /// It was there, with other bytes; the first stay.
  case conflict
  /// The session takes no chunks any more, or never existed.
  case closed
  /// More bytes or files than were announced.
  case tooLarge
}

/// What is known of a chunk before it comes.
public struct ChunkStanding: Sendable, Equatable {
  /// Who sends it.
  public var account: Account?
  public var upload: UploadRecord?
  /// Its file, when there is one of that name.
  public var file: FileRecord?
  /// The chunk, when it is here.
  public var chunk: ChunkRecord?
  /// True when the file is there or there is room for it.
  public var hasRoom: Bool

  public init(
    account: Account?, upload: UploadRecord?, file: FileRecord? = nil, chunk: ChunkRecord? = nil,
    hasRoom: Bool = false
  ) {
    self.account = account
    self.upload = upload
    self.file = file
    self.chunk = chunk
    self.hasRoom = hasRoom
  }
}

/// The ledger of files and chunks of open sessions.
public protocol ChunkCatalogue: Sendable {
  func files(of upload: UploadID) async throws -> [FileRecord]
  /// What is known of a chunk that is about to come, in one look. Makes nothing.
  func standing(of fileID: String, _ index: Int, in upload: UploadID, by sender: UserID)
    async throws -> ChunkStanding
  func chunk(_ index: Int, file: Int, of upload: UploadID) async throws -> ChunkRecord?
  func chunks(of upload: UploadID) async throws -> [ChunkRecord]
  /// Takes back a chunk whose bytes were lost, so that the client sends it again.
  func forget(_ index: Int, file: Int, of upload: UploadID) async throws
  /// As ``standing(of:_:in:by:)`` for several chunks, in their order.
  func standings(of chunks: [ChunkName], in upload: UploadID, by sender: UserID) async throws
    -> [ChunkStanding]
  /// All in one transaction, durable when it returns; those that come at the same time may share
  /// one commit. A session without manifest gets its files by their first chunks, numbered in that
  /// order. Pieces of a chunk are forgotten when it is recorded.
  /// - Parameter expiresAt: prolongs the session.
  func record(_ chunks: [NamedChunk], of upload: UploadID, expiresAt: Date) async throws
    -> [ChunkOutcome]
}

extension ChunkCatalogue {
  /// One chunk; its ``ChunkRecord/file`` is not read: the file is the one of `fileID`.
  public func record(_ chunk: ChunkRecord, fileID: String, of upload: UploadID, expiresAt: Date)
    async throws -> ChunkOutcome
  {
    try await record(
      [NamedChunk(fileID: fileID, chunk: chunk)], of: upload, expiresAt: expiresAt
    ).first ?? .closed
  }
}

/// A chunk as the client names it.
public struct ChunkName: Sendable, Hashable {
  public var fileID: String
  public var index: Int
  public init(fileID: String, index: Int) {
    self.fileID = fileID
    self.index = index
  }
}

/// A chunk that is to be recorded; its ``ChunkRecord/file`` is not read.
public struct NamedChunk: Sendable, Equatable {
  public var fileID: String
  public var chunk: ChunkRecord
  public init(fileID: String, chunk: ChunkRecord) {
    self.fileID = fileID
    self.chunk = chunk
  }
}

/// Finds what was already sent.
public protocol DuplicateCatalogue: Sendable {
  /// A kept upload of the facility that holds the study with every one of these instances in the
  /// same bytes, newest first.
  func duplicate(study: String, files: [FileRecord], facility: FacilityID, since: Date) async throws
    -> UploadID?
  /// A kept upload of the facility, or an open session of the same user, that a plain client
  /// announced with this name, date and modality.
  func duplicate(
    name: String, date: String, modality: String, owner: UserID, facility: FacilityID, since: Date
  ) async throws -> UploadID?
  /// Bytes that sessions which have not expired announced and have not sent yet.
  func outstandingBytes(now: Date) async throws -> Int64
}
