import Foundation
import Gateway

/// Holds a file lock until it is released or the process ends.
public final class DirectoryLock: Sendable {
  private let descriptor: Int32

  init(_ url: URL) throws {
    let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Disk.error("open the lock") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw StorageError.failed(
        "another radrelay-gateway uses the data directory; stop it or choose another with --data")
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
