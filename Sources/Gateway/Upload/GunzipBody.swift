import CZlib
import HTTPTypes
import NIOCore
import Wire

/// The plain bytes of a body with `Content-Encoding: gzip` (RFC 1952, one member), as they come.
/// No more than ``block`` bytes come at once, so that who reads can stop a body that grows beyond
/// its bound.
struct GunzipBody<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element == ByteBuffer, Base.Failure == any Error {
  let base: Base

  static var block: Int { 1 << 18 }

  struct AsyncIterator: AsyncIteratorProtocol {
    private var input: Base.AsyncIterator
    private var waiting = ByteBuffer()
    private let stream: InflateStream
    private var isOver = false
    /// zlib may hold back bytes for which there was no room.
    private var holdsBack = false

    init(_ base: Base) {
      input = base.makeAsyncIterator()
      stream = InflateStream()
    }

    mutating func next() async throws -> ByteBuffer? {
      while !isOver {
        if waiting.readableBytes == 0, !holdsBack {
          guard let more = try await input.next() else {
            throw GunzipProblem.brokenOff.problem
          }
          waiting = more
          if more.readableBytes == 0 { continue }
        }
        let (output, isEnd) = try stream.inflate(&waiting, atMost: GunzipBody.block)
        holdsBack = output.readableBytes == GunzipBody.block
        if isEnd {
          isOver = true
          if waiting.readableBytes > 0 { throw GunzipProblem.trailing.problem }
          while let more = try await input.next() {
            guard more.readableBytes == 0 else { throw GunzipProblem.trailing.problem }
          }
        }
        if output.readableBytes > 0 { return output }
      }
      return nil
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base) }
}

enum GunzipProblem {
  case damaged, brokenOff, trailing

  var problem: GatewayProblem {
    let words =
      switch self {
      case .damaged: "is not gzip, or is damaged"
      case .brokenOff: "breaks off"
      case .trailing: "has more behind the end of its gzip stream"
      }
    return GatewayProblem(.badRequest, .invalid, "The compressed body \(words). Send it again.")
  }
}

/// One zlib stream; used by one iterator.
private final class InflateStream {
  /// zlib keeps its address, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let isReady: Bool

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // What the macro inflateInit2 does; 16 asks for the gzip format.
    isReady =
      inflateInit2_(
        stream, MAX_WBITS + 16, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { inflateEnd(stream) }
    stream.deallocate()
  }

  /// Takes input and gives the plain bytes, as many as fit.
  func inflate(_ input: inout ByteBuffer, atMost bound: Int) throws -> (ByteBuffer, Bool) {
    guard isReady else { throw StorageError.failed("there is no memory to inflate a body") }
    var output = ByteBufferAllocator().buffer(capacity: bound)
    var status = Z_OK
    var taken = 0
    let given = min(input.readableBytes, 1 << 20)
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
      input.withUnsafeReadableBytes { source in
        // zlib only reads its input, though its header does not say so.
        let bytes = source.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes)
        stream.pointee.avail_in = UInt32(given)
        stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(bound)
        status = CZlib.inflate(stream, Z_NO_FLUSH)
        taken = given - Int(stream.pointee.avail_in)
        return bound - Int(stream.pointee.avail_out)
      }
    }
    input.moveReaderIndex(forwardBy: taken)
    // Z_BUF_ERROR only asks for more input.
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      throw GunzipProblem.damaged.problem
    }
    return (output, status == Z_STREAM_END)
  }
}
