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
    var target: (container: ChunkContainer, offset: Int64)?
  }
  private let state: Mutex<State>
  private let begin: (@Sendable () throws -> (ChunkContainer, Int64))?

  /// - Parameters:
  ///   - wantsMD5: it costs more than the rest together, so only on request.
  ///   - begin: finds the place, when the first bytes come; nil measures only.
  init(wantsMD5: Bool, begin: (@Sendable () throws -> (ChunkContainer, Int64))? = nil) {
    self.begin = begin
    state = Mutex(State(md5: wantsMD5 ? Insecure.MD5() : nil))
  }

  func write(_ buffer: ByteBuffer) throws {
    try state.withLock { state in
      if state.target == nil { state.target = try begin?() }
      let target = state.target
      try buffer.withUnsafeReadableBytes { bytes in
        try target?.container.write(bytes, at: (target?.offset ?? 0) + Int64(state.size))
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
