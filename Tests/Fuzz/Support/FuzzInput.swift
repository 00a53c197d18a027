/// What every target begins with.
enum FuzzInput {
  /// A copy of exact size: the sanitizer sees every read beyond it.
  static func bytes(_ data: UnsafePointer<UInt8>?, _ size: Int) -> [UInt8] {
    guard let data, size > 0 else { return [] }
    return Array(UnsafeBufferPointer(start: data, count: size))
  }
}
