public import Foundation

/// The chunks of one file that the gateway acknowledged: one bit each, lowest bit first.
public struct ChunkBitmap: Sendable, Equatable {
  /// The bytes as they are stored; trailing zero bytes are left out.
  public private(set) var data: Data

  public init() { data = Data() }

  public init(data: Data) {
    self.data = Data(data)
    trim()
  }

  /// - Parameter chunks: indexes; negative ones are left out.
  public init(_ chunks: some Sequence<Int>) {
    data = Data()
    for chunk in chunks { insert(chunk) }
  }

  public func contains(_ chunk: Int) -> Bool {
    guard chunk >= 0, chunk / 8 < data.count else { return false }
    return data[data.startIndex + chunk / 8] & (1 << UInt8(chunk % 8)) != 0
  }

  /// - Returns: true when the chunk was not there before.
  @discardableResult
  public mutating func insert(_ chunk: Int) -> Bool {
    guard chunk >= 0, !contains(chunk) else { return false }
    if chunk / 8 >= data.count {
      data.append(Data(count: chunk / 8 + 1 - data.count))
    }
    data[data.startIndex + chunk / 8] |= 1 << UInt8(chunk % 8)
    return true
  }

  /// Adds the chunks of another one.
  public mutating func formUnion(_ other: ChunkBitmap) {
    for chunk in other.chunks { insert(chunk) }
  }

  /// The same bytes of a file of `bytes` bytes, cut otherwise: a new chunk is there as soon as some
  /// of its bytes were.
  public func recut(bytes: Int64, from old: Int, to new: Int) -> ChunkBitmap {
    guard old > 0, new > 0, old != new else { return self }
    var result = ChunkBitmap()
    for chunk in chunks {
      let length = Self.byteCount(of: chunk, bytes: bytes, chunkSize: old)
      guard length > 0 else { continue }
      let start = Int64(chunk) * Int64(old)
      for part in start / Int64(new)...(start + length - 1) / Int64(new) {
        result.insert(Int(clamping: part))
      }
    }
    return result
  }

  /// Number of chunks.
  public var count: Int { data.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The chunks among the first `total` that are not here, in order.
  public func missing(of total: Int) -> [Int] { (0..<max(0, total)).filter { !contains($0) } }

  /// The chunks that are here, in order.
  public var chunks: [Int] { (0..<data.count * 8).filter { contains($0) } }

  /// Number of chunks of a file: at least one, also when it is empty.
  public static func chunkCount(bytes: Int64, chunkSize: Int) -> Int {
    guard chunkSize > 0, bytes > 0 else { return 1 }
    let size = Int64(chunkSize)
    return Int(clamping: bytes / size + (bytes % size == 0 ? 0 : 1))
  }

  /// Bytes of one chunk; 0 outside of the file.
  public static func byteCount(of chunk: Int, bytes: Int64, chunkSize: Int) -> Int64 {
    guard chunkSize > 0, chunk >= 0, chunk < chunkCount(bytes: bytes, chunkSize: chunkSize)
    else { return 0 }
    return min(Int64(chunkSize), bytes - Int64(chunk) * Int64(chunkSize))
  }

  /// Bytes of the chunks here that lie inside of the file.
  public func byteCount(bytes: Int64, chunkSize: Int) -> Int64 {
    chunks.reduce(0) { $0 + Self.byteCount(of: $1, bytes: bytes, chunkSize: chunkSize) }
  }

  private mutating func trim() {
    while data.last == 0 { data.removeLast() }
  }
}
