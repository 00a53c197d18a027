import Crypto
import Foundation
import Gateway
import NIOCore
import Synchronization

/// Writes a file once, measuring what passes.
final class ChunkWriter: Sendable {
  private struct State: ~Copyable {
    var file: OutputFile
    var sha256 = SHA256()
    var md5 = Insecure.MD5()
    var size = 0
  }
  private let state: Mutex<State>
  let url: URL

  init(in folder: URL) throws {
    let file = try OutputFile(in: folder)
    url = file.url
    state = Mutex(State(file: file))
  }

  func write(_ buffer: ByteBuffer) throws {
    try state.withLock { state in
      try buffer.withUnsafeReadableBytes { try Self.write($0, &state) }
    }
  }

  /// Copies a chunk file and checks that it still is what was acknowledged.
  func append(contentsOf source: URL, expecting chunk: ChunkRecord) throws {
    let handle = open(source.path, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else { throw StorageError.damaged(chunk: chunk.index) }
    defer { close(handle) }
    let digest = try state.withLock { state in
      var digest = SHA256()
      try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
        while true {
          let count = read(handle, buffer.baseAddress, buffer.count)
          if count < 0 {
            if errno == EINTR { continue }
            throw Disk.error("read a chunk")
          }
          if count == 0 { break }
          let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
          digest.update(bufferPointer: part)
          try Self.write(part, &state)
        }
      }
      return hexadecimal(digest.finalize())
    }
    guard digest == chunk.sha256 else {
      throw StorageError.damaged(chunk: chunk.index)
    }
  }

  func finish() throws -> IncomingChunk {
    try state.withLock { state in
      try state.file.finish()
      let measured = MeasuredBytes(
        size: state.size, sha256: hexadecimal(state.sha256.finalize()),
        md5: hexadecimal(state.md5.finalize()))
      return IncomingChunk(measured: measured, token: state.file.url.lastPathComponent)
    }
  }

  func discard() { state.withLock { $0.file.discard() } }

  private static func write(_ bytes: UnsafeRawBufferPointer, _ state: inout State) throws {
    try state.file.write(bytes)
    state.sha256.update(bufferPointer: bytes)
    state.md5.update(bufferPointer: bytes)
    state.size += bytes.count
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
