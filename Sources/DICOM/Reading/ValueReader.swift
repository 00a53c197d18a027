/// Reads values that were only located when a file was read: its bytes, inflated when they are
/// deflated.
struct ValueReader {
  let source: ByteSource
  private let isBigEndian: Bool

  /// - Throws: ``DICOMError`` when the file is gone or has changed since it was read.
  init(_ file: DICOMFile) throws(DICOMError) {
    var source: ByteSource
    switch file.origin {
    case .memory(let bytes): source = ByteSource(bytes: bytes, name: file.name)
    case .path(let modifiedAt):
      source = try ByteSource(path: file.name)
      guard source.size == file.size, source.modifiedAt == modifiedAt else {
        throw .unreadable(file: file.name, reason: "it has changed since it was read")
      }
    }
    if file.transferSyntax.isDeflated {
      var options = ReadOptions()
      options.maximumInflatedKept = options.maximumInflatedBytes
      source = try FileReader.inflated(source, options: options)
    }
    self.source = source
    isBigEndian = file.transferSyntax.isBigEndian
  }

  /// A part of a value, numbers in little endian order.
  /// - Parameters:
  ///   - start: counted from the beginning of the value; a multiple of 8.
  ///   - length: a multiple of 8, except at the end of the value.
  func bytes(_ element: Element, at start: Int, _ length: Int) throws(DICOMError) -> [UInt8] {
    guard let location = element.location, start >= 0, length >= 0,
      start <= location.length, length <= location.length - start
    else { throw .unwritable(tag: element.tag, problem: "its value is not in the file") }
    var bytes = try source.bytes(location.offset + start, length)
    if isBigEndian { DataSetParser.swap(&bytes, unit: element.vr.unitSize) }
    return bytes
  }
}

extension DICOMFile {
  /// The bytes of an element of this file, also of one that was larger than
  /// ``ReadOptions/maximumValueBytes``; numbers in little endian order.
  /// - Parameter limit: a longer value is refused.
  /// - Throws: ``DICOMError`` when the file is gone or has changed, or for sequences and
  ///   encapsulated pixel data, which have no bytes of their own.
  public func bytes(of element: Element, limit: Int) throws(DICOMError) -> [UInt8] {
    switch element.value {
    case .bytes(let bytes): return bytes
    case .items, .fragments:
      throw .unwritable(tag: element.tag, problem: "it holds parts, not bytes")
    case .located:
      guard let location = element.location, location.length <= limit else {
        throw .limit(
          file: name, offset: element.location?.offset ?? 0, tag: element.tag,
          problem: "its value has more than \(limit) bytes")
      }
      return try ValueReader(self).bytes(element, at: 0, location.length)
    }
  }
}
