import Domain
import Foundation
import GRDB
import Testing

@testable import Gateway
@testable import GatewayEmbedded

/// The log of a gateway, and what somebody with the file can do to it.
@Suite struct AuditChainTests {
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// A catalogue with rows in its log.
  private final class Log {
    let folder: DataDirectory
    let catalogue: SQLiteCatalogue

    init(rows: Int, at now: Date) async throws {
      folder = DataDirectory(
        FileManager.default.temporaryDirectory
          .appendingPathComponent("radrelay-audit-\(UUID().uuidString)"))
      try folder.create()
      catalogue = try SQLiteCatalogue(file: folder.database, bus: InProcessEventBus())
      for number in 0..<rows {
        try await catalogue.append([
          AuditEvent(
            at: now.addingTimeInterval(Double(number)), actor: "anna", address: "192.0.2.1",
            .readReport, entity: "report", "r\(number)")
        ])
      }
    }

    deinit { try? FileManager.default.removeItem(at: folder.root) }

    /// What an intruder does with the database.
    func tamper(_ sql: String...) async throws {
      try await catalogue.pool.write { database in
        for name in ["audit_keep", "audit_stay", "audit_follow"] {
          try database.execute(sql: "DROP TRIGGER \(name)")
        }
        for statement in sql { try database.execute(sql: statement) }
      }
    }

    var headFile: AuditHeadFile { AuditHeadFile(besides: folder.database) }

    func verify(expected: AuditHead? = nil) throws -> AuditFile.Report {
      try AuditFile(folder.database).verify(expected: expected)
    }
  }

  @Test func aWholeLogIsSound() async throws {
    let log = try await Log(rows: 5, at: now)
    let report = try log.verify()
    #expect(report.finding == nil && report.rows == 5 && report.unnoted == 0)
    #expect(log.headFile.read() == report.head)
    #expect(try log.verify(expected: report.head).finding == nil)
    #expect(AuditHead(report.head.description) == report.head)
    let empty = try await Log(rows: 0, at: now).verify()
    #expect(empty.finding == nil && empty.rows == 0 && empty.head == .empty)
  }

