import Hummingbird
import NIOCore

/// The plain bytes of a chunk's body, as they come.
enum ChunkBody: AsyncSequence, Sendable {
  case plain(RequestBody)
  case gzip(GunzipBody<RequestBody>)
  /// Bytes that are here already.
  case bytes(ByteBuffer)

  init(_ body: RequestBody, isGzip: Bool) {
    self = isGzip ? .gzip(GunzipBody(base: body)) : .plain(body)
  }

  enum AsyncIterator: AsyncIteratorProtocol {
    case plain(RequestBody.AsyncIterator)
    case gzip(GunzipBody<RequestBody>.AsyncIterator)
    case bytes(ByteBuffer?)

    mutating func next() async throws -> ByteBuffer? {
      switch self {
      case .plain(var iterator):
        defer { self = .plain(iterator) }
        return try await iterator.next()
      case .gzip(var iterator):
        defer { self = .gzip(iterator) }
        return try await iterator.next()
      case .bytes(let buffer):
        self = .bytes(nil)
        return buffer
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator {
    switch self {
    case .plain(let body): .plain(body.makeAsyncIterator())
    case .gzip(let body): .gzip(body.makeAsyncIterator())
    case .bytes(let buffer): .bytes(buffer)
    }
  }

  /// The whole body in one buffer.
  /// - Parameter length: bytes that it says to have; nil when it does not say.
  /// - Throws: ``StorageError/tooLarge(limit:)``.
  func collect(atMost limit: Int, expecting length: Int?) async throws -> ByteBuffer {
    var whole = ByteBuffer()
    if let length, length <= limit { whole.reserveCapacity(length) }
    for try await buffer in self {
      guard whole.readableBytes + buffer.readableBytes <= limit else {
        throw StorageError.tooLarge(limit: limit)
      }
      if length == nil {
        whole.writeImmutableBuffer(buffer)
      } else {
        // The first one too: what was made ready is to be used.
        buffer.withUnsafeReadableBytes { _ = whole.writeBytes($0) }
      }
    }
    return whole
  }
}
