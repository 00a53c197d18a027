import Domain
import Foundation

extension FileStamp {
  /// The present state of a regular file; nil when there is none of that name.
  init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(
      inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
      modifiedAt: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
  }
}
