import CLinux
import Foundation
import GRDB

/// The steps from a folder to a migrated database, each with its own clear failure.
struct StoreOpening {
  let home: Home
  let options: StoreOptions

  func open() throws -> DatabasePool {
    try securePrivateFolder(home.data)
    if let kind = options.networkFileSystem(home.data) {
      throw StoreError.networkFileSystem(path: home.data, kind: kind)
    }
    // One process at a time opens and migrates: changing to WAL and creating tables is the one
    // moment in which SQLite may answer "locked" without waiting.
    let lock = try openPrivateFile(home.data + "/open.lock")
    defer { Glibc.close(lock) }
    try wait(for: lock)
    try makeDatabaseFile()
    do {
      let pool = try DatabasePool(path: home.database, configuration: configuration)
      try pool.writeWithoutTransaction { db in
        // After the switch to WAL, which sets NORMAL: an acknowledged chunk or study must
        // survive a power cut.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        if let pages = options.maximumPageCount {
          try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
      }
      let migrator = Schema.migrator
      if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
        let found = try pool.read { try migrator.appliedIdentifiers($0) }
          .subtracting(migrator.migrations).sorted().joined(separator: ", ")
        throw StoreError.newerVersion(path: home.database, found: found)
      }
      try migrator.migrate(pool)
      return pool
    } catch {
      throw StoreError.translate(error, path: home.database)
    }
  }

  /// Makes the file with mode 0600, which SQLite then gives to -wal and -shm, or checks the one that
  /// is there without opening it: closing any descriptor of a database file would drop the locks
  /// that SQLite holds in this process (POSIX fcntl).
  private func makeDatabaseFile() throws {
    let path = home.database
    var info = stat()
    if lstat(path, &info) != 0 {
      guard errno == ENOENT else {
        throw StoreError.inaccessible(path: path, reason: systemReason())
      }
      Glibc.close(try openPrivateFile(path, flags: O_RDWR | O_CREAT | O_EXCL))
      return
    }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw StoreError.inaccessible(path: path, reason: "it is not a plain file")
    }
    guard info.st_uid == geteuid() else {
      throw StoreError.foreignOwner(path: path, owner: info.st_uid)
    }
    if info.st_mode & 0o177 != 0 {
      for name in [path, path + "-wal", path + "-shm"] { _ = chmod(name, 0o600) }
    }
  }

  private func wait(for lock: Int32) throws {
    let start = ContinuousClock.now
    while flock(lock, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw StoreError.inaccessible(path: home.data + "/open.lock", reason: systemReason())
      }
      guard ContinuousClock.now - start < options.patience else {
        let seconds = Int(options.patience.components.seconds)
        throw StoreError.busy(path: home.database, seconds: seconds)
      }
      usleep(2_000)
    }
  }

  private var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    configuration.foreignKeysEnabled = true
    configuration.label = "store"
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA cache_size = -16000")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
    }
    return configuration
  }
}

extension StoreError {
  /// Any error as one of ours.
  static func translate(_ error: any Error, path: String) -> any Error {
    guard let failure = error as? DatabaseError else { return error }
    let text = failure.message ?? "\(failure.resultCode)"
    return switch failure.resultCode {
    case .SQLITE_FULL: StoreError.diskFull(path: path)
    // The -shm file could not grow.
    case .SQLITE_IOERR where failure.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
      StoreError.diskFull(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: StoreError.corrupt(path: path, reason: text)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY:
      StoreError.inaccessible(path: path, reason: text)
    case .SQLITE_BUSY, .SQLITE_LOCKED: StoreError.busy(path: path, seconds: 5)
    // The statement is left out: its values may name a patient.
    default: StoreError.database(text)
    }
  }
}
