public import Domain
import Foundation
import GRDB

/// A chunk that the gateway acknowledged.
struct Acknowledgement: Sendable {
  var file: FileID
  var chunk: Int
  var remoteID: String
}

extension Store {
  /// Keeps that the gateway has a chunk; on the disk when the call returns.
  ///
  /// Calls that come while a commit is under way share the next one, so that many parallel chunks
  /// cost few disk flushes. A chunk that is acknowledged again, or after its session was lost,
  /// counts in ``Domain/Upload/resentBytes``.
  /// - Parameters:
  ///   - remoteID: the session that the chunk was sent in. When it is not the present one any
  ///     more, the acknowledgement says nothing about it and is left out.
  /// - Returns: false when it was left out.
  @discardableResult
  public func acknowledge(_ file: FileID, chunk: Int, session remoteID: String) async throws -> Bool
  {
    let entry = Acknowledgement(file: file, chunk: chunk, remoteID: remoteID)
    return try await acknowledgements.submit(entry) { batch in
      try await self.write { db, touched in
        var answers: [Result<Bool, any Error>] = []
        for entry in batch {
          do { answers.append(.success(try Self.apply(entry, db))) } catch let error as StoreError {
            answers.append(.failure(error))
          }
        }
        touched.insert(.uploads)
        return answers
      }
    }
  }

  private static func apply(_ entry: Acknowledgement, _ db: Database) throws -> Bool {
    let find = try db.cachedStatement(
      sql: """
        SELECT f.key, f.upload, f.byte_count, f.acknowledged, f.acknowledged_bytes,
          f.highest_bytes, s.remote_id, s.chunk_size
        FROM upload_files f LEFT JOIN sessions s ON s.upload = f.upload WHERE f.id = ?
        """)
    guard let row = try Row.fetchOne(find, arguments: [entry.file.rawValue]) else {
      throw StoreError.unknownFile(entry.file)
    }
    guard row["remote_id"] as String? == entry.remoteID,
      let chunkSize = row["chunk_size"] as Int?
    else { return false }
    let bytes: Int64 = row["byte_count"]
    guard entry.chunk >= 0,
      entry.chunk < ChunkBitmap.chunkCount(bytes: bytes, chunkSize: chunkSize)
    else { throw StoreError.invalid("Chunk \(entry.chunk) lies outside of file \(entry.file).") }
    let length = ChunkBitmap.byteCount(of: entry.chunk, bytes: bytes, chunkSize: chunkSize)
    var bitmap = ChunkBitmap(data: row["acknowledged"])
    var sent: Int64 = row["acknowledged_bytes"]
    let highest: Int64 = row["highest_bytes"]
    var again: Int64 = 0
    if bitmap.insert(entry.chunk) {
      sent += length
      again = max(0, min(length, highest - (sent - length)))
    } else {
      again = length
    }
    let update = try db.cachedStatement(
      sql: """
        UPDATE upload_files SET acknowledged = ?, acknowledged_bytes = ?, highest_bytes = ?
        WHERE key = ?
        """)
    try update.execute(arguments: [bitmap.data, sent, max(highest, sent), row["key"] as Int64])
    if again > 0 {
      try db.execute(
        sql: "UPDATE uploads SET resent_bytes = resent_bytes + ? WHERE key = ?",
        arguments: [again, row["upload"] as Int64])
    }
    return true
  }
}

/// Gathers acknowledgements that arrive while a commit is under way (group commit).
actor AcknowledgementQueue {
  typealias Commit = @Sendable ([Acknowledgement]) async throws -> [Result<Bool, any Error>]
  private struct Waiting {
    var entry: Acknowledgement
    var continuation: CheckedContinuation<Bool, any Error>
  }

  private var waiting: [Waiting] = []
  private var isCommitting = false

  func submit(_ entry: Acknowledgement, commit: @escaping Commit) async throws -> Bool {
    try await withCheckedThrowingContinuation { continuation in
      waiting.append(Waiting(entry: entry, continuation: continuation))
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
        let answers = try await commit(batch.map(\.entry))
        for (item, answer) in zip(batch, answers) { item.continuation.resume(with: answer) }
        for item in batch.dropFirst(answers.count) { item.continuation.resume(returning: false) }
      } catch {
        for item in batch { item.continuation.resume(throwing: error) }
      }
    }
    isCommitting = false
  }
}
