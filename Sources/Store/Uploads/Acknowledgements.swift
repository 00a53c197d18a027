public import Domain
import Foundation
import GRDB

/// How an attempt to send a chunk ended.
struct AttemptEnd: Sendable {
  var attempt: ChunkAttempt
  /// False when no answer came: the gateway may have it or not.
  var isAcknowledged: Bool
  var use = WireUse()
  /// Of the file, where it was read for the first time to be sent.
  var sha256: String?
}

/// A chunk that the gateway has.
public struct AcknowledgedChunk: Sendable {
  public var attempt: ChunkAttempt
  public var use: WireUse
  /// Digest of the whole file, when it was not known before: 64 lower-case hexadecimal digits.
  public var sha256: String?

  public init(_ attempt: ChunkAttempt, use: WireUse = WireUse(), sha256: String? = nil) {
    self.attempt = attempt
    self.use = use
    self.sha256 = sha256
  }
}

extension Store {
  /// Notes that a chunk is put on the wire. Costs no disk flush; survives the process, not a power
  /// cut. End it with ``acknowledge(_:use:sha256:)`` or ``giveUp(_:wasSent:use:)``: a process that
  /// dies in between has its chunk counted by the next one (``requeueInterrupted(at:)``).
  /// - Parameter remoteID: the session that it is sent in.
  public func beginChunk(_ chunk: Int, of file: FileID, session remoteID: String) -> ChunkAttempt {
    slots.begin(file, chunk: chunk, session: remoteID)
  }

  /// Keeps that the gateway has a chunk; on the disk when the call returns.
  ///
  /// Calls that come while a commit is under way share the next one, so that many parallel chunks
  /// cost few disk flushes. A chunk that was put on the wire before, in this session or an earlier
  /// one, by this process or one that died, counts in ``Domain/Upload/resentBytes``.
  /// - Parameter sha256: of the whole file, when it was not known before.
  /// - Returns: false when the session is not the upload's any more: then the acknowledgement says
  ///   nothing about the present one and is left out.
  @discardableResult
  public func acknowledge(
    _ attempt: ChunkAttempt, use: WireUse = WireUse(), sha256: String? = nil
  ) async throws -> Bool {
    try await acknowledge([AcknowledgedChunk(attempt, use: use, sha256: sha256)]).first ?? false
  }

  /// As ``acknowledge(_:use:sha256:)`` for chunks that were acknowledged together: all in one change.
  @discardableResult
  public func acknowledge(_ chunks: [AcknowledgedChunk]) async throws -> [Bool] {
    defer { for chunk in chunks { slots.end(chunk.attempt) } }
    return try await submit(
      chunks.map {
        AttemptEnd(attempt: $0.attempt, isAcknowledged: true, use: $0.use, sha256: $0.sha256)
      })
  }

  /// An attempt ended without an acknowledgement. If the chunk must be sent again, that counts.
  /// - Parameter wasSent: false when nothing of it can have left this machine.
  public func giveUp(_ attempt: ChunkAttempt, wasSent: Bool, use: WireUse = WireUse())
    async throws
  {
    guard wasSent else { return slots.forget(attempt) }
    defer { slots.end(attempt) }
    _ = try await submit([AttemptEnd(attempt: attempt, isAcknowledged: false, use: use)])
  }

  private func submit(_ ends: [AttemptEnd]) async throws -> [Bool] {
    try await acknowledgements.submit(ends) { batch in
      try await self.write { db, touched in
        var answers: [Result<Bool, any Error>] = []
        for end in batch {
          do { answers.append(.success(try Self.apply(end, db))) } catch let error as StoreError {
            answers.append(.failure(error))
          }
        }
        touched.insert(.uploads)
        return answers
      }
    }
  }

  /// Counts what a process that died had on the wire.
  static func countInterrupted(_ notes: [SendingSlots.Note], _ db: Database) throws {
    for note in notes {
      let counted = try Int64.fetchOne(
        db, sql: "SELECT serial FROM sending_slots WHERE slot = ?", arguments: [note.slot])
      guard counted != note.serial else { continue }
      let attempt = ChunkAttempt(
        file: note.file, chunk: note.chunk, session: "", slot: note.slot, serial: note.serial)
      do {
        _ = try apply(AttemptEnd(attempt: attempt, isAcknowledged: false), db)
      } catch StoreError.unknownFile, StoreError.invalid {
        // The file was replaced since.
      }
    }
  }

