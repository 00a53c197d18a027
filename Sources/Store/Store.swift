public import Domain
import Foundation
import GRDB

/// The workstation's memory: uploads with their files and acknowledged chunks, reports,
/// notifications, cases, account, settings, outbox and cursors, in one SQLite database in WAL
/// mode.
///
/// Any number of processes may have the same store open. Every change is one transaction, begun
/// `IMMEDIATE` and committed with `synchronous=FULL`: when a call returns, the change is on the
/// disk. Nothing here reads a clock: times are parameters.
public final class Store: Sendable {
  /// Where the store is.
  public let home: Home
  let pool: DatabasePool
  let changeHub: ChangeHub
  let acknowledgements: AcknowledgementQueue
  let slots: SendingSlots
  let spool: Spool
  let options: StoreOptions

  /// Opens the store, makes it if there is none, and brings its schema up to date.
  /// - Throws: ``StoreError``: network file system, foreign owner, damaged, newer version, disk
  ///   full.
  public init(home: Home, options: StoreOptions = StoreOptions()) throws {
    self.home = home
    self.options = options
    spool = Spool(
      folder: home.spool, options: try options.spool ?? SpoolOptions.read())
    pool = try StoreOpening(home: home, options: options).open()
    changeHub = ChangeHub()
    acknowledgements = AcknowledgementQueue()
    slots = SendingSlots(path: home.sendingSlots)
    do {
      changeHub.begin(revisions: try pool.read { try Revisions.all($0) })
    } catch {
      throw StoreError.translate(error, path: home.database)
    }
    changeHub.connect(folder: home.sockets, listening: options.hearsOtherProcesses) { [pool] in
      try pool.read { try Revisions.all($0) }
    }
    tidySpool(at: options.now())
  }

  deinit { changeHub.close() }

  /// Parts of the store that changed, by this or another process; coalesced while nobody reads.
  /// Each call gives a stream of its own; it ends when the store is closed.
  public var changes: AsyncStream<Set<StoreRegion>> { changeHub.stream() }

  /// A number that grows with every change of a part, by this or another process; nil when changes
  /// of others are not heard. Costs no look into the database: what was read of the part is still
  /// true as long as the number is the same (for other processes, within the time that a notice
  /// takes).
  public func revision(of region: StoreRegion) -> Int64? {
    hearsOthers ? changeHub.revision(of: region) : nil
  }

  /// False when notices of other processes do not arrive: whoever waits for one must look.
  public var hearsOthers: Bool { changeHub.isListening }

  /// Ends the streams and closes the database. Calls after it throw.
  public func close() throws {
    changeHub.close()
    shortenLog()
    do { try pool.close() } catch { throw StoreError.translate(error, path: home.database) }
  }

  /// Moves the write-ahead log into the database and begins it anew with one page, so that the next
  /// start need not read it, nor make it (GRDB writes a table into an empty one). SQLite empties the
  /// log when the last connection closes, but not through the read-only connections that a pool
  /// closes last. Waits for nobody: with others at work it is left to them.
  private func shortenLog() {
    try? pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA busy_timeout = 0")
      try db.checkpoint(.truncate)
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      try db.execute(sql: "PRAGMA user_version = \(version)")
    }
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
    try await retrying { try await self.pool.read(body) }
  }

  /// Makes a change in one durable transaction and tells who listens. Waits for other processes
  /// as long as ``StoreOptions/patience`` says; is not cancelled with its caller.
  func write<T: Sendable>(
    _ body: @escaping @Sendable (Database, inout Set<StoreRegion>) throws -> T
  ) async throws -> T {
    // A task of its own: a caller that is cancelled must not lose what it already knows.
    try await Task {
      let (value, revisions) = try await retrying {
        try await self.pool.write { db in
          var touched: Set<StoreRegion> = []
          let value = try body(db, &touched)
          return (value, try Revisions.advance(db, touched))
        }
      }
      if !revisions.isEmpty { changeHub.committed(revisions) }
      return value
    }.value
  }

  private func retrying<T: Sendable>(_ work: () async throws -> T) async throws -> T {
    let clock = ContinuousClock()
    let start = clock.now
    while true {
      do { return try await work() } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED
      {
        guard clock.now - start < options.patience else {
          let seconds = Int(options.patience.components.seconds)
          throw StoreError.busy(path: home.database, seconds: seconds)
        }
        try await Task.sleep(for: .milliseconds(Int.random(in: 2...25)))
      } catch {
        throw StoreError.translate(error, path: home.database)
      }
    }
  }
}
