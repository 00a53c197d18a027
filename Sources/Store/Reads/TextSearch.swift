import Domain
import GRDB

/// A window of the rows that a text filter finds: in the order of the list when there are few, the
/// row that was added last first when there are many (sorting costs a microsecond a row, and
/// somebody is typing).
struct TextSearch {
  static let fewRows = 1_000

  let index: TextIndex
  let expression: String
  /// The order of the list without a filter.
  let order: [ListWindow.Column]
  /// A column that the rows are also narrowed by, and the values that it may have.
  var column: String?
  var values: [String] = []
  /// More conditions, each a column and a value.
  var equal: [(column: String, value: String)] = []

  func keys(_ db: Database, _ window: Window) throws -> (keys: [Int64], total: Int) {
    var conditions: [String] = []
    var arguments: [String] = [expression]
    if let column {
      conditions.append("t.\(column) IN (\(placeholders(values.count)))")
      arguments += values
    }
    for (column, value) in equal {
      conditions.append("t.\(column) = ?")
      arguments.append(value)
    }
    // CROSS JOIN keeps SQLite from asking the text index once for every row of the table.
    let joined = "FROM \(index.name) CROSS JOIN \(index.table) t ON t.key = \(index.name).rowid"
    let found = (["\(index.name) MATCH ?"] + conditions).joined(separator: " AND ")
    let source =
      conditions.isEmpty ? "FROM \(index.name) WHERE \(found)" : "\(joined) WHERE \(found)"
    let total =
      try Int.fetchOne(
        db.cachedStatement(sql: "SELECT count(*) \(source)"),
        arguments: StatementArguments(arguments)) ?? 0
    let offset = max(0, window.offset)
    guard window.limit > 0, offset < total else { return ([], total) }
    let sql =
      total <= Self.fewRows
      ? """
      SELECT t.key \(joined) WHERE \(found)
      ORDER BY \(order.map { "t." + $0.sql }.joined(separator: ", ")) LIMIT ? OFFSET ?
      """
      : """
      SELECT \(index.name).rowid \(source) ORDER BY \(index.name).rowid DESC LIMIT ? OFFSET ?
      """
    let keys = try Int64.fetchAll(
      db.cachedStatement(sql: sql),
      arguments: StatementArguments(arguments) + [window.limit, offset])
    return (keys, total)
  }
}
