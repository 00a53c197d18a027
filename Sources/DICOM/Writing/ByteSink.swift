import Foundation

/// Takes the bytes of a file that is written.
protocol ByteSink: AnyObject {
  func append(_ bytes: some Collection<UInt8>) throws(DICOMError)
}

/// Bytes in memory.
final class MemorySink: ByteSink {
  private(set) var bytes: [UInt8] = []

  func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }
}

/// A file that has its name only once it is complete and on the disk: until then a temporary one
/// beside it.
final class FileSink: ByteSink {
  private let path: String
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferSize = 256 << 10

  /// - Parameters:
  ///   - path: is replaced when it exists.
  ///   - mode: permissions, narrowed by the process's mask.
  init(path: String, mode: mode_t = 0o644) throws(DICOMError) {
    self.path = path
    temporary = path + ".\(UUID().uuidString.prefix(8)).partial"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw Self.error(path) }
  }

  deinit {
    if descriptor >= 0 {
      _ = close(descriptor)
      unlink(temporary)
    }
  }

  func append(_ bytes: some Collection<UInt8>) throws(DICOMError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private func flush() throws(DICOMError) {
    var start = 0
    while start < buffer.count {
      let written = buffer.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw Self.error(path) }
      start += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Makes everything durable and gives the file its name.
  func finish() throws(DICOMError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw Self.error(path) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporary, path) == 0 else {
      let error = Self.error(path)
      unlink(temporary)
      throw error
    }
    let folder = open(
      URL(fileURLWithPath: path).deletingLastPathComponent().path,
      O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      _ = close(folder)
    }
  }

  private static func error(_ path: String) -> DICOMError {
    .unwritable(tag: nil, problem: "\(path): \(ByteSource.systemWords(errno))")
  }
}
