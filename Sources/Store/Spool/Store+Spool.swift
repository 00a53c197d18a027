import CLinux
public import Domain
public import Foundation
import GRDB

/// How long bytes that nobody needs any more are kept all the same.
enum SpoolGrace {
  /// A staged file without a row: its process died before the handover. A cancelled upload: the
  /// person may take the cancelling back.
  static let day: TimeInterval = 86_400
}

extension Store {
  /// Begins a handover into the spool: looks whether there is room for it before anything is copied.
  /// What cancelled uploads still hold gives way first; what waits to be sent never does.
  /// - Parameter bytes: what is going to be staged; 0 when nobody knows.
  /// - Throws: ``StoreError/noRoom(_:)`` in words with the sizes.
  public func beginIntake(bytes: Int64, at now: Date) async throws -> SpoolIntake {
    try await readSpoolSettings()
    do { return try SpoolIntake(spool, bytes: bytes) } catch StoreError.noRoom {
      try await releaseSpooled(cancelledBefore: now)
      return try SpoolIntake(spool, bytes: bytes)
    }
  }

  /// What lies in the spool.
  public func spoolUsage() throws -> SpoolUsage { try spool.usage() }

  /// How full it is, and how much more it may take.
  public func spoolStanding() async throws -> SpoolStanding {
    try await readSpoolSettings()
    let options = spool.options
    let usage = try spool.usage()
    let kept = try await read { db in
      try Self.copies(
        "uploads.state IN (\(UploadState.allCases.filter(\.mayBeForgotten).sql))", [], db)
    }
    let free = options.freeBytes(home.data).map { max(0, $0 - options.reserveBytes) }
    let left = options.quotaBytes.map { max(0, $0 - usage.bytes) }
    return SpoolStanding(
      files: usage.files, bytes: usage.bytes, kept: kept,
      room: [free, left].compactMap { $0 }.min(), quota: options.quotaBytes,
      reserve: options.reserveBytes)
  }

  /// What a person set holds from the next copy on; the environment wins.
  private func readSpoolSettings() async throws {
    guard options.spool == nil else { return }
    let values = options.settings().merging(try await settings()) { $1 }
    spool.options = try SpoolOptions.read(settings: values)
  }

