public import Domain
public import Foundation
public import NIOCore

/// Names an object: a path of digests, dates and ids that the gateway made, never of text from
/// outside.
public struct BlobKey: RawRepresentable, Hashable, Sendable, Codable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ text: String) { self.rawValue = text }
}

/// Bytes with their digest.
public struct MeasuredBytes: Sendable, Equatable {
  public var size: Int
  /// Lower-case hexadecimal.
  public var sha256: String
  /// Lower-case hexadecimal; only where it was asked for (`Content-MD5` of plain clients).
  public var md5: String?

  public init(size: Int, sha256: String, md5: String? = nil) {
    self.size = size
    self.sha256 = sha256
    self.md5 = md5
  }
}

/// Where a chunk belongs.
public struct ChunkSlot: Sendable, Equatable {
  public var upload: UploadID
  /// The number of its file in the upload and its first byte there; nil when that is not known, or
  /// when somebody else may be writing there.
  public var fixed: Place?

  public struct Place: Sendable, Equatable {
    public var file: Int
    public var offset: Int64
    public init(file: Int, offset: Int64) {
      self.file = file
      self.offset = offset
    }
  }

  public init(upload: UploadID, fixed: Place? = nil) {
    self.upload = upload
    self.fixed = fixed
  }
}

/// A chunk whose bytes came and that can be kept or dropped; one of both must be done.
public struct IncomingChunk: Sendable, Equatable {
  public var measured: MeasuredBytes
  /// Only the store that made it understands it.
  public var token: String

  public init(measured: MeasuredBytes, token: String) {
    self.measured = measured
    self.token = token
  }
}

/// One of several chunks that come together.
public struct ChunkPart: Sendable, Equatable {
  public var bytes: ByteBuffer
  /// Of the bytes, lower-case hexadecimal.
  public var sha256: String
  /// As ``ChunkSlot/fixed``.
  public var fixed: ChunkSlot.Place?

  public init(bytes: ByteBuffer, sha256: String, fixed: ChunkSlot.Place? = nil) {
    self.bytes = bytes
    self.sha256 = sha256
    self.fixed = fixed
  }
}

/// Chunks that came together and can be kept or dropped; one of both must be done.
public struct IncomingBatch: Sendable, Equatable {
  /// A part, or parts that lie one after the other. Only the store that made it understands it.
  public struct Run: Sendable, Equatable {
    public var token: String
    /// Which parts, in order.
    public var parts: [Int]

    public init(token: String, parts: [Int]) {
      self.token = token
      self.parts = parts
    }
  }

  public var parts: [MeasuredBytes]
  public var runs: [Run]

  public init(parts: [MeasuredBytes], runs: [Run]) {
    self.parts = parts
    self.runs = runs
  }
}

/// Bytes that the store has.
public enum StoredPart: Sendable, Equatable {
  /// Of an object, from the offset on.
  case object(BlobKey, offset: Int64)
  /// Of a session, at a place that ``ChunkStore/keep(_:)`` gave.
  case chunk(UploadID, place: String)
}

/// Chunks of open sessions.
public protocol ChunkStore: Sendable {
  /// Reads the body to its end, measuring. Nothing counts before ``keep(_:)``; nothing is left
  /// behind when it throws. A fixed slot may be written by one caller at a time, and not any more
  /// once a chunk kept there was recorded.
  /// - Parameter wantsMD5: measure that too.
  /// - Throws: ``StorageError``; what the body throws.
  func receive(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int, slot: ChunkSlot,
    wantsMD5: Bool
  ) async throws -> IncomingChunk
  /// Reads a body that is not to be kept.
  func measure(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int, wantsMD5: Bool
  ) async throws -> MeasuredBytes
  /// Durable when it returns. Those that come at the same time may share the work.
  /// - Returns: where the bytes are, for ``ChunkRecord/place``.
  func keep(_ chunk: IncomingChunk) async throws -> String
  func drop(_ chunk: IncomingChunk) async
  /// Several chunks that came together and were measured; as ``receive(_:limit:slot:wantsMD5:)``.
  func receive(_ parts: [ChunkPart], upload: UploadID) async throws -> IncomingBatch
  /// Durable when it returns.
  /// - Returns: where the bytes of each part are, in order.
  func keep(_ batch: IncomingBatch) async throws -> [String]
  func drop(_ batch: IncomingBatch) async
  /// The bytes of a chunk or piece that was kept; its digest is compared.
  /// - Throws: ``StorageError/damaged(chunk:)``.
  func read(_ chunk: ChunkRecord, upload: UploadID) async throws -> Data
  /// Lets bytes that are here already count for another session, without copying them. Durable
  /// when it returns. They stay readable there when the other session or object is removed.
  /// - Returns: the place of each, in order; nil for what is not there any more.
  func adopt(_ parts: [StoredPart], into upload: UploadID) async throws -> [String?]
  /// True for a place that ``adopt(_:into:)`` gave.
  func isAdopted(_ place: String) -> Bool
  /// Digests of an object's bytes, `size` at a time.
  func digests(of object: BlobKey, every size: Int) async throws -> [String]
  /// Sessions whose chunks were not added to since the date; sessions that are over, too.
  func sessions(untouchedSince date: Date) async throws -> [UploadID]
  /// Joins the chunks, in the order given, to one object, durably, and measures it. Joining again
  /// replaces the object by the same bytes. Several files may be joined at the same time.
  /// - Parameter digest: SHA-256 that the whole is said to have; what is found is returned.
  /// - Throws: ``StorageError/damaged(chunk:)``.
  func assemble(
    _ chunks: [ChunkRecord], upload: UploadID, file: Int, expecting digest: String?
  ) async throws -> (key: BlobKey, size: Int64, sha256: String)
  /// Removes all chunks of the session.
  func discard(upload: UploadID) async throws
}

/// Whole objects.
public protocol BlobStore: Sendable {
  /// Where the object's bytes are on this machine's disk.
  func file(_ key: BlobKey) async throws -> URL
  /// Durable when it returns.
  func put(_ data: Data, key: BlobKey) async throws
  func get(_ key: BlobKey, limit: Int) async throws -> Data
  /// No error when there is none.
  func remove(_ key: BlobKey) async throws
  /// Objects of uploads, and what was left of writing any, that were not changed since the date,
  /// some at a time.
  func objects(
    untouchedSince date: Date, _ each: @Sendable ([BlobKey]) async throws -> Void
  ) async throws
  /// Bytes that can still be written.
  func freeBytes() async throws -> Int64
}

/// Errors of the stores. Texts hold no patient data.
public enum StorageError: Error, Sendable, Equatable {
  case full
  /// The body is longer than allowed.
  case tooLarge(limit: Int)
  /// A chunk that was acknowledged is missing or has other bytes: the disk failed.
  case damaged(chunk: Int)
  /// A file could not be read or written: what, and why.
  case failed(String)
}
