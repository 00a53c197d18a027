import Crypto
import Domain
import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a source file cannot be sent; each waits for a person.
enum SourceError: Error, Equatable {
  case vanished(String)
  case unreadable(String, String)
  /// Size, time, inode or content is not what was planned.
  case changed(String)

  /// A sentence with the file's place.
  var sentence: String {
    switch self {
    case .vanished(let path):
      "The file \(path) is gone. Put it back (same content) and press retry, or cancel."
    case .unreadable(let path, let why):
      "The file \(path) cannot be read (\(why)). Make it readable and press retry."
    case .changed(let path):
      "The file \(path) changed after it was queued. Press retry to send the study as it is now."
    }
  }
}

/// An open source file that answers only as long as it is the file that was planned.
final class SourceFile: Sendable {
  private let descriptor: Int32
  private let file: UploadFile

  /// Opens and compares size, modification time and inode with the plan.
  init(_ file: UploadFile) throws(SourceError) {
    self.file = file
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      switch code {
      case ENOENT, ENOTDIR: throw .vanished(file.path)
      default: throw .unreadable(file.path, String(cString: strerror(code)))
      }
    }
    self.descriptor = descriptor
    try checkUnchanged()
  }

  deinit { close(descriptor) }

  /// Compares size, modification time and inode, of the open file and of whatever has its name
  /// now, with the plan.
  func checkUnchanged() throws(SourceError) {
    var open = stat()
    guard fstat(descriptor, &open) == 0 else {
      throw .unreadable(file.path, String(cString: strerror(errno)))
    }
    guard SourceFile.matches(open, file) else { throw .changed(file.path) }
    var named = stat()
    guard stat(file.path, &named) == 0 else { throw .vanished(file.path) }
    guard SourceFile.matches(named, file) else { throw .changed(file.path) }
  }

  private static func matches(_ status: stat, _ file: UploadFile) -> Bool {
    #if canImport(Glibc)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    return !overflow && (status.st_mode & S_IFMT) == S_IFREG
      && Int64(status.st_size) == file.byteCount
      && seconds &+ Int64(time.tv_nsec) == file.modifiedAt
      && UInt64(status.st_ino) == file.inode
  }

  /// The bytes of one chunk, read while the file is unchanged before and after.
  func read(offset: Int64, length: Int) throws(SourceError) -> Data {
    try checkUnchanged()
    guard length > 0 else { return Data() }
    // Not cleared first: every byte of it is read.
    guard let memory = malloc(length) else {
      throw .unreadable(file.path, "there is no memory for \(length) bytes of it")
    }
    do {
      try read(into: memory, offset: offset, length: length)
      try checkUnchanged()
    } catch {
      free(memory)
      throw error
    }
    // Last: a few bytes are copied by this and their memory is freed at once.
    return Data(bytesNoCopy: memory, count: length, deallocator: .free)
  }

  private func read(into memory: UnsafeMutableRawPointer, offset: Int64, length: Int)
    throws(SourceError)
  {
    var done = 0
    while done < length {
      let count = pread(descriptor, memory + done, length - done, off_t(offset + Int64(done)))
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable(file.path, String(cString: strerror(errno)))
      }
      if count == 0 { throw .changed(file.path) }
      done += count
    }
  }

  /// Digests of the whole file and of its chunks, from one pass.
  func digest(layout: ChunkLayout) throws(SourceError) -> FileDigest {
    if layout.count(ofBytes: file.byteCount) == 1 {
      let sha256 = Digests.sha256(try read(offset: 0, length: Int(file.byteCount)))
      return FileDigest(layout: layout, sha256: Digests.hexadecimal(sha256), chunks: [sha256])
    }
    var whole = SHA256()
    var chunks: [Data] = []
    for index in 0..<layout.count(ofBytes: file.byteCount) {
      let bytes = try read(
        offset: layout.offset(of: index),
        length: layout.length(of: index, ofBytes: file.byteCount))
      whole.update(data: bytes)
      chunks.append(Digests.sha256(bytes))
    }
    return FileDigest(
      layout: layout, sha256: Digests.hexadecimal(whole.finalize()), chunks: chunks)
  }
}

/// What one pass over a file found: chunks sent later must have these digests, so that bytes of
/// two versions of a file never mix.
struct FileDigest: Sendable, Equatable {
  var layout: ChunkLayout
  /// Lower-case hexadecimal.
  var sha256: String
  var chunks: [Data]
}
