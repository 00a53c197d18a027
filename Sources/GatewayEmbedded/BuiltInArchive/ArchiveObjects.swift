import Crypto
import Foundation
import Glibc

/// Files named by the SHA-256 of their content, written once: temporary name, fsync, rename,
/// fsync of the folder.
struct ArchiveObjects: Sendable {
  let folder: URL
  let incoming: URL

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
  }

  func url(_ sha256: String) -> URL {
    folder.appendingPathComponent(String(sha256.prefix(2))).appendingPathComponent(sha256)
  }

  /// Copies a file in, durably.
  func add(_ source: URL) throws(Failure) -> Object {
    let temporary = incoming.appendingPathComponent("object-" + UUID().uuidString)
    defer { unlink(temporary.path) }
    let input = open(source.path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw .unreadable }
    defer { close(input) }
    let output = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw .noSpace }
    defer { close(output) }
    var digest = SHA256()
    var count: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let got = Glibc.read(input, &buffer, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable }
      if got == 0 { break }
      buffer.withUnsafeBytes { digest.update(bufferPointer: .init(rebasing: $0[0..<got])) }
      var written = 0
      while written < got {
        let put = buffer.withUnsafeBytes { bytes in
          write(output, bytes.baseAddress.map { $0 + written }, got - written)
        }
        if put < 0 && errno == EINTR { continue }
        guard put > 0 else { throw .noSpace }
        written += put
      }
      count += Int64(got)
    }
    let name = Self.hexadecimal(digest.finalize())
    try commit(output, temporary, url(name))
    return Object(sha256: name, byteCount: count)
  }

  private func commit(_ output: Int32, _ temporary: URL, _ target: URL) throws(Failure) {
    let parent = target.deletingLastPathComponent()
    let isNew = mkdir(parent.path, 0o700) == 0
    guard isNew || errno == EEXIST, fsync(output) == 0,
      rename(temporary.path, target.path) == 0, Self.sync(parent), !isNew || Self.sync(folder)
    else { throw .noSpace }
  }

  private static func sync(_ folder: URL) -> Bool {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
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
    let input = open(url(sha256).path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { return false }
    defer { close(input) }
    var digest = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let got = Glibc.read(input, &buffer, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { return false }
      if got == 0 { return Self.hexadecimal(digest.finalize()) == sha256 }
      buffer.withUnsafeBytes { digest.update(bufferPointer: .init(rebasing: $0[0..<got])) }
    }
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
