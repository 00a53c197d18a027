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
          db,
          sql: """
            SELECT \(Upload.columnList), key, force_reason, overridden FROM uploads WHERE id = ?
            """, arguments: [id.rawValue])
      else { return nil }
      let key: Int64 = row["key"]
      let statement = try db.cachedStatement(
        sql: "SELECT \(UploadFile.columnList) FROM upload_files WHERE upload = ? ORDER BY key")
      // Each row is read in its place: a copy of one looks for a column among all of them.
      let files = try Array(
        Row.fetchCursor(statement, arguments: [key]).map { row in
          FileProgress(
            file: try UploadFile(row: row, uploadID: id),
            acknowledged: ChunkBitmap(data: row["acknowledged"]),
            acknowledgedBytes: row["acknowledged_bytes"])
        })
      return UploadWork(
        upload: try Upload(row: row), session: try Self.session(key, db), files: files,
        forceReason: row["force_reason"], overridden: Self.overridden(row["overridden"]),
        reasons: try Self.reasons(key, db))
    }
  }

  /// The session of an upload; nil when it has none.
  public func session(_ id: UploadID) async throws -> GatewaySession? {
    try await read { try Self.session(UploadKey.find(id, $0).key, $0) }
  }

  /// Uploads that are to be sent now under a login (`queued` or `sending`, due, its own), in
  /// sending order: service level, then the order in which they were handed over.
  public func due(for login: UploadOwner, now: Date, limit: Int = 20) async throws -> [Upload] {
    try await uploads([.queued, .sending], UploadOwner.owns, login, dueBy: now, limit: limit)
  }

  /// Uploads that the gateway has and whose proof is awaited (`stored`, due), in sending order.
  /// - Parameter seesFacility: also those of others of the login's facility: the gateway shows them
  ///   to its role, and nothing goes out under a wrong name by asking.
  public func awaitingProof(
    for login: UploadOwner, seesFacility: Bool = false, now: Date, limit: Int = 100
  ) async throws -> [Upload] {
    let condition = seesFacility ? UploadOwner.sees : UploadOwner.owns
    return try await uploads([.stored], condition, login, dueBy: now, limit: limit)
  }

  /// The earliest time at which an upload that now waits is due under a login; nil when none waits.
  public func nextAttempt(
    for login: UploadOwner, seesFacility: Bool = false, after now: Date
  ) async throws -> Date? {
    try await read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT min(next_attempt_at) FROM uploads
          WHERE ((state IN ('queued', 'sending') AND \(UploadOwner.owns)) OR state = 'paused'
              OR (state = 'stored' AND \(seesFacility ? UploadOwner.sees : UploadOwner.owns)))
            AND next_attempt_at > :now
          """, arguments: login.arguments + ["now": now.micros]
      ).map { Date(micros: $0) }
    }
  }

  /// What waits for exactly this time is due now: the reason to wait is gone.
  public func endWaits(until time: Date) async throws {
    try await write { db, touched in
      try db.execute(
        sql: "UPDATE uploads SET next_attempt_at = NULL, reason = '' WHERE next_attempt_at = ?",
        arguments: [time.micros])
      touched.formUnion([.uploads, .queue])
    }
  }

  /// Puts uploads back into the queue whose sending process died, and counts what it had on the
  /// wire. Call it after taking the lease, before anything is sent.
  /// - Returns: how many there were.
  @discardableResult
  public func requeueInterrupted(at now: Date) async throws -> Int {
    let notes = slots.notes()
    return try await write { db, touched in
      try Self.countInterrupted(notes, db)
      let ids = try String.fetchAll(db, sql: "SELECT id FROM uploads WHERE state = 'sending'")
      for id in ids {
        try Self.transition(
          UploadID(id), to: .queued, reason: "Sending was interrupted; it goes on where it was.",
          nextAttemptAt: nil, at: now, db)
      }
      if !ids.isEmpty { touched.formUnion([.uploads, .queue]) }
      return ids.count
    }
  }

  private func uploads(
    _ states: [UploadState], _ condition: String, _ login: UploadOwner, dueBy now: Date,
    limit: Int
  ) async throws -> [Upload] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Upload.columnList) FROM uploads
          WHERE state IN (\(states.sql)) AND \(condition)
            AND (next_attempt_at IS NULL OR next_attempt_at <= :now)
          ORDER BY list_order, key LIMIT :limit
          """, arguments: login.arguments + ["now": now.micros, "limit": limit]
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
