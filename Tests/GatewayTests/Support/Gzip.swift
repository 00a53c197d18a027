import CZlib
import Foundation

/// gzip as a client makes it.
enum Gzip {
  static func compress(_ data: Data) throws -> Data {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        &stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, zlibVersion(), size)
        == Z_OK
    else { throw CocoaError(.fileWriteUnknown) }
    defer { deflateEnd(&stream) }
    var input = [UInt8](data)
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(data.count))) + 64)
    let (inputCount, outputCount) = (input.count, output.count)
    let written = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(inputCount)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(outputCount)
        return deflate(&stream, Z_FINISH) == Z_STREAM_END
          ? outputCount - Int(stream.avail_out) : -1
      }
    }
    guard written >= 0 else { throw CocoaError(.fileWriteUnknown) }
    return Data(output[..<written])
  }
}
