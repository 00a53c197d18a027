import Domain
import Foundation
import GRDB

/// What an attempt to send a chunk put on the wire.
public struct WireUse: Sendable, Equatable {
  /// Bytes that went out, and the day that they count for; see ``Domain/ByteBudget``. Empty: they
  /// are not counted.
  public var bytes: Int64
  public var day: String
  /// Bytes that went out for another time. Nil: the whole chunk, when it was on the wire before.
  public var again: Int64?

  public init(bytes: Int64 = 0, day: String = "", again: Int64? = nil) {
    self.bytes = bytes
    self.day = day
    self.again = again
  }
}

extension Store {
  /// Bytes of chunks that went out in the days whose names begin so; see
  /// ``Domain/ByteBudget/prefix(at:calendar:)``.
  public func traffic(ofDays prefix: String) async throws -> Int64 {
    try await read { db in
      try Int64.fetchOne(
        db, sql: "SELECT COALESCE(sum(bytes), 0) FROM traffic WHERE substr(day, 1, ?) = ?",
        arguments: [prefix.count, prefix]) ?? 0
    }
  }

  static func countTraffic(_ bytes: Int64, on day: String, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO traffic VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes
        """
    ).execute(arguments: [day, bytes])
  }

  /// Says in what is queued that it waits for the next period of the byte budget; nil takes that
  /// back.
  public func markBudget(_ words: String?) async throws {
    let (value, condition) =
      words.map { ($0, "reason <> ? AND (reason = '' OR reason GLOB ?)") }
      ?? ("", "reason <> ? AND reason GLOB ?")
    let arguments: StatementArguments = [value, Self.budgetWords + "*"]
    let rows = "state = 'queued' AND next_attempt_at IS NULL AND \(condition)"
    let hasAny = try await read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM uploads WHERE \(rows))", arguments: arguments)
        ?? false
    }
    guard hasAny else { return }
    try await write { db, touched in
      try db.execute(
        sql: "UPDATE uploads SET reason = ? WHERE \(rows)", arguments: [value] + arguments)
      touched.formUnion([.uploads])
    }
  }

  /// What the words of ``markBudget(_:)`` begin with.
  public static let budgetWords = "The byte budget"
}
