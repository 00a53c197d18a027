public import Domain
public import Foundation

/// Upload sessions: opening, finding, ending.
public protocol UploadCatalogue: Sendable {
  func upload(_ id: UploadID) async throws -> UploadRecord?
  /// The user's session under the client's own id, unless it was given up.
  func upload(owner: UserID, clientUploadID: String) async throws -> UploadRecord?
  /// Makes the session and its announced files in one transaction.
  func open(_ upload: UploadRecord, files: [FileRecord], audit: AuditEvent?) async throws
  /// Prolongs a session that is taken up again; level and history may have changed.
  func resume(
    _ id: UploadID, serviceLevel: ServiceLevel, clinicalHistory: String, expiresAt: Date
  ) async throws
  /// Frees the client's id for a new session, when this one failed.
  func releaseClientID(of id: UploadID) async throws
  /// Ends a session that is still receiving.
  /// - Returns: false when it was past that; nothing is recorded then.
  func cancel(_ id: UploadID, reason: String, now: Date, audit: AuditEvent?) async throws -> Bool
  /// Sessions that are still receiving and whose time is over.
  func expired(before: Date) async throws -> [UploadID]
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
  /// Durable when it returns; those that come at the same time may share one commit. A session
  /// without manifest gets its files by their first chunks, numbered in that order.
  /// - Parameters:
  ///   - chunk: its ``ChunkRecord/file`` is not read: the file is the one of `fileID`.
  ///   - expiresAt: prolongs the session.
  func record(_ chunk: ChunkRecord, fileID: String, of upload: UploadID, expiresAt: Date)
    async throws -> ChunkOutcome
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
  /// Bytes that open sessions announced and have not sent yet.
  func outstandingBytes() async throws -> Int64
}
