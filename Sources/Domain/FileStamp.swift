/// What tells one state of a file from another: the same stamp is the same content, under whatever
/// name.
public struct FileStamp: Sendable, Hashable {
  public var inode: UInt64
  public var byteCount: Int64
  /// Nanoseconds since 1970.
  public var modifiedAt: Int64

  public init(inode: UInt64, byteCount: Int64, modifiedAt: Int64) {
    self.inode = inode
    self.byteCount = byteCount
    self.modifiedAt = modifiedAt
  }
}
