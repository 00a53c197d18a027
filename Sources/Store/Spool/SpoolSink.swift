import CLinux
import Crypto
import Domain
public import Foundation

/// write(2), which has the name of a method below.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}

/// A spool file that is being written, under a temporary name, digested on the way.
public final class SpoolSink {
  private let folder: String
  private let name: String
  private let temporary: String
  private var descriptor: Int32
  private var digest = SHA256()
  private var count: Int64 = 0
  /// Asks for the room of bytes about to be written.
  private let use: (Int64) throws -> Void

  init(folder: String, use: @escaping (Int64) throws -> Void) throws {
    self.folder = folder
    self.use = use
    // The time is not told: names give away nothing, and no clock is read.
    name = UUID().uuidString.lowercased()
    temporary = folder + "/" + name + ".part"
    descriptor = try openPrivateFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
  }

  deinit { abandon() }

  /// Appends bytes.
  /// - Throws: ``StoreError/diskFull(path:)``, ``StoreError/noRoom(_:)``.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard !bytes.isEmpty else { return }
    try use(Int64(bytes.count))
    digest.update(bufferPointer: bytes)
    var rest = bytes
    while !rest.isEmpty {
      let written = systemWrite(descriptor, rest)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure(errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
    count += Int64(bytes.count)
  }

  /// Appends bytes.
  public func write(_ bytes: some ContiguousBytes) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Makes the content durable and gives it its name.
  func finish() throws -> StagedFile {
    var info = stat()
    guard fsync(descriptor) == 0, fstat(descriptor, &info) == 0 else { throw failure(errno) }
    guard close(take()) == 0, rename(temporary, folder + "/" + name) == 0 else {
      let code = errno
      unlink(temporary)
      throw failure(code)
    }
    let time = info.st_mtim
    return StagedFile(
      name: name, path: folder + "/" + name, byteCount: count,
      modifiedAt: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec),
      inode: UInt64(info.st_ino),
      sha256: digest.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        .joined())
  }

  /// Removes what was written, unless it has its name already.
  func abandon() {
    guard descriptor >= 0 else { return }
    close(take())
    unlink(temporary)
  }

  private func take() -> Int32 {
    defer { descriptor = -1 }
    return descriptor
  }

  private func failure(_ code: Int32) -> StoreError {
    code == ENOSPC || code == EDQUOT
      ? .diskFull(path: folder) : .inaccessible(path: folder, reason: systemReason(code))
  }
}

/// An open file that is to be copied, and what a scan said of it.
final class SpoolSource {
  private let descriptor: Int32
  private let file: DraftFile

  init(_ file: DraftFile) throws {
    self.file = file
    descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw StoreError.source(path: file.path, reason: systemReason())
    }
    do { try checkUnchanged() } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  func checkUnchanged() throws {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else {
      throw StoreError.source(path: file.path, reason: systemReason())
    }
    let time = info.st_mtim
    let modifiedAt = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    guard info.st_mode & S_IFMT == S_IFREG, Int64(info.st_size) == file.byteCount,
      modifiedAt == file.modifiedAt, UInt64(info.st_ino) == file.inode
    else {
      throw StoreError.source(path: file.path, reason: "it changed after it was read")
    }
  }

  func read(_ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var left = file.byteCount
    while left > 0 {
      let wanted = Int(min(left, Int64(buffer.count)))
      let count = Glibc.read(descriptor, buffer.baseAddress, wanted)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw StoreError.source(path: file.path, reason: systemReason())
      }
      guard count > 0 else {
        throw StoreError.source(path: file.path, reason: "it became shorter while it was copied")
      }
      try receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      left -= Int64(count)
    }
  }
}