  private static func apply(_ end: AttemptEnd, _ db: Database) throws -> Bool {
    let attempt = end.attempt
    try db.cachedStatement(
      sql: """
        INSERT INTO sending_slots VALUES (?, ?)
        ON CONFLICT DO UPDATE SET \(excluded(["serial"]))
        """
    ).execute(arguments: [attempt.slot, attempt.serial])
    guard var file = try SentFile.find(attempt.file, db) else {
      throw StoreError.unknownFile(attempt.file)
    }
    guard let length = file.length(of: attempt.chunk) else {
      throw StoreError.invalid("Chunk \(attempt.chunk) lies outside of file \(attempt.file).")
    }
    let isPresent = end.isAcknowledged && file.session == attempt.session
    if isPresent, file.acknowledged.insert(attempt.chunk) { file.acknowledgedBytes += length }
    let isRepeated = !file.attempted.insert(attempt.chunk)
    try file.save(db, sha256: end.sha256)
    let again = end.use.again ?? (isRepeated ? length : 0)
    if again > 0 {
      try db.cachedStatement(
        sql: "UPDATE uploads SET resent_bytes = resent_bytes + ? WHERE key = ?"
      ).execute(arguments: [again, file.upload])
    }
    if end.use.bytes > 0, !end.use.day.isEmpty {
      try countTraffic(end.use.bytes, on: end.use.day, db)
    }
    return isPresent
  }
}

/// The columns of a file that sending changes.
private struct SentFile {
  let key: Int64
  let upload: Int64
  let byteCount: Int64
  /// How the file is cut; nil before the first session.
  let chunkSize: Int?
  let session: String?
  var acknowledged: ChunkBitmap
  var acknowledgedBytes: Int64
  /// Chunks that were ever put on the wire.
  var attempted: ChunkBitmap

  static func find(_ id: FileID, _ db: Database) throws -> SentFile? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT f.key, f.upload, f.byte_count, u.wire_chunk_size, s.remote_id, f.acknowledged,
          f.acknowledged_bytes, f.attempted
        FROM upload_files f JOIN uploads u ON u.key = f.upload
          LEFT JOIN sessions s ON s.upload = f.upload WHERE f.id = ?
        """)
    return try Row.fetchOne(statement, arguments: [id.rawValue]).map { row in
      SentFile(
        key: row[0], upload: row[1], byteCount: row[2], chunkSize: row[3], session: row[4],
        acknowledged: ChunkBitmap(data: row[5]), acknowledgedBytes: row[6],
        attempted: ChunkBitmap(data: row[7]))
    }
  }

  /// Bytes of a chunk; nil when the file has no such chunk.
  func length(of chunk: Int) -> Int64? {
    guard let chunkSize, chunk >= 0,
      chunk < ChunkBitmap.chunkCount(bytes: byteCount, chunkSize: chunkSize)
    else { return nil }
    return ChunkBitmap.byteCount(of: chunk, bytes: byteCount, chunkSize: chunkSize)
  }

  /// - Parameter sha256: of the file; one that is known already stays.
  func save(_ db: Database, sha256: String?) throws {
    try db.cachedStatement(
      sql: """
        UPDATE upload_files SET acknowledged = ?, acknowledged_bytes = ?, attempted = ?,
          sha256 = COALESCE(sha256, ?) WHERE key = ?
        """
    ).execute(arguments: [acknowledged.data, acknowledgedBytes, attempted.data, sha256, key])
  }
}

/// Gathers ends of attempts that arrive while a commit is under way (group commit).
actor AcknowledgementQueue {
  typealias Commit = @Sendable ([AttemptEnd]) async throws -> [Result<Bool, any Error>]
  private struct Waiting {
    var ends: [AttemptEnd]
    var continuation: CheckedContinuation<[Bool], any Error>
  }

  private var waiting: [Waiting] = []
  private var isCommitting = false

  /// - Returns: what the commit answers to each; its first error when it has one for any.
  func submit(_ ends: [AttemptEnd], commit: @escaping Commit) async throws -> [Bool] {
    try await withCheckedThrowingContinuation { continuation in
      waiting.append(Waiting(ends: ends, continuation: continuation))
      guard !isCommitting else { return }
      isCommitting = true
      Task { await self.drain(commit) }
    }
  }

  private func drain(_ commit: Commit) async {
    while !waiting.isEmpty {
      let batch = waiting
      waiting = []
      do {
        var answers = try await commit(batch.flatMap(\.ends))[...]
        for item in batch {
          let own = answers.prefix(item.ends.count)
          answers = answers.dropFirst(item.ends.count)
          item.continuation.resume(with: Result { try own.map { try $0.get() } })
        }
      } catch {
        for item in batch { item.continuation.resume(throwing: error) }
      }
    }
    isCommitting = false
  }
}
