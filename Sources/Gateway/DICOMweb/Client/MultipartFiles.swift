import Foundation
import NIOCore
import NIOPosix

/// The body of a STOW-RS request, `multipart/related` of Part 10 files, read from disk piece by
/// piece as the connection takes them: memory stays below one piece, however large the files.
struct MultipartFiles: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  private let files: [OutgoingInstance]
  private let boundary: String
  /// Of the whole body.
  let byteCount: Int64

  static let pieceBytes = 262_144

  init(_ files: [OutgoingInstance], boundary: String = "radrelay-" + UUID().uuidString) {
    self.files = files
    self.boundary = boundary
    let heads = files.indices.map { Int64(Self.head(boundary, isFirst: $0 == 0).utf8.count) }
    byteCount =
      files.map(\.byteCount).reduce(0, +) + heads.reduce(0, +)
      + Int64(Self.tail(boundary).utf8.count)
  }

  var contentType: String {
    "multipart/related; type=\"application/dicom\"; boundary=\"\(boundary)\""
  }

  private static func head(_ boundary: String, isFirst: Bool) -> String {
    (isFirst ? "" : "\r\n") + "--\(boundary)\r\nContent-Type: application/dicom\r\n\r\n"
  }

  private static func tail(_ boundary: String) -> String { "\r\n--\(boundary)--\r\n" }

  func makeAsyncIterator() -> Iterator { Iterator(files: files, boundary: boundary) }

  struct Iterator: AsyncIteratorProtocol {
    let files: [OutgoingInstance]
    let boundary: String
    private var index = 0
    private var handle: FileHandle?
    private var left: Int64 = 0
    private var isDone = false

    init(files: [OutgoingInstance], boundary: String) {
      self.files = files
      self.boundary = boundary
    }

    mutating func next() async throws -> ByteBuffer? {
      if let handle, left > 0 {
        let wanted = Int(Swift.min(Int64(MultipartFiles.pieceBytes), left))
        let name = files[index].sopInstanceUID
        // Reading blocks; the pool's threads are there for that.
        let piece = try await NIOThreadPool.singleton.runIfActive {
          do {
            return try handle.read(upToCount: wanted) ?? Data()
          } catch {
            throw OutgoingFileError(sopInstanceUID: name)
          }
        }
        guard !piece.isEmpty else { throw OutgoingFileError(sopInstanceUID: name) }
        left -= Int64(piece.count)
        return ByteBuffer(bytes: piece)
      }
      if handle != nil {
        try? handle?.close()
        handle = nil
        index += 1
      }
      if index < files.count {
        guard let opened = try? FileHandle(forReadingFrom: files[index].file) else {
          throw OutgoingFileError(sopInstanceUID: files[index].sopInstanceUID)
        }
        handle = opened
        left = files[index].byteCount
        return ByteBuffer(string: MultipartFiles.head(boundary, isFirst: index == 0))
      }
      guard !isDone else { return nil }
      isDone = true
      return ByteBuffer(string: MultipartFiles.tail(boundary))
    }
  }
}

/// A file of the gateway that cannot be read to the length that was promised.
struct OutgoingFileError: Error {
  var sopInstanceUID: String
}
