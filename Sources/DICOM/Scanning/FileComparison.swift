/// Compares files byte by byte.
enum FileComparison {
  /// True when both files have the same bytes; nil when one of them cannot be read, or when the
  /// comparison was stopped.
  static func areIdentical(_ a: String, _ b: String, isStopped: () -> Bool) -> Bool? {
    guard let first = try? ByteSource(path: a), let second = try? ByteSource(path: b) else {
      return nil
    }
    if first.size != second.size { return false }
    let piece = 64 << 10
    var offset = 0
    while offset < first.size {
      let length = min(piece, first.size - offset)
      guard !isStopped(), let left = try? first.bytes(offset, length),
        let right = try? second.bytes(offset, length)
      else { return nil }
      if left != right { return false }
      offset += length
    }
    return true
  }
}
