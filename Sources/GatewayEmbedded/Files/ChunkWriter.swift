import Crypto
import Foundation
import Gateway
import NIOCore
import Synchronization

/// Measures the bytes of a chunk as they come and writes them into its place.
final class ChunkWriter: Sendable {
  private struct State: ~Copyable {
    var sha256 = SHA256()
    var md5: Insecure.MD5?
    var size = 0
  }
  private let state: Mutex<State>
  private let container: ChunkContainer?
  private let offset: Int64

  /// - Parameters:
  ///   - container: nil measures only.
  ///   - wantsMD5: it costs more than the rest together, so only on request.
  init(into container: ChunkContainer?, at offset: Int64, wantsMD5: Bool) {
    self.container = container
    self.offset = offset
    state = Mutex(State(md5: wantsMD5 ? Insecure.MD5() : nil))
  }

  func write(_ buffer: ByteBuffer) throws {
    try state.withLock { state in
      try buffer.withUnsafeReadableBytes { bytes in
        try container?.write(bytes, at: offset + Int64(state.size))
        state.sha256.update(bufferPointer: bytes)
        state.md5?.update(bufferPointer: bytes)
        state.size += bytes.count
      }
    }
  }

  func finish() -> MeasuredBytes {
    state.withLock { state in
      MeasuredBytes(
        size: state.size, sha256: hexadecimal(state.sha256.finalize()),
        md5: state.md5.map { hexadecimal($0.finalize()) })
    }
  }
}

/// Lower-case hexadecimal.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  var text: [UInt8] = []
  text.reserveCapacity(64)
  let digits = Array("0123456789abcdef".utf8)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
