import CZlib
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization
import Wire

/// Answers of a gateway that means harm.
extension FaultResponder {
  func hostile(_ name: String, _ path: String) -> Response? {
    if desk.fires(.redirectsInCircles) { return json(307, "", ["Location": path]) }
    if desk.fires(.waitsForEver) {
      let isDate = desk.state.withLock { ($0.happened[.waitsForEver] ?? 0) % 2 == 0 }
      return json(
        429, "{\"error\":\"slow down\"}",
        ["Retry-After": isDate ? "Sat, 06 Nov 9999 08:49:37 GMT" : "9999999999"])
    }
    if desk.fires(.tricklesAnswer) {
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init { writer in
          while true {
            try await writer.write(ByteBuffer(string: " "))
            try await Task.sleep(for: .milliseconds(50))
          }
        })
    }
    if desk.fires(.compressedAnswer) {
      return Response(
        status: .ok, headers: [.contentType: "application/json", .contentEncoding: "gzip"],
        body: .init(byteBuffer: ByteBuffer(bytes: Self.bomb)))
    }
    return nil
  }

  /// The answer to init with what an armed fault puts into it.
  func hostile(_ answer: InitAnswer) throws -> Response {
    var answer = answer
    if desk.fires(.climbingUploadID) { answer.uploadID = "../../auth/logout?x=" }
    if desk.fires(.farDates) {
      let isPast = desk.state.withLock { ($0.happened[.farDates] ?? 0) % 2 == 0 }
      answer.expiresAt = isPast ? "0001-01-01T00:00:00Z" : "9999-12-31T23:59:59Z"
    }
    if desk.fires(.zeroChunks) { answer.chunkSize = 0 }
    if desk.fires(.negativeChunks) { answer.chunkSize = -1_048_576 }
    if desk.fires(.hugeChunks) { answer.chunkSize = .max }
    if !desk.extensions, desk.fires(.tinyChunks) { answer.chunkSize = 1 }
    guard desk.fires(.overflowingChunks) else { return try encoded(answer) }
    answer.chunkSize = 77_777
    let text = String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
    return json(200, text.replacingOccurrences(of: "77777", with: "99999999999999999999999"))
  }

  /// 64 MB of spaces, compressed.
  private static let bomb: [UInt8] = {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return [] }
    defer { deflateEnd(&stream) }
    var input = [UInt8](repeating: 0x20, count: 1 << 20)
    var output = [UInt8](repeating: 0, count: 1 << 20)
    let room = output.count
    input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(room)
        for block in 0..<64 {
          stream.next_in = source.baseAddress
          stream.avail_in = UInt32(source.count)
          deflate(&stream, block == 63 ? Z_FINISH : Z_NO_FLUSH)
        }
      }
    }
    return Array(output.prefix(room - Int(stream.avail_out)))
  }()
}
