import Crypto
import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway

/// Calls of the extensions.
extension TestClient {
  static func digest(_ data: Data) throws -> HTTPFields {
    let name = try #require(HTTPField.Name("Content-Digest"))
    return [name: "sha-256=:\(Data(SHA256.hash(data: data)).base64EncodedString()):"]
  }

  /// Bytes `range` of the chunk, as a piece of it.
  func piece(
    _ upload: InitAnswer, _ file: String, _ index: Int, of chunk: Data, _ range: Range<Int>,
    bytes: Data? = nil, headers: HTTPFields? = nil
  ) async throws -> Answer {
    let piece =
      bytes
      ?? Data(chunk[chunk.startIndex + range.lowerBound..<chunk.startIndex + range.upperBound])
    return try await send(
      .put,
      "/api/v1/upload/\(upload.uploadID)/chunk?chunk_index=\(index)&file_id=\(file)"
        + "&piece_offset=\(range.lowerBound)&chunk_bytes=\(chunk.count)",
      token: upload.uploadToken, body: piece, headers: try headers ?? Self.digest(piece))
  }

  typealias Part = (file: String, index: Int, bytes: Data)

  static func body(_ parts: [Part]) throws -> Data {
    try ChunkBatch.head(
      parts.map {
        .init(
          fileID: $0.file, chunkIndex: $0.index, byteCount: $0.bytes.count,
          sha256: TestFile.hex($0.bytes))
      }) + parts.reduce(Data()) { $0 + $1.bytes }
  }

  func batch(_ upload: InitAnswer, _ body: Data, headers: HTTPFields = [:]) async throws -> Answer {
    var headers = headers
    headers[.contentType] = ChunkBatch.contentType
    return try await send(
      .post, "/api/v1/upload/\(upload.uploadID)/chunks", token: upload.uploadToken, body: body,
      headers: headers)
  }

  func status(_ upload: InitAnswer) async throws -> UploadStatusAnswer {
    try await send(
      .get, "/api/v1/upload/\(upload.uploadID)/status", token: upload.uploadToken
    ).decode()
  }
}
