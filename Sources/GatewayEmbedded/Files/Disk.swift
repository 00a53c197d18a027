public import Foundation
import Gateway

/// File operations in which "done" means "on the disk".
enum Disk {
  /// The error of the last call, as one of ours.
  static func error(_ action: String) -> StorageError {
    let code = errno
    if code == ENOSPC || code == EDQUOT { return .full }
    return .failed("cannot \(action): \(String(cString: strerror(code)))")
  }

  /// Makes a folder and those above it, 0700.
  /// - Returns: false when there was one.
  @discardableResult
  static func makeFolder(_ url: URL) throws -> Bool {
    if mkdir(url.path, 0o700) == 0 { return true }
    if errno == EEXIST { return false }
    if errno == ENOENT {
      let parent = url.deletingLastPathComponent()
      guard parent.path != url.path else { throw error("make a folder") }
      try makeFolder(parent)
      guard mkdir(url.path, 0o700) == 0 || errno == EEXIST else { throw error("make a folder") }
      try sync(folder: parent)
      return true
    }
    throw error("make a folder")
  }

  /// Makes an empty file, 0600.
  static func makeEmptyFile(_ url: URL) throws {
    let descriptor = open(url.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw error("make a file") }
    close(descriptor)
  }

  static func sync(folder: URL) throws {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw error("open a folder") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw error("sync a folder") }
  }

  /// Renames durably.
  static func move(_ from: URL, to: URL) throws {
    guard rename(from.path, to.path) == 0 else { throw error("name a file") }
    try sync(folder: to.deletingLastPathComponent())
  }

  /// Writes a whole file durably, 0600.
  static func write(_ data: Data, to url: URL, through temporary: URL) throws {
    let file = try OutputFile(in: temporary)
    do {
      try data.withUnsafeBytes { try file.write($0) }
      try file.finish()
      try move(file.url, to: url)
    } catch {
      file.discard()
      throw error
    }
  }

  static func freeBytes(at url: URL) throws -> Int64 {
    var info = statvfs()
    guard statvfs(url.path, &info) == 0 else { throw error("ask for free space") }
    let (bytes, overflow) = UInt64(info.f_bavail).multipliedReportingOverflow(
      by: UInt64(info.f_frsize))
    return overflow ? .max : Int64(clamping: bytes)
  }
}

/// A new file under a name of ours, written once.
final class OutputFile {
  let url: URL
  private var descriptor: Int32

  init(in folder: URL) throws {
    let name =
      String(UInt64.random(in: .min ... .max), radix: 36)
      + String(UInt64.random(in: .min ... .max), radix: 36)
    url = folder.appendingPathComponent(name)
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Disk.error("make a file") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, base + done, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        throw Disk.error("write a file")
      }
      done += count
    }
  }

  /// Puts the bytes on the disk and closes the file.
  func finish() throws {
    guard fsync(descriptor) == 0 else { throw Disk.error("sync a file") }
    let result = close(descriptor)
    descriptor = -1
    guard result == 0 else { throw Disk.error("close a file") }
  }

  func discard() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(url.path)
  }
}

/// Asks for room on a disk.
public enum DiskSpace {
  /// Bytes that the gateway may still write where the folder is.
  public static func free(at folder: URL) throws -> Int64 { try Disk.freeBytes(at: folder) }
}
