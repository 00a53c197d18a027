import Foundation

/// Random access to the bytes of a file through one window, filled by `pread` when needed, or to
/// bytes in memory. Every access is checked against the size.
final class ByteSource {
  /// The file's path, for error texts.
  private(set) var name: String
  /// Bytes in all; of an inflated stream, also of what lies beyond the part that is kept.
  private(set) var size: Int
  /// Modification time in nanoseconds since 1970, and inode.
  private(set) var modifiedAt: Int64 = 0
  private(set) var inode: UInt64 = 0
  private(set) var device: UInt64 = 0

  private var descriptor: Int32 = -1
  /// The bytes at hand; only ``place(_:_:)`` says what of them is valid.
  private(set) var window: UnsafeMutableRawBufferPointer
  /// Where the window begins in the file, and its bytes.
  private(set) var start = 0
  private(set) var count = 0

  /// Bytes of the first read, and of the largest. Small files are read at once: a second call costs
  /// more than copying them.
  private static let firstBlock = 8 << 10
  /// The first read ends where a page of the cache ends, so that it touches no further one.
  private static let page = 4 << 10
  private static let smallFile = 16 << 10
  private static let largestBlock = 64 << 10
  private var block = firstBlock
  /// Further bytes in memory, of a source of which only parts are kept.
  private var tail: (offset: Int, bytes: [UInt8]) = (0, [])
  var numbers: [Double] = []
  var lastSets: (bytes: [UInt8], sets: CharacterSets)?

  /// An empty source, to be given a file by ``open(_:)``.
  init() {
    name = ""
    size = 0
    window = .allocate(byteCount: Self.smallFile, alignment: 8)
  }

  convenience init(path: String) throws(DICOMError) {
    self.init()
    try open(path)
  }

  /// - Parameters:
  ///   - total: the size to claim when `bytes` are only the beginning.
  ///   - tail: the last bytes, when they are kept too.
  init(bytes: [UInt8], name: String, total: Int? = nil, tail: [UInt8] = []) {
    self.name = name
    size = max(total ?? bytes.count, bytes.count)
    count = bytes.count
    window = .allocate(byteCount: max(bytes.count, 1), alignment: 8)
    window.copyBytes(from: bytes)
    if tail.count <= size { self.tail = (size - tail.count, tail) }
  }

  deinit {
    close()
    window.deallocate()
  }

  /// Turns to another file; the window is used again.
  /// - Parameters:
  ///   - folder: a descriptor of the folder that `entry` is relative to.
  func open(_ path: String, in folder: Int32 = AT_FDCWD, entry: String? = nil)
    throws(DICOMError)
  {
    close()
    name = path
    (start, count, size) = (0, 0, 0)
    tail = (0, [])
    // Non-blocking, so that a pipe in the folder does not stop the scan.
    descriptor = openat(
      folder, entry ?? path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: Self.systemWords(errno)) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: path, reason: Self.systemWords(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(file: path, reason: "it is not a regular file")
    }
    size = Int(status.st_size)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    modifiedAt = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
  }

  func close() {
    if descriptor >= 0 { _ = Foundation.close(descriptor) }
    descriptor = -1
  }

  static func systemWords(_ code: Int32) -> String { String(cString: strerror(code)) }

  /// Makes `length` bytes from `offset` on present and gives their place in the window.
  @inline(__always)
  func place(_ offset: Int, _ length: Int) throws(DICOMError) -> Int {
    let index = offset &- start
    if index >= 0 && index <= count && length <= count &- index { return index }
    try fill(offset, length)
    return offset - start
  }

  private func fill(_ offset: Int, _ length: Int) throws(DICOMError) {
    guard offset >= 0, length >= 0, offset <= size, length <= size - offset else {
      throw .truncated(
        file: name, offset: offset, tag: nil, expected: length, available: max(0, size - offset))
    }
    guard descriptor >= 0 else { return try fillFromTail(offset, length) }
    // Reading on takes larger and larger blocks; a jump, as beyond pixel data, a small one.
    let isOn = offset <= start + count
    block =
      count == 0
      ? size <= Self.smallFile ? Self.smallFile : Self.firstBlock - offset % Self.page
      : isOn ? min(block * 2, Self.largestBlock) : 4 << 10
    let wanted = min(max(length, block), size - offset)
    makeRoom(wanted)
    (start, count) = (offset, 0)
    while count < wanted {
      let got = pread(
        descriptor, window.baseAddress.map { $0 + count }, wanted - count, off_t(offset + count))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable(file: name, reason: Self.systemWords(errno)) }
      if got == 0 { break }
      count += got
    }
    guard count >= length else {
      throw .truncated(
        file: name, offset: offset, tag: nil, expected: length, available: count)
    }
  }

  private func makeRoom(_ length: Int) {
    if length <= window.count { return }
    window.deallocate()
    window = .allocate(byteCount: length, alignment: 8)
  }

  /// Turns to the bytes at the end. What lies between them and the beginning is not there, and the
  /// reader goes forward only.
  private func fillFromTail(_ offset: Int, _ length: Int) throws(DICOMError) {
    guard offset >= tail.offset, length <= tail.bytes.count - (offset - tail.offset) else {
      throw .limit(
        file: name, offset: offset, tag: nil,
        problem: "it lies beyond the inflated bytes that are kept in memory")
    }
    makeRoom(tail.bytes.count)
    window.copyBytes(from: tail.bytes)
    (start, count) = (tail.offset, tail.bytes.count)
  }

  @inline(__always)
  func byte(_ offset: Int) throws(DICOMError) -> UInt8 {
    let index = try place(offset, 1)
    return window[index]
  }

  @inline(__always)
  func u16(_ offset: Int, big: Bool = false) throws(DICOMError) -> UInt16 {
    let index = try place(offset, 2)
    let value = UnsafeRawBufferPointer(window).loadUnaligned(
      fromByteOffset: index, as: UInt16.self)
    return big ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
  }

  @inline(__always)
  func u32(_ offset: Int, big: Bool = false) throws(DICOMError) -> UInt32 {
    let index = try place(offset, 4)
    let value = UnsafeRawBufferPointer(window).loadUnaligned(
      fromByteOffset: index, as: UInt32.self)
    return big ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
  }

  /// A copy of a range; the caller has bounded the length.
  func bytes(_ offset: Int, _ length: Int) throws(DICOMError) -> [UInt8] {
    if length == 0 { return [] }
    let index = try place(offset, length)
    return Array(window[index..<index + length])
  }
}
