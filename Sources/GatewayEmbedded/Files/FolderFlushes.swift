import Foundation
import Synchronization

/// Puts names in folders on the disk, those of one folder that come at the same time together.
final class FolderFlushes: Sendable {
  private struct Entry {
    var flush: GroupFlush
    var users: Int
  }
  private let entries = Mutex<[String: Entry]>([:])

  /// Returns when every name that the folder had is on the disk, and its own name and those of the
  /// folders between it and `root` too.
  func flush(_ folder: URL, upTo root: URL) async throws {
    let path = folder.path
    let flush = entries.withLock { entries in
      var entry =
        entries[path]
        ?? Entry(flush: GroupFlush { try Self.sync(folder, upTo: root) }, users: 0)
      entry.users += 1
      entries[path] = entry
      return entry.flush
    }
    defer {
      entries.withLock { entries in
        if let entry = entries[path] {
          entries[path] = entry.users > 1 ? Entry(flush: entry.flush, users: entry.users - 1) : nil
        }
      }
    }
    try await flush.join()
  }

  private static func sync(_ folder: URL, upTo root: URL) throws {
    var next = folder
    try Disk.sync(folder: next)
    while next.path.count > root.path.count {
      next = next.deletingLastPathComponent()
      try Disk.sync(folder: next)
    }
  }
}
