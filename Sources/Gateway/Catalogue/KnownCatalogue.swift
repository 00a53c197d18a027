public import Domain
public import Foundation
public import Wire

/// A part of a chunk whose bytes are durable.
public struct PieceRecord: Sendable, Hashable {
  /// The number of the file in the upload.
  public var file: Int
  /// The number of the chunk in the file.
  public var chunk: Int
  /// The first byte in the chunk.
  public var start: Int
  public var size: Int
  public var sha256: String
  /// Where the store has the bytes, in its own words.
  public var place: String

  public init(file: Int, chunk: Int, start: Int, size: Int, sha256: String, place: String) {
    self.file = file
    self.chunk = chunk
    self.start = start
    self.size = size
    self.sha256 = sha256
    self.place = place
  }

  public var range: Range<Int> { start..<start + size }
  public var name: ChunkRecord {
    ChunkRecord(file: file, index: chunk, size: size, sha256: sha256, place: place)
  }
}

/// What became of a piece whose bytes are durable.
public enum PieceOutcome: Sendable, Equatable {
  case recorded
  /// The same piece was there.
  case same
  /// Others overlap it than those that it was compared with: look again.
  case changed
  /// The chunk is whole already.
  case whole
  /// The session takes no pieces any more, or never existed.
  case closed
}

/// The ledger of pieces: parts of chunks, for lines on which a whole chunk does not get through.
public protocol PieceCatalogue: Sendable {
  /// All pieces of chunks that are not whole, in order of their place.
  func pieces(of upload: UploadID) async throws -> [PieceRecord]
  /// Those of one chunk, in order of their place.
  func pieces(of chunk: Int, file: Int, of upload: UploadID) async throws -> [PieceRecord]
  /// Durable when it returns.
  /// - Parameters:
  ///   - agreeing: overlapping pieces whose bytes were compared with this one's and agree.
  ///   - expiresAt: prolongs the session.
  func record(
    _ piece: PieceRecord, agreeing: [PieceRecord], of upload: UploadID, expiresAt: Date
  ) async throws -> PieceOutcome
  /// Takes back the pieces of a chunk whose bytes were lost.
  func forgetPieces(of chunk: Int, file: Int, of upload: UploadID) async throws
}

/// Bytes of a file that are here already.
public struct KnownContent: Sendable, Equatable {
  public var upload: UploadID
  public var file: Int
  /// The chunk size of that upload.
  public var chunkSize: Int
  /// The whole object, when the upload is complete; otherwise the bytes lie as ``chunks``.
  public var object: BlobKey?
  /// In order. Of a complete upload they may be missing; their places do not count there.
  public var chunks: [ChunkRecord]

  public init(
    upload: UploadID, file: Int, chunkSize: Int, object: BlobKey?, chunks: [ChunkRecord]
  ) {
    self.upload = upload
    self.file = file
    self.chunkSize = chunkSize
    self.object = object
    self.chunks = chunks
  }
}

/// An instance that was sent before.
public struct KnownInstance: Sendable, Equatable {
  public var sopInstanceUID: String
  public var upload: UploadID
  /// ``Domain/InstanceState/stored`` or further.
  public var state: InstanceState
  public var sha256: String?
  /// When that state was reached.
  public var at: Date

  public init(
    sopInstanceUID: String, upload: UploadID, state: InstanceState, sha256: String?, at: Date
  ) {
    self.sopInstanceUID = sopInstanceUID
    self.upload = upload
    self.state = state
    self.sha256 = sha256
    self.at = at
  }
}

/// Finds bytes and instances that are here already.
public protocol KnownCatalogue: Sendable {
  /// For each file, in order: bytes with its announced digest and size that came from the same
  /// user, in a kept upload or in a session that was not cleaned up; nil where there are none.
  func knownContent(of files: [FileRecord], owner: UserID) async throws -> [KnownContent?]
  /// The instances among these that the facility has sent and that are kept or proven, each once
  /// with its furthest state; in order of their UIDs.
  func knownInstances(_ sopInstanceUIDs: [String], facility: FacilityID) async throws
    -> [KnownInstance]
  /// When the facility sent the newest other study with this name, date and modality since a moment;
  /// nil when it sent none that is kept or proven.
  func similar(
    to study: KnownInstancesRequest.Study, facility: FacilityID, since: Date
  ) async throws -> Date?
  /// Those objects of uploads that nothing refers to: their upload is not there, or it is over
  /// and has no file with this key.
  func unwanted(_ objects: [BlobKey]) async throws -> [BlobKey]
  /// Those of the uploads that receive nothing, or are not there.
  func notReceiving(_ uploads: [UploadID]) async throws -> [UploadID]
}