  /// Fields cannot flow into one another, and every field counts.
  @Test func theHashCoversEveryField() {
    let event = AuditEvent(
      at: now, actor: "ab", address: "c", .login, entity: "d", "e", result: .ok)
    let row = AuditRow(event, after: .empty)
    let changes: [(inout AuditRow) -> Void] = [
      { $0.number = 2 }, { $0.at += 1 }, { $0.actor = "a" }, { $0.address = "" },
      { $0.action = "logout" }, { $0.entity = "" }, { $0.entityID = "f" },
      { $0.result = "failed" }, { $0.previous = String(repeating: "1", count: 64) },
      {
        $0.actor = "a"
        $0.address = "bc"
      },
    ]
    for (index, change) in changes.enumerated() {
      var other = row
      change(&other)
      #expect(AuditChain.hash(of: other) != row.hash, "\(index)")
    }
    // Known for good: a change of the encoding would break every log there is.
    let fixed = AuditRow(
      number: 1, at: 1_800_000_000_000_000, actor: "anna", address: "192.0.2.1", action: "login",
      entity: "account", entityID: "x", result: "ok", previous: AuditChain.beginning, hash: "")
    #expect(
      AuditChain.hash(of: fixed)
        == "d504660c14ce4da4b1dee36cf58557fc8164a341fb5c489ec6115181964f6770")
  }

  @Test func theDatabaseRefusesChanges() async throws {
    let log = try await Log(rows: 2, at: now)
    let rows = try await log.catalogue.auditRows(AuditQuery())
    for sql in [
      "UPDATE audit SET actor = 'eve' WHERE number = 1", "DELETE FROM audit WHERE number = 2",
      "DELETE FROM audit",
      """
      INSERT OR REPLACE INTO audit SELECT number, at, 'eve', address, action, entity, entity_id,
        result, previous, hash FROM audit WHERE number = 1
      """,
      """
      INSERT INTO audit SELECT 9, at, actor, address, action, entity, entity_id, result, previous,
        hash FROM audit WHERE number = 1
      """,
    ] {
      await #expect(throws: DatabaseError.self, "\(sql)") {
        try await log.catalogue.pool.write { try $0.execute(sql: sql) }
      }
    }
    #expect(try await log.catalogue.auditRows(AuditQuery()) == rows)
  }

  @Test func changesAreFound() async throws {
    for (column, value) in [
      ("actor", "'eve'"), ("at", "at + 1"), ("address", "''"), ("action", "'logout'"),
      ("entity", "'x'"), ("entity_id", "'x'"), ("result", "'failed'"),
      ("hash", "'\(String(repeating: "a", count: 64))'"),
      ("previous", "'\(String(repeating: "a", count: 64))'"),
    ] {
      let log = try await Log(rows: 5, at: now)
      try await log.tamper("UPDATE audit SET \(column) = \(value) WHERE number = 3")
      let report = try log.verify()
      #expect(report.finding == .changed(3), "\(column)")
      #expect(report.rows == 2)
    }
  }

  @Test func rowsTakenOutOrExchangedAreFound() async throws {
    let deleted = try await Log(rows: 5, at: now)
    try await deleted.tamper("DELETE FROM audit WHERE number = 3")
    #expect(try deleted.verify().finding == .gap(expected: 3, found: 4))

    let first = try await Log(rows: 5, at: now)
    try await first.tamper("DELETE FROM audit WHERE number = 1")
    #expect(try first.verify().finding == .gap(expected: 1, found: 2))

    let closed = try await Log(rows: 5, at: now)
    try await closed.tamper(
      "DELETE FROM audit WHERE number = 3", "UPDATE audit SET number = 3 WHERE number = 4",
      "UPDATE audit SET number = 4 WHERE number = 5")
    #expect(try closed.verify().finding == .changed(3))

    let swapped = try await Log(rows: 5, at: now)
    try await swapped.tamper(
      "UPDATE audit SET number = 99 WHERE number = 2",
      "UPDATE audit SET number = 2 WHERE number = 3",
      "UPDATE audit SET number = 3 WHERE number = 99")
    #expect(try swapped.verify().finding == .changed(2))
  }

  @Test func aRowMadeAnewBreaksTheNext() async throws {
    let log = try await Log(rows: 5, at: now)
    var row = try await log.catalogue.auditRows(AuditQuery())[2]
    row.actor = "eve"
    try await log.tamper(
      "UPDATE audit SET actor = 'eve', hash = '\(AuditChain.hash(of: row))' WHERE number = 3")
    #expect(try log.verify().finding == .unlinked(4))
  }

  @Test func truncationIsFoundByTheHead() async throws {
    let log = try await Log(rows: 5, at: now)
    let head = try log.verify().head
    try await log.tamper("DELETE FROM audit WHERE number >= 4")
    #expect(try log.verify().finding == .truncated(first: 4, last: 5))

    // With the head forged it is not seen, but for a head that was noted elsewhere.
    let kept = try #require(try await log.catalogue.auditRows(AuditQuery()).last?.head)
    log.headFile.write(kept)
    #expect(try log.verify().finding == nil)
    #expect(try log.verify(expected: head).finding == .truncated(first: 4, last: 5))

    let emptied = try await Log(rows: 3, at: now)
    try await emptied.tamper("DELETE FROM audit")
    #expect(try emptied.verify().finding == .truncated(first: 1, last: 3))

    let headless = try await Log(rows: 3, at: now)
    try FileManager.default.removeItem(at: headless.headFile.url)
    #expect(try headless.verify().finding == .headMissing)
  }

  /// The whole chain made anew from a changed row on is sound in itself; the head is not its head.
  @Test func aLogWrittenAnewIsFoundByTheHead() async throws {
    let log = try await Log(rows: 4, at: now)
    let rows = try await log.catalogue.auditRows(AuditQuery())
    try await log.tamper("DELETE FROM audit")
    for row in rows {
      try await log.catalogue.pool.write { database in
        var changes = Changes()
        try changes.append(
          AuditEvent(
            at: now, actor: "eve", .readReport, entity: row.entity, row.entityID), in: database)
      }
    }
    #expect(try log.verify().finding == .rewritten(4))
  }

  /// Rows of changes that fail leave no gap, and none of many at once is lost.
  @Test func rowsComeAndGoWithTheirChange() async throws {
    let log = try await Log(rows: 1, at: now)
    let catalogue = log.catalogue
    let event = AuditEvent(at: now, actor: "anna", .login, entity: "account", "a")
    struct Broken: Error {}
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<60 {
        group.addTask {
          try? await catalogue.write { database, changes in
            try changes.append(event, in: database)
            if number % 3 == 0 { throw Broken() }
          }
        }
      }
    }
    let report = try log.verify()
    #expect(report.finding == nil && report.rows == 41)
  }

  @Test func rowsAreFiltered() async throws {
    let log = try await Log(rows: 3, at: now)
    try await log.catalogue.append([
      AuditEvent(
        at: now.addingTimeInterval(60), actor: "bert", .forceUpload, entity: "upload", "u"),
      AuditEvent(at: now.addingTimeInterval(61), actor: "bert", .login, entity: "account", "b"),
    ])
    func numbers(_ query: AuditQuery) async throws -> [Int64] {
      let rows = try await log.catalogue.auditRows(query)
      #expect(try AuditFile(log.folder.database).rows(query) == rows)
      return rows.map(\.number)
    }
    #expect(try await numbers(AuditQuery()) == [1, 2, 3, 4, 5])
    #expect(try await numbers(AuditQuery(after: 3)) == [4, 5])
    #expect(try await numbers(AuditQuery(limit: 2)) == [1, 2])
    #expect(try await numbers(AuditQuery(since: now.addingTimeInterval(2))) == [3, 4, 5])
    #expect(try await numbers(AuditQuery(actor: "bert")) == [4, 5])
    #expect(try await numbers(AuditQuery(action: "upload")) == [4])
    #expect(try await numbers(AuditQuery(action: "upload.forced")) == [4])
    #expect(try await numbers(AuditQuery(action: "up")) == [])
  }
}
