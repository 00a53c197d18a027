import Foundation
import Gateway
import Synchronization

/// A file on the disk into which chunks are written at their places.
///
/// Only what the catalogue records of it counts: bytes that were never recorded mean nothing and
/// are written over.
final class ChunkContainer: Sendable {
  let name: String
  private let descriptor: Int32
  private let content: GroupFlush
  private let folder: GroupFlush
  private let names: DurableNames
  private let standing: Standing

  private final class Standing: Sendable {
    /// A flush failed: what the disk has of the file is not known any more, and a later flush
    /// would not tell either.
    let isBroken = Atomic(false)
  }

  /// Opens the file, made when missing, 0600.
  /// - Parameters:
  ///   - folder: puts the names in the folder on the disk.
  ///   - names: those that are there already.
  init(_ url: URL, folder: GroupFlush, names: DurableNames) throws {
    let descriptor = open(url.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Disk.error("open a file of chunks") }
    let standing = Standing()
    self.descriptor = descriptor
    self.folder = folder
    self.names = names
    self.standing = standing
    name = url.lastPathComponent
    content = GroupFlush {
      guard !standing.isBroken.load(ordering: .acquiring) else {
        throw StorageError.failed("a file of chunks could not be put on the disk")
      }
      guard fdatasync(descriptor) == 0 else {
        standing.isBroken.store(true, ordering: .releasing)
        throw Disk.error("sync chunks")
      }
    }
  }

  deinit { close(descriptor) }

  /// True when a flush failed; nothing more is to be written here.
  var isBroken: Bool { standing.isBroken.load(ordering: .acquiring) }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let count = pwrite(
        descriptor, base + done, bytes.count - done, off_t(offset) + off_t(done))
      if count < 0 {
        if errno == EINTR { continue }
        throw Disk.error("write a chunk")
      }
      done += count
    }
  }

  /// Returns when everything that was written before is on the disk, together with the file's name.
  func sync() async throws {
    guard !names.contains(name) else { return try await content.join() }
    async let named: Void = folder.join()
    try await content.join()
    try await named
    names.insert(name)
  }
}

/// Names in the folder of an upload that are on the disk, and what is known of files that one chunk
/// filled. Files are closed and opened again between their chunks; they are removed only with the
/// folder.
final class DurableNames: Sendable {
  private let names = Mutex<Set<String>>([])
  private let wholes = Mutex<[String: MeasuredBytes]>([:])

  func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
  func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }

  func whole(_ name: String) -> MeasuredBytes? { wholes.withLock { $0[name] } }
  func insert(whole: MeasuredBytes, named name: String) {
    wholes.withLock { $0[name] = MeasuredBytes(size: whole.size, sha256: whole.sha256) }
  }
  func forgetWhole(_ name: String) { wholes.withLock { $0[name] = nil } }
}
