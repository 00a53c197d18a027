import CLinux
public import Foundation

/// write(2), which has the name of a method below.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

/// Small files that only their user may read.
public enum PrivateFiles {
  /// Writes a file of mode 0600 as a whole: it appears complete, or the old one stays.
  /// - Throws: ``StoreError/diskFull(path:)``, ``StoreError/inaccessible(path:reason:)``.
  public static func write(_ bytes: Data, to path: String) throws {
    let draft = try self.draft(bytes, beside: path)
    guard rename(draft, path) == 0 else {
      let reason = systemReason()
      unlink(draft)
      throw StoreError.inaccessible(path: path, reason: reason)
    }
    flushFolder(of: path)
  }

  /// The content of a file, which is made when there is none; of several processes that make it at
  /// once, one wins, and all get its bytes.
  public static func readOrMake(_ path: String, _ make: () -> Data) throws -> Data {
    if let present = try read(path) { return present }
    try securePrivateFolder((path as NSString).deletingLastPathComponent)
    let draft = try self.draft(make(), beside: path)
    defer { unlink(draft) }
    if link(draft, path) != 0, errno != EEXIST {
      throw StoreError.inaccessible(path: path, reason: systemReason())
    }
    flushFolder(of: path)
    guard let content = try read(path) else {
      throw StoreError.inaccessible(path: path, reason: "it vanished")
    }
    return content
  }

  /// The content of a private file of at most 64 KiB; nil when there is none.
  public static func read(_ path: String) throws -> Data? {
    guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
    let descriptor = try openPrivateFile(path, flags: O_RDONLY)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return try handle.read(upToCount: 65_536) ?? Data()
  }

  /// A flushed file of another name in the same folder.
  private static func draft(_ bytes: Data, beside path: String) throws -> String {
    let draft = path + "." + UUID().uuidString.lowercased() + ".part"
    let descriptor = try openPrivateFile(draft, flags: O_WRONLY | O_CREAT | O_EXCL)
    defer { close(descriptor) }
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        unlink(draft)
        if code == ENOSPC || code == EDQUOT { throw StoreError.diskFull(path: path) }
        throw StoreError.inaccessible(path: path, reason: systemReason(code))
      }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else {
      let code = errno
      unlink(draft)
      if code == ENOSPC || code == EDQUOT { throw StoreError.diskFull(path: path) }
      throw StoreError.inaccessible(path: path, reason: systemReason(code))
    }
    return draft
  }
}
