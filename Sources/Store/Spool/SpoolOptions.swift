import CLinux
import Foundation

/// How much the spool may take of the disk.
public struct SpoolOptions: Sendable {
  /// Bytes that stay free on the disk, whatever is staged: the store itself, logs and other programs
  /// need room to go on.
  public var reserveBytes: Int64
  /// The most bytes that the spool may hold; nil for as many as the disk has room for.
  public var quotaBytes: Int64?
  /// Bytes that this user may still write below a path; nil when it cannot be told, and a copy is
  /// tried without asking.
  public var freeBytes: @Sendable (String) -> Int64?

  public init(
    reserveBytes: Int64 = 1 << 30, quotaBytes: Int64? = nil,
    freeBytes: @escaping @Sendable (String) -> Int64? = { SpoolOptions.diskFree($0) }
  ) {
    self.reserveBytes = reserveBytes
    self.quotaBytes = quotaBytes
    self.freeBytes = freeBytes
  }

  /// What statvfs(3) says: blocks for unprivileged users times their size.
  public static func diskFree(_ path: String) -> Int64? {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return nil }
    let (bytes, overflow) = UInt64(info.f_bavail)
      .multipliedReportingOverflow(by: UInt64(info.f_frsize))
    return overflow ? .max : Int64(clamping: bytes)
  }
}

/// A file whose only copy that RadRelay answers for lies in the spool.
public struct StagedFile: Sendable, Equatable {
  /// Its name in the spool: an identifier, never taken from data.
  public var name: String
  /// Absolute path.
  public var path: String
  public var byteCount: Int64
  /// Modification time, nanoseconds since 1970, and inode.
  public var modifiedAt: Int64
  public var inode: UInt64
  /// Of the bytes as they were written; lower-case hexadecimal.
  public var sha256: String
}

/// What the spool holds.
public struct SpoolUsage: Sendable, Equatable {
  public var files: Int
  public var bytes: Int64
}
