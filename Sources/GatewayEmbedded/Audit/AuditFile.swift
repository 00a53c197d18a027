public import Foundation
import GRDB
public import Gateway

/// The audit log of a data directory, opened for reading only, beside a gateway that serves.
public struct AuditFile: Sendable {
  private let queue: DatabaseQueue
  private let headFile: AuditHeadFile

  /// What a check of the whole log showed.
  public struct Report: Sendable, Equatable {
    /// Rows that were found in order, from the first.
    public var rows: Int64
    /// The head of those rows.
    public var head: AuditHead
    /// The first thing that is wrong.
    public var finding: AuditCheck.Finding?
    /// Rows after the head that the file beside the database notes: nothing proves that none of
    /// these was cut off.
    public var unnoted: Int64
  }

  /// - Parameter file: the catalogue's database.
  public init(_ file: URL) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    queue = try DatabaseQueue(path: file.path, configuration: configuration)
    headFile = AuditHeadFile(besides: file)
    guard try queue.read({ try $0.tableExists("audit") }) else { throw Missing() }
  }

  /// The database has no audit log.
  public struct Missing: Error {}

  public func rows(_ query: AuditQuery) throws -> [AuditRow] {
    try queue.read { try AuditRow.fetch(query, $0) }
  }

  /// Checks every row, and the noted heads.
  /// - Parameter expected: a head that was noted elsewhere.
  public func verify(expected: AuditHead? = nil) throws -> Report {
    // The file first: what is committed after that is no concern of its.
    let noted = headFile.read()
    return try queue.read { database in
      var check = AuditCheck(noted: [noted, expected].compactMap { $0 })
      let cursor = try Row.fetchCursor(database, sql: "SELECT * FROM audit ORDER BY number")
      var finding: AuditCheck.Finding?
      while finding == nil, let row = try cursor.next() { finding = check.take(AuditRow(row)) }
      finding = finding ?? check.finish()
      if finding == nil, noted == nil, check.head.number > 0 { finding = .headMissing }
      return Report(
        rows: check.head.number, head: check.head, finding: finding,
        unnoted: max(0, check.head.number - (noted?.number ?? 0)))
    }
  }
}
