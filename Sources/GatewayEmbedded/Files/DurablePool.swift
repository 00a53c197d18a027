import Foundation
import GRDB

extension DatabasePool {
  /// A pool whose commits are on the disk when they return, so that they may gate acknowledgements.
  ///
  /// GRDB sets `synchronous = NORMAL` when it turns the write-ahead log on, after everything that a
  /// configuration can prepare: with that, a power cut takes the last commits away. So it is set
  /// once the pool is there; the one connection that writes lives as long as the pool.
  static func durable(_ file: URL, _ configuration: Configuration) throws -> DatabasePool {
    let pool = try DatabasePool(path: file.path, configuration: configuration)
    try pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    return pool
  }
}
