public import Domain
public import Foundation
import GRDB

extension Store {
  /// One upload without its files.
  public func upload(_ id: UploadID) async throws -> Upload? {
    try await read { try Self.upload($0, "id = ?", [id.rawValue]) }
  }

  /// The upload that a gateway knows by this name, also one of an earlier session.
  public func upload(remoteID: String) async throws -> Upload? {
    try await read { db in
      try Self.upload(
        db, "key = (SELECT upload FROM upload_remotes WHERE remote_id = ?)", [remoteID])
    }
  }

  /// Everything that sending needs of an upload; nil when it does not exist.
  public func work(_ id: UploadID) async throws -> UploadWork? {
    try await read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT \(Upload.columnList), key, force_reason FROM uploads WHERE id = ?",
          arguments: [id.rawValue])
      else { return nil }
      let key: Int64 = row["key"]
      let files = try Row.fetchAll(
        db, sql: "SELECT \(UploadFile.columnList) FROM upload_files WHERE upload = ? ORDER BY key",
        arguments: [key]
      ).map { row in
        FileProgress(
          file: try UploadFile(row: row, uploadID: id),
          acknowledged: ChunkBitmap(data: row["acknowledged"]),
          acknowledgedBytes: row["acknowledged_bytes"])
      }
      return UploadWork(
        upload: try Upload(row: row), session: try Self.session(key, db), files: files,
        forceReason: row["force_reason"])
    }
  }

  /// The session of an upload; nil when it has none.
  public func session(_ id: UploadID) async throws -> GatewaySession? {
    try await read { try Self.session(UploadKey.find(id, $0).key, $0) }
  }

  /// Uploads that are to be sent now (`queued` or `sending`, due, to this gateway), in sending
  /// order: service level, then the order in which they were handed over.
  public func due(gateway: String, now: Date, limit: Int = 20) async throws -> [Upload] {
    try await uploads(in: [.queued, .sending], gateway: gateway, dueBy: now, limit: limit)
  }

  /// Uploads that the gateway has and whose proof is awaited (`stored`, due), in sending order.
  public func awaitingProof(gateway: String, now: Date, limit: Int = 100) async throws -> [Upload] {
    try await uploads(in: [.stored], gateway: gateway, dueBy: now, limit: limit)
  }

  /// The earliest time at which an upload that now waits is due; nil when none waits.
  public func nextAttempt(gateway: String, after now: Date) async throws -> Date? {
    try await read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT min(next_attempt_at) FROM uploads
          WHERE state IN ('queued', 'sending', 'stored') AND gateway = ? AND next_attempt_at > ?
          """, arguments: [gateway, now.micros]
      ).map { Date(micros: $0) }
    }
  }

  /// Puts uploads back into the queue whose sending process died. Call it after taking the lease.
  /// - Returns: how many there were.
  @discardableResult
  public func requeueInterrupted(at now: Date) async throws -> Int {
    try await write { db, touched in
      let ids = try String.fetchAll(db, sql: "SELECT id FROM uploads WHERE state = 'sending'")
      for id in ids {
        try Self.transition(
          UploadID(id), to: .queued, reason: "Sending was interrupted; it goes on where it was.",
          nextAttemptAt: nil, at: now, db)
      }
      if !ids.isEmpty { touched.insert(.uploads) }
      return ids.count
    }
  }

  private func uploads(
    in states: [UploadState], gateway: String, dueBy now: Date, limit: Int
  ) async throws -> [Upload] {
    try await read { db in
      let names = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      return try Row.fetchAll(
        db,
        sql: """
          SELECT \(Upload.columnList) FROM uploads
          WHERE state IN (\(names)) AND gateway = ?
            AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
          ORDER BY list_order, key LIMIT ?
          """, arguments: [gateway, now.micros, limit]
      ).map { try Upload(row: $0) }
    }
  }

  static func upload(
    _ db: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> Upload? {
    try Row.fetchOne(
      db, sql: "SELECT \(Upload.columnList) FROM uploads WHERE \(condition)", arguments: arguments
    ).map { try Upload(row: $0) }
  }
}
