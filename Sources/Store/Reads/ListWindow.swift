import Domain
import GRDB

/// A sorted selection of rows of one table: gives the keys of any window of it quickly.
struct ListWindow {
  let table: String
  /// For example `list_order, key`: columns of an index.
  let order: [Column]
  /// SQL conditions with their arguments.
  var conditions: [String] = []
  var arguments: StatementArguments = []
  /// A column and several values of it: each value's rows come sorted out of an index that begins
  /// with the column, and are merged.
  var merged: (column: String, values: [String])?

  struct Column {
    var name: String
    var descending = false
    var sql: String { descending ? name + " DESC" : name }
  }

  /// The keys of the window, in order.
  ///
  /// The rows before a window are skipped in an index, so a window in the far half is read from
  /// the end.
  func keys(_ db: Database, _ window: Window, total: Int) throws -> [Int64] {
    let offset = max(0, window.offset)
    let limit = min(max(0, window.limit), max(0, total - offset))
    guard limit > 0 else { return [] }
    let fromEnd = total - offset - limit
    let reversed = fromEnd < offset
    let sorted = order.map { Column(name: $0.name, descending: $0.descending != reversed).sql }
    let names = (["key"] + order.map(\.name).filter { $0 != "key" }).joined(separator: ", ")
    let source =
      merged.map { merged in
        merged.values.map { _ in "SELECT \(names) FROM \(table) WHERE \(merged.column) = ?" }
          .joined(separator: " UNION ALL ")
      } ?? "SELECT \(names) FROM \(table) "
      + (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
    let statement = try db.cachedStatement(
      sql: "\(source) ORDER BY \(sorted.joined(separator: ", ")) LIMIT ? OFFSET ?")
    let arguments = merged.map { StatementArguments($0.values) } ?? arguments
    let keys = try Int64.fetchAll(
      statement, arguments: arguments + [limit, reversed ? fromEnd : offset])
    return reversed ? keys.reversed() : keys
  }

  /// The rows of the keys, in their order; a key without a row is left out.
  static func rows<T>(
    _ db: Database, keys: [Int64], columns: [String], table: String,
    _ make: (inout Fields) throws -> T
  ) throws -> [T] {
    // One cursor for all of them: each cursor works out the names of its columns, which costs more
    // than the row.
    let statement = try db.cachedStatement(
      sql: """
        SELECT place, \(columns.joined(separator: ", "))
        FROM (SELECT key AS place, value AS wanted FROM json_each(?))
        CROSS JOIN \(table) ON \(table).key = wanted
        """)
    let list = "[" + keys.map(String.init).joined(separator: ",") + "]"
    let cursor = try Row.fetchCursor(statement, arguments: [list])
    // The row lives in the statement as long as the cursor does.
    var rows = try withExtendedLifetime(cursor) {
      var rows: [(place: Int, value: T)] = []
      rows.reserveCapacity(keys.count)
      while let row = try cursor.next() {
        var fields = Fields(row)
        let place: Int = fields.next()
        rows.append((place, try make(&fields)))
      }
      return rows
    }
    // SQLite reads them in this order, without promising it.
    rows.sort { $0.place < $1.place }
    return rows.map(\.value)
  }

  /// A count kept by triggers.
  static func count(_ db: Database, _ list: String, _ value: String? = nil) throws -> Int {
    let statement = try db.cachedStatement(
      sql: """
        SELECT COALESCE(sum(number), 0) FROM counts WHERE list = ?1 AND (?2 IS NULL OR value = ?2)
        """)
    return try Int.fetchOne(statement, arguments: [list, value]) ?? 0
  }

  static func counts(_ db: Database, _ list: String) throws -> [(value: String, number: Int)] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT value, number FROM counts WHERE list = ? AND number > 0
        ORDER BY number DESC, value
        """)
    return try Row.fetchAll(statement, arguments: [list]).map { ($0["value"], $0["number"]) }
  }

  static func buckets(_ db: Database, _ list: String) throws -> [DashboardCounts.Bucket] {
    try counts(db, list).filter { !$0.value.isEmpty }
      .map { DashboardCounts.Bucket(name: $0.value, count: $0.number) }
  }
}
