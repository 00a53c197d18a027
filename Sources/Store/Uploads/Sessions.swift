public import Domain
public import Foundation
import GRDB

extension Store {
  /// Keeps the session that the gateway gave.
  /// - Parameter resumed: true when the gateway kept the chunks of the session before; otherwise,
  ///   or when the chunk size changed, no chunk counts as acknowledged any more.
  public func beginSession(
    _ id: UploadID, _ session: GatewaySession, resumed: Bool, at now: Date
  ) async throws {
    guard session.chunkSize > 0, !session.remoteID.isEmpty else {
      throw StoreError.invalid("The gateway gave a session without a name or a chunk size.")
    }
    try await write { db, touched in
      let key = try UploadKey.find(id, db).key
      let before = try Self.session(key, db)
      if !resumed || before?.chunkSize != session.chunkSize { try Self.clearChunks(key, db) }
      try Self.recutAttempts(key, chunkSize: session.chunkSize, db)
      try db.execute(
        sql: """
          INSERT INTO sessions VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
          \(excluded(["remote_id", "token", "chunk_size", "expires_at"]))
          """,
        arguments: [
          key, session.remoteID, session.uploadToken, session.chunkSize,
          session.expiresAt?.micros,
        ])
      try db.execute(
        sql: "INSERT OR REPLACE INTO upload_remotes VALUES (?, ?)",
        arguments: [session.remoteID, key])
      try db.execute(
        sql: "UPDATE uploads SET remote_id = ?, updated_at = ? WHERE key = ?",
        arguments: [session.remoteID, now.micros, key])
      if before?.remoteID != session.remoteID {
        try Self.logLine("Session opened at the gateway.", upload: key, at: now, db)
      }
      if try Self.fillStudies(ofReportsFor: session.remoteID, db) { touched.insert(.reports) }
      touched.insert(.uploads)
    }
  }

  /// Replaces the session's upload token.
  public func renewUploadToken(
    _ id: UploadID, token: String, expiresAt: Date?
  ) async throws {
    try await write { db, _ in
      try db.execute(
        sql: "UPDATE sessions SET token = ?, expires_at = ? WHERE upload = ?",
        arguments: [token, expiresAt?.micros, UploadKey.find(id, db).key])
    }
  }

  /// The gateway does not know the session any more: chunks and proofs that lived in it are
  /// forgotten and the upload is queued again.
  public func loseSession(
    _ id: UploadID, reason: String, nextAttemptAt: Date? = nil, at now: Date
  ) async throws {
    try await write { db, touched in
      try Self.transition(
        id, to: .queued, reason: reason, nextAttemptAt: nextAttemptAt, at: now, db)
      try Self.clearSession(UploadKey.find(id, db).key, db)
      touched.formUnion([.uploads, .queue])
    }
  }

  /// Sets what the gateway says it has of each file: files that are not named have nothing.
  /// Chunks beyond a file's end are left out.
  public func reconcile(
    _ id: UploadID, acknowledged: [FileID: ChunkBitmap], at now: Date
  ) async throws {
    try await write { db, touched in
      let key = try UploadKey.find(id, db).key
      guard let session = try Self.session(key, db) else {
        throw StoreError.invalid("Upload \(id) has no session; begin one first.")
      }
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT key, id, byte_count, acknowledged, attempted FROM upload_files WHERE upload = ?
          """, arguments: [key])
      for row in rows {
        let bytes: Int64 = row["byte_count"]
        let total = ChunkBitmap.chunkCount(bytes: bytes, chunkSize: session.chunkSize)
        let named = acknowledged[FileID(row["id"])] ?? ChunkBitmap()
        let bitmap = ChunkBitmap(named.chunks.filter { $0 < total })
        guard bitmap != ChunkBitmap(data: row["acknowledged"]) else { continue }
        let sent = bitmap.byteCount(bytes: bytes, chunkSize: session.chunkSize)
        var attempted = ChunkBitmap(data: row["attempted"])
        attempted.formUnion(bitmap)
        try db.execute(
          sql: """
            UPDATE upload_files SET acknowledged = ?, acknowledged_bytes = ?, attempted = ?
            WHERE key = ?
            """, arguments: [bitmap.data, sent, attempted.data, row["key"] as Int64])
      }
      touched.insert(.uploads)
    }
  }

  static func session(_ key: Int64, _ db: Database) throws -> GatewaySession? {
    let statement = try db.cachedStatement(sql: "SELECT * FROM sessions WHERE upload = ?")
    return try Row.fetchOne(statement, arguments: [key]).map { row in
      GatewaySession(
        remoteID: row["remote_id"], uploadToken: row["token"], chunkSize: row["chunk_size"],
        expiresAt: row.optionalDate("expires_at"))
    }
  }

  /// Forgets the session with its chunks and proofs. The state must not claim proofs any more.
  static func clearSession(_ key: Int64, _ db: Database) throws {
    try clearChunks(key, db)
    try db.execute(
      sql: """
        UPDATE upload_files SET custody = 0, state = 'waiting', reason = '',
          gateway_stored_at = NULL, pacs_answered_at = NULL, heard_at = NULL
        WHERE upload = ? AND (custody > 0 OR state <> 'waiting')
        """, arguments: [key])
    try db.execute(sql: "DELETE FROM sessions WHERE upload = ?", arguments: [key])
    try db.execute(
      sql: "UPDATE uploads SET stored_at = NULL WHERE key = ?", arguments: [key])
  }

  /// What was ever put on the wire, in the chunks of the new session.
  private static func recutAttempts(_ key: Int64, chunkSize: Int, _ db: Database) throws {
    let before = try Int.fetchOne(
      db, sql: "SELECT wire_chunk_size FROM uploads WHERE key = ?", arguments: [key])
    guard before != chunkSize else { return }
    try db.execute(
      sql: "UPDATE uploads SET wire_chunk_size = ? WHERE key = ?", arguments: [chunkSize, key])
    guard let before else { return }
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT key, byte_count, attempted FROM upload_files WHERE upload = ? AND attempted <> x''
        """, arguments: [key])
    for row in rows {
      let attempted = ChunkBitmap(data: row["attempted"])
        .recut(bytes: row["byte_count"], from: before, to: chunkSize)
      try db.execute(
        sql: "UPDATE upload_files SET attempted = ? WHERE key = ?",
        arguments: [attempted.data, row["key"] as Int64])
    }
  }

  private static func clearChunks(_ key: Int64, _ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE upload_files SET acknowledged = x'', acknowledged_bytes = 0
        WHERE upload = ? AND acknowledged <> x''
        """, arguments: [key])
  }
}
