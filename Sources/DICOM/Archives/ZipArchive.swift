import CZlib

/// A ZIP archive of studies: stored and deflated entries, read one after another without unpacking
/// anything to the disk. Sizes, checksums, names and positions are checked, because whoever made
/// the archive may lie: see ``ZipEntry/objection``.
///
/// One thread at a time may use it.
///
///     let archive = try ZipArchive(path: "study.zip")
///     for entry in archive.entries where entry.objection == nil && !entry.isFolder {
///       let file = try DICOMFile.read(bytes: archive.read(entry, limit: 1 << 30))
///     }
public final class ZipArchive {
  /// In the order of the archive's directory.
  public let entries: [ZipEntry]
  private let source: ByteSource

  /// Reads the directory.
  /// - Throws: ``DICOMError`` when there is none, when it is damaged, when entries overlap, or when
  ///   it goes beyond the limits.
  public convenience init(path: String, limits: ZipLimits = ZipLimits()) throws(DICOMError) {
    try self.init(source: ByteSource(path: path), limits: limits)
  }

  /// An archive in memory.
  public convenience init(
    bytes: [UInt8], name: String = "data", limits: ZipLimits = ZipLimits()
  ) throws(DICOMError) {
    try self.init(source: ByteSource(bytes: bytes, name: name), limits: limits)
  }

  init(source: ByteSource, limits: ZipLimits) throws(DICOMError) {
    self.source = source
    entries = try ZipDirectory(source: source, limits: limits).read()
  }

  /// The bytes of an entry.
  /// - Parameter limit: a larger entry is refused.
  /// - Throws: ``DICOMError`` for an entry with an objection, and when size or checksum are not
  ///   what the directory says.
  public func read(_ entry: ZipEntry, limit: Int) throws(DICOMError) -> [UInt8] {
    guard entry.size <= limit else {
      throw .limit(
        file: name(entry), offset: entry.headerOffset, tag: nil,
        problem: "it has more than \(limit) bytes")
    }
    var bytes: [UInt8] = []
    // The claim may be a lie: memory follows what really comes.
    bytes.reserveCapacity(min(entry.size, 16 << 20))
    try stream(entry) { (part: UnsafeRawBufferPointer) throws(DICOMError) in
      bytes.append(contentsOf: part)
      return true
    }
    return bytes
  }

  /// Gives the bytes of an entry piece by piece. The checks of size and checksum come at the end:
  /// until then nothing is certain.
  /// - Parameter receive: false ends the reading without those checks.
  /// - Throws: see ``read(_:limit:)``, and whatever `receive` throws.
  public func stream(
    _ entry: ZipEntry, to receive: (UnsafeRawBufferPointer) throws(DICOMError) -> Bool
  ) throws(DICOMError) {
    if let objection = entry.objection {
      throw .malformed(
        file: name(entry), offset: entry.headerOffset, tag: nil, problem: objection)
    }
    let start = try dataOffset(entry)
    var checksum = CZlib.crc32(0, nil, 0)
    var total = 0
    func take(_ part: UnsafeRawBufferPointer) throws(DICOMError) -> Bool {
      total += part.count
      // Not a byte more than claimed leaves this function.
      guard total <= entry.size else { throw forged(entry) }
      checksum = CZlib.crc32(
        checksum, part.bindMemory(to: UInt8.self).baseAddress, UInt32(part.count))
      return try receive(part)
    }
    let end = start + entry.compressedSize
    switch entry.method {
    case .stored: if try !stored(from: start, to: end, take) { return }
    case .deflated:
      switch try Inflater.stream(source, from: start, to: end, take) {
      case .stopped: return
      case .complete: break
      case .damaged:
        throw .malformed(
          file: name(entry), offset: start, tag: nil,
          problem: "its compressed data breaks off or is damaged")
      }
    }
    guard total == entry.size else { throw forged(entry) }
    guard UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
      throw .malformed(
        file: name(entry), offset: start, tag: nil,
        problem: "its checksum is not that of the archive's directory")
    }
  }

  /// False when the receiver wanted no more.
  private func stored(
    from start: Int, to end: Int, _ receive: (UnsafeRawBufferPointer) throws(DICOMError) -> Bool
  ) throws(DICOMError) -> Bool {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 8)
    defer { piece.deallocate() }
    var offset = start
    while offset < end {
      let count = min(piece.count, end - offset)
      piece.copyBytes(from: try source.bytes(offset, count))
      guard try receive(UnsafeRawBufferPointer(rebasing: piece[..<count])) else { return false }
      offset += count
    }
    return true
  }

  /// The archive's path, `!`, and the entry's name.
  public func name(_ entry: ZipEntry) -> String { source.name + "!" + entry.name }

  private func forged(_ entry: ZipEntry) -> DICOMError {
    .malformed(
      file: name(entry), offset: entry.headerOffset, tag: nil,
      problem: "its size is forged: it does not hold the \(entry.size) bytes that are claimed")
  }

  /// Where the data begins, by the local header, which must agree with the directory.
  private func dataOffset(_ entry: ZipEntry) throws(DICOMError) -> Int {
    let offset = entry.headerOffset
    let nameLength = Int(try source.u16(offset + 26))
    let extraLength = Int(try source.u16(offset + 28))
    guard try source.u32(offset) == 0x0403_4B50,
      try source.u16(offset + 8) == entry.method.rawValue,
      try source.bytes(offset + 30, nameLength) == entry.nameBytes
    else {
      throw .malformed(
        file: name(entry), offset: offset, tag: nil,
        problem: "its header and the archive's directory contradict each other")
    }
    return offset + 30 + nameLength + extraLength
  }
}
