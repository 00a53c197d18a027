import CLinux
import Crypto
import Foundation
import GRDB

extension Store {
  /// The whole home lies elsewhere now: under another name, or as a copy of it, from a backup or
  /// another disk. Copies that have their very bytes are known by their new place; one that has not
  /// keeps what was known of it, and is held when it is to be sent.
  func followMovedSpool() throws {
    let folder = spool.folder + "/"
    let rows = try pool.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT key, spool_name, byte_count, modified_at, inode, sha256 FROM upload_files
          WHERE spool_name IS NOT NULL AND path <> ? || spool_name
          """, arguments: [folder])
    }
    guard !rows.isEmpty else { return }
    var found: [(key: Int64, modifiedAt: Int64, inode: Int64)] = []
    for row in rows {
      let path = folder + (row["spool_name"] as String)
      var info = stat()
      guard stat(path, &info) == 0, Int64(info.st_size) == row["byte_count"] as Int64 else {
        continue
      }
      let modifiedAt =
        Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)
      let inode = Int64(bitPattern: UInt64(info.st_ino))
      if modifiedAt == row["modified_at"] as Int64, inode == row["inode"] as Int64 { continue }
      guard let sha256 = row["sha256"] as String?, Self.digest(path) == sha256 else { continue }
      found.append((row["key"], modifiedAt, inode))
    }
    try pool.write { db in
      try db.execute(
        sql: """
          UPDATE upload_files SET path = ? || spool_name
          WHERE spool_name IS NOT NULL AND path <> ? || spool_name
          """, arguments: [folder, folder])
      for file in found {
        try db.cachedStatement(
          sql: "UPDATE upload_files SET modified_at = ?, inode = ? WHERE key = ?"
        ).execute(arguments: [file.modifiedAt, file.inode, file.key])
      }
    }
  }

  /// SHA-256 of a file; nil when it cannot be read.
  private static func digest(_ path: String) -> String? {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { Glibc.close(descriptor) }
    var digest = SHA256()
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Glibc.read(descriptor, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      digest.update(data: bytes[..<count])
    }
    return digest.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
