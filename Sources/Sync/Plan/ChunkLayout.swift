/// How a file is cut: every chunk has the same size but the last. Fixed for the life of a session.
public struct ChunkLayout: Sendable, Equatable {
  /// Bytes; at least 1.
  public let chunkSize: Int

  public init(chunkSize: Int) { self.chunkSize = max(1, chunkSize) }

  /// The number of chunks of a file; 0 for an empty one.
  public func count(ofBytes byteCount: Int64) -> Int {
    guard byteCount > 0 else { return 0 }
    return Int((byteCount - 1) / Int64(chunkSize)) + 1
  }

  /// Bytes of one chunk; 0 when the file has no such chunk.
  public func length(of index: Int, ofBytes byteCount: Int64) -> Int {
    guard index >= 0, index < count(ofBytes: byteCount) else { return 0 }
    return Int(min(Int64(chunkSize), byteCount - offset(of: index)))
  }

  /// Where a chunk begins. Only for indices of the file.
  public func offset(of index: Int) -> Int64 { Int64(index) * Int64(chunkSize) }
}