  /// Copies in the spool of some uploads.
  static func copies(_ condition: String, _ arguments: StatementArguments, _ db: Database)
    throws -> SpoolCopies
  {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT COUNT(DISTINCT upload_files.upload) AS uploads, COUNT(*) AS files,
          COALESCE(SUM(upload_files.byte_count), 0) AS bytes
        FROM upload_files JOIN uploads ON uploads.key = upload_files.upload
        WHERE spool_name IS NOT NULL AND \(condition)
        """, arguments: arguments)
    guard let row else { return SpoolCopies() }
    return SpoolCopies(uploads: row["uploads"], files: row["files"], bytes: row["bytes"])
  }

  /// The same with what ``beginIntake(bytes:at:)`` makes free by itself: copies of uploads that were
  /// cancelled or are proven.
  public func intakeRoom() async throws -> Int64? {
    guard let room = try await spoolStanding().room else { return nil }
    let releasable = try await read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT COALESCE(sum(upload_files.byte_count), 0)
          FROM upload_files JOIN uploads ON uploads.key = upload_files.upload
          WHERE spool_name IS NOT NULL AND uploads.state IN ('verified', 'committed', 'cancelled')
          """) ?? 0
    }
    return room.addingReportingOverflow(releasable).partialValue
  }

  /// Removes staged files whose upload is proven, or was cancelled more than a day ago. Called by
  /// itself when the store opens and when an upload reaches such a state.
  public func releaseSpooled(at now: Date) async throws {
    try await releaseSpooled(cancelledBefore: now.addingTimeInterval(-SpoolGrace.day))
  }

  private func releaseSpooled(cancelledBefore limit: Date) async throws {
    let names = try await read { try Self.releasable($0, cancelledBefore: limit) }
    guard !names.isEmpty else { return }
    // The row remembers until the file is gone for good: a crash in between repeats the removal.
    let spool = spool
    try await blockingWork { try spool.remove(names) }
    try await write { db, _ in try Self.forgetSpooled(names, db) }
  }

  /// Names of staged files that are not needed any more.
  static func releasable(_ db: Database, cancelledBefore limit: Date) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT spool_name FROM upload_files JOIN uploads ON uploads.key = upload_files.upload
        WHERE spool_name IS NOT NULL AND (uploads.state IN ('verified', 'committed')
          OR (uploads.state = 'cancelled' AND uploads.updated_at <= ?))
        """, arguments: [limit.micros])
  }

  static func forgetSpooled(_ names: [String], _ db: Database) throws {
    for name in names {
      try db.cachedStatement(sql: "UPDATE upload_files SET spool_name = NULL WHERE spool_name = ?")
        .execute(arguments: [name])
    }
  }

  /// A cancelled upload whose copies are gone has nothing to send: said at once, not at the first
  /// chunk.
  static func requireCopies(_ key: Int64, spool: Spool, _ db: Database) throws {
    let origin = try String.fetchOne(
      db,
      sql: """
        SELECT origin FROM upload_files
        WHERE upload = ? AND spool_name IS NULL AND substr(path, 1, ?) = ? LIMIT 1
        """, arguments: [key, spool.folder.unicodeScalars.count + 1, spool.folder + "/"])
    guard let origin else { return }
    throw StoreError.invalid(
      "The copies of this study were removed after it was cancelled. "
        + (origin.isEmpty ? "Hand it over again." : "Add it again from \(origin)."))
  }

  /// What is done for the spool when the store opens; never a reason not to open.
  func tidySpool(at now: Date) {
    guard access(spool.folder, F_OK) == 0 else { return }
    let limit = now.addingTimeInterval(-SpoolGrace.day)
    let folder = spool.folder
    do {
      let (names, moved) = try pool.read { db in
        (
          try Self.releasable(db, cancelledBefore: limit),
          try Int.fetchOne(
            db,
            sql: """
              SELECT 1 FROM upload_files
              WHERE spool_name IS NOT NULL AND path <> ? || spool_name LIMIT 1
              """, arguments: [folder + "/"])
        )
      }
      if !names.isEmpty {
        try spool.remove(names)
        try pool.write { db in try Self.forgetSpooled(names, db) }
      }
      if moved != nil { try followMovedSpool() }
      try removeLeftovers(olderThan: limit)
    } catch {
      // It is tried again at the next opening.
    }
  }

  /// Files without a row that no living intake is about to give one.
  private func removeLeftovers(olderThan limit: Date) throws {
    let lock = try openPrivateFile(spool.lockPath)
    defer { Glibc.close(lock) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return }
    let seconds = Int(limit.timeIntervalSince1970)
    // By the time of the last change of name or content, which nobody can set.
    let old = try spool.contents().filter { $0.value.st_ctim.tv_sec < seconds }
    guard !old.isEmpty else { return }
    let owned = try pool.read { db in
      Set(
        try String.fetchAll(
          db, sql: "SELECT spool_name FROM upload_files WHERE spool_name IS NOT NULL"))
    }
    try spool.remove(
      old.keys.filter { name in
        let whole = name.hasSuffix(".part") ? String(name.dropLast(5)) : name
        return Spool.isName(whole) && !owned.contains(name)
      })
  }
}

extension Spool {
  /// Removes files for good; one that is gone already is no fault.
  func remove(_ names: [String]) throws {
    guard !names.isEmpty else { return }
    for name in names where unlink(folder + "/" + name) != 0 && errno != ENOENT {
      throw StoreError.inaccessible(path: folder, reason: systemReason())
    }
    try flush()
  }
}

/// Runs work that blocks on a thread that may block.
func blockingWork<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
  }
}
