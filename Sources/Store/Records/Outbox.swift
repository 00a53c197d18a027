public import Domain
public import Foundation
import GRDB

extension Store {
  /// Marks a notification read here and puts the change into the outbox, in one transaction.
  public func markNotificationRead(_ id: NotificationID, at now: Date) async throws {
    try await write { db, touched in
      try db.execute(
        sql: "UPDATE notifications SET read_at = ? WHERE id = ? AND read_at IS NULL",
        arguments: [now.micros, id.rawValue])
      guard db.changesCount > 0 else { return }
      try Self.addToOutbox(
        Mutation(id: .make(at: now), change: .markNotificationRead(id), createdAt: now), db)
      touched.formUnion([.notifications, .outbox])
    }
  }

  /// Marks all notifications read that exist now.
  public func markAllNotificationsRead(at now: Date) async throws {
    try await write { db, touched in
      try db.execute(
        sql: "UPDATE notifications SET read_at = ? WHERE read_at IS NULL", arguments: [now.micros])
      guard db.changesCount > 0 else { return }
      try Self.addToOutbox(
        Mutation(
          id: .make(at: now), change: .markAllNotificationsRead(before: now), createdAt: now), db)
      touched.formUnion([.notifications, .outbox])
    }
  }

  /// Adds a change for the gateway; one with the same id is not added twice.
  public func addToOutbox(_ mutation: Mutation) async throws {
    try await write { db, touched in
      try Self.addToOutbox(mutation, db)
      touched.insert(.outbox)
    }
  }

  static func addToOutbox(_ mutation: Mutation, _ db: Database) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let change = String(decoding: try encoder.encode(mutation.change), as: UTF8.self)
    try db.execute(
      sql: """
        INSERT INTO outbox (id, change, created_at, attempts, next_attempt_at, last_error)
        VALUES (\(placeholders(6))) ON CONFLICT DO NOTHING
        """,
      arguments: [
        mutation.id.rawValue, change, mutation.createdAt.micros, mutation.attempts,
        mutation.nextAttemptAt?.micros, mutation.lastError,
      ])
  }

  /// The changes that wait, in the order in which they were made.
  public func outbox(limit: Int = 100) async throws -> [Mutation] {
    try await read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM outbox ORDER BY key LIMIT ?", arguments: [limit])
        .map { row in
          Mutation(
            id: MutationID(row["id"]),
            change: try JSONDecoder().decode(
              Mutation.Change.self, from: Data((row["change"] as String).utf8)),
            createdAt: row.date("created_at"), attempts: row["attempts"],
            nextAttemptAt: row.optionalDate("next_attempt_at"), lastError: row["last_error"])
        }
    }
  }

  /// The gateway has answered for the change; it leaves the outbox.
  public func outboxDone(_ id: MutationID) async throws {
    try await write { db, touched in
      try db.execute(sql: "DELETE FROM outbox WHERE id = ?", arguments: [id.rawValue])
      if db.changesCount > 0 { touched.insert(.outbox) }
    }
  }

  /// The change could not be told; it stays.
  public func outboxFailed(_ id: MutationID, error: String, nextAttemptAt: Date?) async throws {
    try await write { db, touched in
      try db.execute(
        sql: """
          UPDATE outbox SET attempts = attempts + 1, last_error = ?, next_attempt_at = ?
          WHERE id = ?
          """, arguments: [error, nextAttemptAt?.micros, id.rawValue])
      if db.changesCount > 0 { touched.insert(.outbox) }
    }
  }
}
