import Crypto
import Foundation
import Glibc
import Synchronization

/// Files named by the SHA-256 of their content, written once: temporary name, fsync, rename,
/// fsync of the folder.
struct ArchiveObjects: Sendable {
  let folder: URL
  let incoming: URL
  private let flushes = FolderFlushes()
  private let certain = CertainFolders()

  enum Failure: Error { case unreadable, noSpace }

  struct Object: Equatable {
    var sha256: String
    var byteCount: Int64
  }

  init(folder: URL) throws {
    self.folder = folder.appendingPathComponent("objects")
    incoming = folder.appendingPathComponent("incoming")
    // What a crash left on its way in was never acknowledged.
    try? FileManager.default.removeItem(at: incoming)
    for path in [folder, self.folder, incoming] {
      try FileManager.default.createDirectory(
        at: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    try Disk.sync(folder: folder)
  }

  func url(_ sha256: String) -> URL {
    folder.appendingPathComponent(String(sha256.prefix(2))).appendingPathComponent(sha256)
  }

  /// Takes a file in, durably.
  /// - Parameter isSettled: the file is on the disk and never written to again: a second name of it
  ///   will do, where the file system has those.
  func add(_ source: URL, isSettled: Bool) async throws(Failure) -> Object {
    let made = await Blocking.run { self.name(source, isSettled: isSettled) }
    let object = try made.get()
    do {
      let parent = url(object.sha256).deletingLastPathComponent()
      try await flushes.flush(parent, upTo: parent)
      if !certain.contains(parent.path) {
        try await flushes.flush(folder, upTo: folder)
        certain.insert(parent.path)
      }
    } catch {
      throw .noSpace
    }
    return object
  }

  /// Gives the file its name; blocks on the disk.
  private func name(_ source: URL, isSettled: Bool) -> Result<Object, Failure> {
    let temporary = incoming.appendingPathComponent("object-" + UUID().uuidString)
    defer { unlink(temporary.path) }
    do throws(Failure) {
      let isLinked = isSettled && link(source.path, temporary.path) == 0
      let object = try isLinked ? measure(temporary) : copy(source, to: temporary)
      let target = url(object.sha256)
      let isNew = mkdir(target.deletingLastPathComponent().path, 0o700) == 0
      guard isNew || errno == EEXIST, rename(temporary.path, target.path) == 0 else {
        throw .noSpace
      }
      return .success(object)
    } catch {
      return .failure(error)
    }
  }

  private func measure(_ file: URL) throws(Failure) -> Object {
    var digest = SHA256()
    var count: Int64 = 0
    try Self.read(file) { bytes throws(Failure) in
      digest.update(bufferPointer: bytes)
      count += Int64(bytes.count)
    }
    return Object(sha256: Self.hexadecimal(digest.finalize()), byteCount: count)
  }

  private func copy(_ source: URL, to target: URL) throws(Failure) -> Object {
    let output = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw .noSpace }
    defer { close(output) }
    var digest = SHA256()
    var count: Int64 = 0
    try Self.read(source) { bytes throws(Failure) in
      digest.update(bufferPointer: bytes)
      var written = 0
      while written < bytes.count {
        let put = write(output, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if put < 0 && errno == EINTR { continue }
        guard put > 0 else { throw .noSpace }
        written += put
      }
      count += Int64(bytes.count)
    }
    guard fsync(output) == 0 else { throw .noSpace }
    return Object(sha256: Self.hexadecimal(digest.finalize()), byteCount: count)
  }

  /// The file piece by piece.
  private static func read(
    _ file: URL, _ take: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let input = open(file.path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw .unreadable }
    defer { close(input) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let got = Glibc.read(input, buffer.baseAddress, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable }
      if got == 0 { return }
      try take(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
    }
  }

  /// The bytes, when they are there and have their digest.
  func read(_ sha256: String) -> Data? {
    guard let data = try? Data(contentsOf: url(sha256)),
      Self.hexadecimal(SHA256.hash(data: data)) == sha256
    else { return nil }
    return data
  }

  /// True when the object is there and has its digest; reads it piece by piece.
  func isIntact(_ sha256: String) -> Bool {
    (try? measure(url(sha256)))?.sha256 == sha256
  }

  /// True when the object is there in full length.
  func contains(_ object: Object) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: url(object.sha256).path)
    return (attributes?[.size] as? NSNumber)?.int64Value == object.byteCount
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

/// Folders whose own names are known to be on the disk: another process, or another file that made
/// the folder a moment ago, may not have come as far as that.
private final class CertainFolders: Sendable {
  private let paths = Mutex<Set<String>>([])
  func contains(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }
  func insert(_ path: String) { paths.withLock { _ = $0.insert(path) } }
}
