public import Foundation

/// The one folder in which an embedded gateway keeps everything. Only its owner may read it.
public struct DataDirectory: Sendable {
  public let root: URL

  public init(_ root: URL) { self.root = root }

  public var database: URL { root.appendingPathComponent("catalogue.sqlite") }
  /// Chunks of open sessions.
  public var chunks: URL { root.appendingPathComponent("chunks", isDirectory: true) }
  /// Whole objects.
  public var objects: URL { root.appendingPathComponent("objects", isDirectory: true) }
  /// Files that are being written; emptied at start.
  public var temporary: URL { root.appendingPathComponent("temporary", isDirectory: true) }
  /// The built-in archive.
  public var archive: URL { root.appendingPathComponent("archive", isDirectory: true) }
  /// The key that signs tokens.
  public var key: URL { root.appendingPathComponent("token.key") }
  private var lock: URL { root.appendingPathComponent("gateway.lock") }

  /// Makes what is missing, 0700.
  public func create() throws {
    for folder in [root, chunks, objects, temporary, archive] {
      try Disk.makeFolder(folder)
    }
    try Disk.sync(folder: root)
    // A parent that may not be read is no reason not to start.
    try? Disk.sync(folder: root.deletingLastPathComponent())
  }

  /// Removes what an earlier process was writing when it died.
  public func clean() {
    let manager = FileManager.default
    for name in (try? manager.contentsOfDirectory(atPath: temporary.path)) ?? [] {
      try? manager.removeItem(at: temporary.appendingPathComponent(name))
    }
  }

  /// Two gateways on one folder would not see each other's locks: the second is refused. The lock
  /// ends with the process, however that dies.
  public func takeLock() throws -> DirectoryLock { try DirectoryLock(lock) }

  /// The token key, made at the first start, 0600.
  public func tokenKey(make: () -> Data) throws -> Data {
    if let kept = try? Data(contentsOf: key), kept.count == 32 { return kept }
    let made = make()
    try Disk.write(made, to: key, through: temporary)
    return made
  }
}
