import Foundation
import Synchronization

/// Puts names in folders on the disk, those of one folder that come at the same time together.
final class FolderFlushes: Sendable {
  /// Whether a folder's own name, and those of the folders above it, are on the disk.
  private final class Chain: Sendable {
    private let counts = Mutex((made: 1, named: 0))

    /// How often the folder was made, when its name is not on the disk for that time yet.
    var unnamed: Int? { counts.withLock { $0.made == $0.named ? nil : $0.made } }
    func wasMade() { counts.withLock { $0.made += 1 } }
    func isNamed(for made: Int) { counts.withLock { $0.named = max($0.named, made) } }
  }

  private struct Entry {
    var flush: GroupFlush
    var chain: Chain
    var users: Int
  }
  private let entries = Mutex<[String: Entry]>([:])

  /// Returns when every name that the folder had is on the disk, and its own name and those of the
  /// folders between it and `root` too. The latter are flushed once for all who come without a
  /// pause in between: each costs as much as the folder itself.
  /// - Parameter isNew: the caller has just made the folder.
  func flush(_ folder: URL, upTo root: URL, isNew: Bool = false) async throws {
    let path = folder.path
    let flush = entries.withLock { entries in
      var entry = entries[path] ?? Self.entry(folder, root)
      if isNew { entry.chain.wasMade() }
      entry.users += 1
      entries[path] = entry
      return entry.flush
    }
    defer {
      entries.withLock { entries in
        if var entry = entries[path] {
          entry.users -= 1
          entries[path] = entry.users > 0 ? entry : nil
        }
      }
    }
    try await flush.join()
  }

  private static func entry(_ folder: URL, _ root: URL) -> Entry {
    let chain = Chain()
    return Entry(
      flush: GroupFlush {
        let unnamed = chain.unnamed
        try Disk.sync(folder: folder)
        guard let unnamed else { return }
        var next = folder
        while next.path.count > root.path.count {
          next = next.deletingLastPathComponent()
          try Disk.sync(folder: next)
        }
        chain.isNamed(for: unnamed)
      }, chain: chain, users: 0)
  }
}
