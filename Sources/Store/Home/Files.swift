import CLinux
import Foundation

/// The text of a small file; nil when it cannot be read.
func readText(_ path: String) -> String? {
  FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

/// The path with symbolic links resolved; nil when it does not exist.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// What the last failed system call says.
func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// Makes a folder of mode 0700 with its parents, or checks the one that is there. Its mode is left
/// as it is: a person may have pointed at any folder, and our files are 0600 by themselves.
/// - Throws: ``StoreError`` when it cannot be made, belongs to another user, or is open for others
///   to write into.
func securePrivateFolder(_ path: String) throws {
  var isNew = false
  if mkdir(path, 0o700) == 0 {
    isNew = true
  } else if errno != EEXIST {
    guard errno == ENOENT else {
      if errno == ENOSPC || errno == EDQUOT { throw StoreError.diskFull(path: path) }
      throw StoreError.inaccessible(path: path, reason: systemReason())
    }
    let parent = (path as NSString).deletingLastPathComponent
    guard !parent.isEmpty, parent != path else {
      throw StoreError.inaccessible(path: path, reason: systemReason())
    }
    try securePrivateFolder(existingOrNew: parent)
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw StoreError.inaccessible(path: path, reason: systemReason())
    }
    isNew = true
  }
  // A study that is queued in it is to be found after a power cut.
  if isNew { flushFolder(of: path) }
  var info = stat()
  guard stat(path, &info) == 0 else {
    throw StoreError.inaccessible(path: path, reason: systemReason())
  }
  guard info.st_mode & S_IFMT == S_IFDIR else {
    throw StoreError.inaccessible(path: path, reason: "it is not a folder")
  }
  guard info.st_uid == geteuid() else {
    throw StoreError.foreignOwner(path: path, owner: info.st_uid)
  }
  guard info.st_mode & 0o022 == 0 else {
    throw StoreError.inaccessible(
      path: path, reason: "other users may write into it (chmod go-w would change that)")
  }
}

/// Puts the name of a file or folder on the disk. One that may not be read is no reason to fail.
func flushFolder(of path: String) {
  let folder = (path as NSString).deletingLastPathComponent
  let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// Makes parents only where they are missing: a folder of somebody else above ours is normal.
private func securePrivateFolder(existingOrNew path: String) throws {
  var info = stat()
  if stat(path, &info) == 0 { return }
  try securePrivateFolder(path)
}

/// Opens or makes a file of mode 0600, whatever the umask, and returns its descriptor.
/// - Throws: ``StoreError`` when it cannot be opened or belongs to another user.
func openPrivateFile(_ path: String, flags: Int32 = O_RDWR | O_CREAT) throws -> Int32 {
  let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
  guard descriptor >= 0 else {
    if errno == ENOSPC || errno == EDQUOT { throw StoreError.diskFull(path: path) }
    throw StoreError.inaccessible(path: path, reason: systemReason())
  }
  var info = stat()
  guard fstat(descriptor, &info) == 0, info.st_uid == geteuid() else {
    close(descriptor)
    throw StoreError.foreignOwner(path: path, owner: info.st_uid)
  }
  if info.st_mode & 0o177 != 0 { _ = fchmod(descriptor, 0o600) }
  return descriptor
}
