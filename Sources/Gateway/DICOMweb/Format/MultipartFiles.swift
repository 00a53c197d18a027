import Crypto
import Foundation
import NIOCore
import NIOPosix

/// A `multipart/related` body of Part 10 files, read from disk piece by piece as the connection
/// takes them: memory stays below a few pieces, however large the files.
struct MultipartFiles: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  struct Part: Sendable {
    var sopInstanceUID: String
    var file: URL
    var byteCount: Int64
    /// When given, the last piece is held back until the digest of all of them has been compared:
    /// a damaged file never goes out as a complete one.
    var sha256: String?
    var contentType = "application/dicom"
  }

  private let parts: [Part]
  private let boundary: String
  /// Of the whole body.
  let byteCount: Int64

  static let pieceBytes = 262_144

  init(_ parts: [Part], boundary: String = "radrelay-" + UUID().uuidString) {
    self.parts = parts
    self.boundary = boundary
    let heads = parts.enumerated().map { index, part in
      Int64(Self.head(boundary, part, isFirst: index == 0).utf8.count)
    }
    byteCount =
      parts.map(\.byteCount).reduce(0, +) + heads.reduce(0, +)
      + Int64(Self.tail(boundary).utf8.count)
  }

  var contentType: String {
    "multipart/related; type=\"application/dicom\"; boundary=\"\(boundary)\""
  }

  private static func head(_ boundary: String, _ part: Part, isFirst: Bool) -> String {
    (isFirst ? "" : "\r\n") + "--\(boundary)\r\nContent-Type: \(part.contentType)\r\n\r\n"
  }

  private static func tail(_ boundary: String) -> String { "\r\n--\(boundary)--\r\n" }

  func makeAsyncIterator() -> Iterator { Iterator(parts: parts, boundary: boundary) }

  struct Iterator: AsyncIteratorProtocol {
    let parts: [Part]
    let boundary: String
    private var index = 0
    private var handle: FileHandle?
    private var digest = SHA256()
    private var left: Int64 = 0
    private var isDone = false

    init(parts: [Part], boundary: String) {
      self.parts = parts
      self.boundary = boundary
    }

    mutating func next() async throws -> ByteBuffer? {
      if let handle, left > 0 { return try await piece(of: handle) }
      if handle != nil {
        try? handle?.close()
        handle = nil
        index += 1
      }
      if index < parts.count {
        let part = parts[index]
        guard let opened = try? FileHandle(forReadingFrom: part.file) else { throw failure }
        handle = opened
        left = part.byteCount
        digest = SHA256()
        return ByteBuffer(string: MultipartFiles.head(boundary, part, isFirst: index == 0))
      }
      guard !isDone else { return nil }
      isDone = true
      return ByteBuffer(string: MultipartFiles.tail(boundary))
    }

    private var failure: OutgoingFileError {
      OutgoingFileError(sopInstanceUID: parts[index].sopInstanceUID)
    }

    private mutating func piece(of handle: FileHandle) async throws -> ByteBuffer {
      let wanted = Int(Swift.min(Int64(MultipartFiles.pieceBytes), left))
      let failure = failure
      // Reading blocks; the pool's threads are there for that.
      let piece = try await NIOThreadPool.singleton.runIfActive {
        guard let piece = try? handle.read(upToCount: wanted), !piece.isEmpty else { throw failure }
        return piece
      }
      left -= Int64(piece.count)
      if let expected = parts[index].sha256 {
        digest.update(data: piece)
        if left == 0, hexadecimal(digest.finalize()) != expected { throw failure }
      }
      return ByteBuffer(bytes: piece)
    }
  }
}

/// A file of the gateway that cannot be read as it was promised.
struct OutgoingFileError: Error {
  var sopInstanceUID: String
}

/// A digest in lower-case hexadecimal.
func hexadecimal(_ digest: SHA256.Digest) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(64)
  for byte in digest {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
