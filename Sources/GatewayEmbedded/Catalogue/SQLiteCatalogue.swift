import Domain
public import Foundation
import GRDB
public import Gateway

/// All rows of an embedded gateway, in one SQLite file. Every commit is on the disk when it
/// returns (WAL, synchronous=FULL): commits gate acknowledgements.
public struct SQLiteCatalogue: Sendable {
  let pool: DatabasePool
  private let commits: GroupCommit

  /// Opens the file, made when missing, and brings the schema up to date.
  public init(file: URL, bus: any EventBus) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.foreignKeysEnabled = true
    if !FileManager.default.fileExists(atPath: file.path) {
      // The mode is kept by SQLite, which gives it to the files beside it too.
      try Disk.makeEmptyFile(file)
    }
    pool = try DatabasePool.durable(file, configuration)
    commits = GroupCommit(pool, bus: bus, auditHead: AuditHeadFile(besides: file))
    try Schema.migrate(pool)
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws
    -> Value
  {
    try await pool.read(body)
  }

  /// One change, all or nothing, on the disk when this returns; the hints of what it records go
  /// out after that.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database, inout Changes) throws -> Value
  ) async throws -> Value {
    do {
      return try await commits.write(body)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
      throw StorageError.full
    }
  }
}

/// Gives revisions inside the writing transaction. There is one writer, so they are in order of
/// commit.
struct Changes {
  enum Kind: String {
    case report, notification, upload, template
    case teachingCase = "case"
  }
  private(set) var hints: [ChangeHint] = []
  /// The last row of the audit log, when this change added one.
  var auditHead: AuditHead?

  mutating func record(
    _ kind: Kind, _ id: String, owner: UserID, facility: FacilityID, in database: Database
  ) throws {
    try database.execute(
      sql: "DELETE FROM change WHERE kind = ? AND entity_id = ?", arguments: [kind.rawValue, id])
    try database.execute(
      sql: "INSERT INTO change (kind, entity_id, owner_id, facility_id) VALUES (?, ?, ?, ?)",
      arguments: [kind.rawValue, id, owner.rawValue, facility.rawValue])
    hints.append(
      ChangeHint(
        revision: database.lastInsertedRowID, owner: owner, facility: facility,
        isPrivate: kind == .notification))
  }
}

extension SQLiteCatalogue: CatalogueHealth {
  public func ping() async throws {
    _ = try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM facility") }
  }

  public func integrityProblems() async throws -> [String] {
    let lines = try await read { try String.fetchAll($0, sql: "PRAGMA integrity_check(20)") }
    return lines == ["ok"] ? [] : lines
  }
}

/// Statements of the paths that run for every chunk: compiled once for each connection, since
/// compiling costs more than running.
extension Database {
  func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
    try Row.fetchOne(try cachedStatement(sql: sql), arguments: arguments)
  }

  /// Many rows, each read in its place: a copy of a row looks for a column among all of them.
  func rows<Value>(
    _ sql: String, _ arguments: StatementArguments, _ make: (Row) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    let cursor = try Row.fetchCursor(try cachedStatement(sql: sql), arguments: arguments)
    while let row = try cursor.next() { values.append(try make(row)) }
    return values
  }

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}

/// Moments as they stand in rows.
extension Date {
  /// Microseconds since 1970.
  var stamp: Int64 { Int64((timeIntervalSince1970 * 1_000_000).rounded()) }

  init(stamp: Int64) { self.init(timeIntervalSince1970: Double(stamp) / 1_000_000) }
}

extension Row {
  func date(_ column: String) -> Date? {
    (self[column] as Int64?).map { Date(stamp: $0) }
  }
}
