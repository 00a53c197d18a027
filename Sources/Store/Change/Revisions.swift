import Domain
import GRDB

/// Counts of commits by part of the store: what tells one process what another one changed, even
/// when a notice is lost.
enum Revisions {
  static func all(_ db: Database) throws -> [StoreRegion: Int64] {
    var numbers: [StoreRegion: Int64] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT region, number FROM revisions") {
      if let region = StoreRegion(rawValue: row["region"]) { numbers[region] = row["number"] }
    }
    return numbers
  }

  /// Advances the counts inside of a change and returns them.
  static func advance(
    _ db: Database, _ touched: Set<StoreRegion>
  ) throws -> [StoreRegion: Int64] {
    var numbers: [StoreRegion: Int64] = [:]
    for region in touched {
      let statement = try db.cachedStatement(
        sql: """
          INSERT INTO revisions VALUES (?, 1)
          ON CONFLICT DO UPDATE SET number = number + 1 RETURNING number
          """)
      numbers[region] = try Int64.fetchOne(statement, arguments: [region.rawValue])
    }
    return numbers
  }
}
