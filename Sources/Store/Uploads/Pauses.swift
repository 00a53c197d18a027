import Domain
public import Foundation
import GRDB

extension Store {
  /// Ends the pauses whose time has come. After the clock was set back, those that were given as a
  /// duration are counted anew from now, and those until a time of day end at that time today or
  /// tomorrow: none lasts for as long as the clock was wrong.
  /// - Returns: how many ended.
  @discardableResult
  public func endPauses(at now: Date) async throws -> Int {
    let hasAny = try await read { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM uploads WHERE state = 'paused' AND next_attempt_at IS NOT NULL)
          """) ?? false
    }
    guard hasAny else { return 0 }
    return try await write { db, touched in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT key, id, next_attempt_at, pause_seconds, paused_at FROM uploads
          WHERE state = 'paused' AND next_attempt_at IS NOT NULL
          """)
      var ended = 0
      for row in rows {
        let end = row.date("next_attempt_at")
        let term = PauseTerm(end: end, duration: row["pause_seconds"])
        let due = term.end(now: now, began: row.optionalDate("paused_at") ?? end)
        if due <= now {
          try Self.transition(
            UploadID(row["id"]), to: .queued, reason: "", nextAttemptAt: nil, at: now, db)
          try Self.setPause(nil, of: row["key"], at: now, db)
          ended += 1
        } else if due != end {
          try db.execute(
            sql: "UPDATE uploads SET next_attempt_at = ?, paused_at = ? WHERE key = ?",
            arguments: [due.micros, now.micros, row["key"] as Int64])
          touched.formUnion([.uploads, .queue])
        }
      }
      if ended > 0 { touched.formUnion([.uploads, .queue]) }
      return ended
    }
  }

  /// What waits for a time that no attempt is ever put off to waits since the clock was set back:
  /// it is due now.
  /// - Parameter latest: the latest time that an attempt can have been put off to.
  /// - Returns: how many there were.
  @discardableResult
  public func endWaits(beyond latest: Date) async throws -> Int {
    let condition = "state IN ('queued', 'sending', 'stored') AND next_attempt_at > ?"
    let hasAny = try await read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM uploads WHERE \(condition))",
        arguments: [latest.micros]) ?? false
    }
    guard hasAny else { return 0 }
    return try await write { db, touched in
      try db.execute(
        sql: "UPDATE uploads SET next_attempt_at = NULL WHERE \(condition)",
        arguments: [latest.micros])
      touched.formUnion([.uploads, .queue])
      return db.changesCount
    }
  }

  static func setPause(_ term: PauseTerm?, of key: Int64, at now: Date, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE uploads SET pause_seconds = ?, paused_at = ? WHERE key = ?",
      arguments: [term?.duration, term == nil ? nil : now.micros, key])
  }
}
