import Foundation
import Gateway

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The head of the audit log, in a file beside the database: rows that are cut off at the end leave
/// no trace in the table itself. Written after the commit, so it is never ahead of the log; when
/// the process dies in between it is a few rows behind, until the next row.
struct AuditHeadFile: Sendable {
  let url: URL

  /// - Parameter database: the file of the catalogue.
  init(besides database: URL) {
    url = database.deletingPathExtension().appendingPathExtension("audit-head")
  }

  /// One line of a fixed length, overwritten in one write: it needs no room on a full disk and no
  /// flush of its own, and it is whole or the old one.
  func write(_ head: AuditHead) {
    let number = String(head.number)
    let padded = String(repeating: "0", count: max(0, 20 - number.utf8.count)) + number
    let line = Array("\(padded):\(head.hash)\n".utf8)
    let descriptor = open(url.path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    // The log itself is written already. A head that stays behind makes later checks weaker, and
    // they say by how much.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = pwrite(descriptor, line, line.count, 0)
  }

  /// Nil when there is none, or it cannot be read.
  func read() -> AuditHead? {
    (try? String(contentsOf: url, encoding: .utf8)).flatMap(AuditHead.init)
  }
}
