import Foundation

/// The bytes that ``Element/Location`` counts in: the file, or the inflated data set of a deflated
/// one. Safe from several threads at once.
///
/// No descriptor stays open: a stack of thousands of files can be kept at hand.
public final class ValueSource: Sendable {
  private enum Storage {
    case file(path: String, size: Int, inode: UInt64, modifiedAt: Int64)
    case bytes([UInt8])
  }

  /// The file's path, for error texts.
  public let name: String
  private let storage: Storage

  init(file source: ByteSource) {
    name = source.name
    storage = .file(
      path: source.name, size: source.size, inode: source.inode, modifiedAt: source.modifiedAt)
  }

  /// Bytes in memory; locations count from their beginning.
  public init(bytes: [UInt8], name: String) {
    self.name = name
    storage = .bytes(bytes)
  }

  public var size: Int {
    switch storage {
    case .file(_, let size, _, _): size
    case .bytes(let bytes): bytes.count
    }
  }

  /// Copies ranges, one after another; the file is opened once for all of them.
  /// - Parameter buffer: as large as the ranges together.
  /// - Throws: ``DICOMError`` when a range lies beyond the end, when the file cannot be read, or
  ///   when it is not any more the file whose header was read.
  public func read(_ ranges: [Element.Location], into buffer: UnsafeMutableRawBufferPointer)
    throws(DICOMError)
  {
    var wanted = 0
    for range in ranges {
      guard range.offset >= 0, range.length >= 0, range.offset <= size,
        range.length <= size - range.offset, range.length <= buffer.count - wanted
      else {
        throw .truncated(
          file: name, offset: range.offset, tag: nil, expected: range.length,
          available: min(buffer.count - wanted, max(0, size - range.offset)))
      }
      wanted += range.length
    }
    switch storage {
    case .bytes(let bytes):
      var place = 0
      bytes.withUnsafeBytes { all in
        for range in ranges {
          let part = UnsafeRawBufferPointer(
            rebasing: all[range.offset..<range.offset + range.length])
          UnsafeMutableRawBufferPointer(rebasing: buffer[place..<place + range.length])
            .copyMemory(from: part)
          place += range.length
        }
      }
    case .file(let path, let size, let inode, let modifiedAt):
      // A source of its own for each call: it is not shared between threads.
      let source = OpenFile(path: path)
      defer { source.close() }
      try source.check(name: name, size: size, inode: inode, modifiedAt: modifiedAt)
      var place = 0
      for range in ranges {
        try source.read(
          range,
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[place..<place + range.length]),
          name: name)
        place += range.length
      }
    }
  }

  /// A copy of one range; the caller has bounded its length.
  public func bytes(_ range: Element.Location) throws(DICOMError) -> [UInt8] {
    guard range.length > 0 else { return [] }
    guard range.offset >= 0, range.offset <= size, range.length <= size - range.offset else {
      throw .truncated(
        file: name, offset: range.offset, tag: nil, expected: range.length,
        available: max(0, size - range.offset))
    }
    var failure: DICOMError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.length) { buffer, count in
      do throws(DICOMError) {
        try read([range], into: UnsafeMutableRawBufferPointer(buffer))
        count = range.length
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

extension ValueSource {
  /// What ranges that are together one raw deflate stream (RFC 1951) inflate to.
  /// - Parameter limit: more bytes than these are refused.
  public func inflated(_ ranges: [Element.Location], limit: Int) throws(DICOMError) -> ValueSource {
    var deflated: [UInt8] = []
    for range in ranges { deflated += try bytes(range) }
    let source = ByteSource(bytes: deflated, name: name)
    let result = try Inflater.inflate(source, from: 0, kept: limit, limit: limit)
    guard result.isComplete else {
      throw .malformed(
        file: name, offset: ranges.first?.offset ?? 0, tag: .pixelData,
        problem: "the compressed data breaks off or is damaged")
    }
    return ValueSource(bytes: result.bytes, name: name)
  }
}

/// A descriptor for the time of one read.
private struct OpenFile {
  let descriptor: Int32

  init(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
  }

  func close() {
    if descriptor >= 0 { _ = Foundation.close(descriptor) }
  }

  func check(name: String, size: Int, inode: UInt64, modifiedAt: Int64) throws(DICOMError) {
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: name, reason: ByteSource.systemWords(errno))
    }
    let time =
      Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    guard UInt64(status.st_ino) == inode, Int(status.st_size) == size, time == modifiedAt else {
      throw .unreadable(file: name, reason: "it was changed since its header was read")
    }
  }

  func read(_ range: Element.Location, into buffer: UnsafeMutableRawBufferPointer, name: String)
    throws(DICOMError)
  {
    var done = 0
    while done < range.length {
      let got = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, range.length - done,
        off_t(range.offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw .unreadable(file: name, reason: ByteSource.systemWords(errno))
      }
      guard got > 0 else {
        throw .truncated(
          file: name, offset: range.offset, tag: nil, expected: range.length, available: done)
      }
      done += got
    }
  }
}
