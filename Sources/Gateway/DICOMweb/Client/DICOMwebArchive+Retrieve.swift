import AsyncHTTPClient
import Crypto
public import Foundation
import NIOCore
import NIOHTTP1

extension DICOMwebArchive {
  private static let anySyntax =
    "multipart/related; type=\"application/dicom\"; transfer-syntax=*"

  private static func path(_ study: String, _ series: String, _ instance: String) throws
    -> String
  {
    try "/studies/\(escaped(study))/series/\(escaped(series))/instances/\(escaped(instance))"
  }

  /// Hashes what comes, and hangs up as soon as there is more than was sent.
  public func givesBack(_ instance: SentInstance) async throws -> Bool {
    let path = try Self.path(
      instance.studyInstanceUID, instance.seriesInstanceUID, instance.sopInstanceUID)
    return try await send(
      .GET, path, accept: Self.anySyntax, expecting: instance.byteCount
    ) { head, bytes in
      if [204, 404, 410].contains(head.status) { throw ArchiveError.notFound }
      guard head.status == 200 else { throw Self.error(head.status) }
      var part = try SinglePart(head.contentType)
      var digest = SHA256()
      var count: Int64 = 0
      for try await buffer in bytes {
        for piece in try part.feed(buffer) {
          count += Int64(piece.readableBytes)
          guard count <= instance.byteCount else { return false }
          piece.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
        }
      }
      try part.finish()
      return count == instance.byteCount
        && Delivery.hex(digest.finalize()) == instance.sha256
    }
  }

  /// Asks for the transfer syntax that the PACS holds, so that nothing is converted.
  public func retrieve(study: String, series: String, instance: String, limit: Int) async throws
    -> Data
  {
    // The multipart frame around the instance needs some more.
    let answer = try await send(
      .GET, try Self.path(study, series, instance), accept: Self.anySyntax,
      limit: limit.addingReportingOverflow(65_536).overflow ? limit : limit + 65_536)
    if answer.status == 404 || answer.status == 410 || answer.status == 204 {
      throw ArchiveError.notFound
    }
    guard answer.status == 200 else { throw Self.error(answer.status) }
    let file = try Self.singlePart(answer)
    guard file.count <= limit else {
      throw ArchiveError.malformed("the instance is larger than \(limit) bytes")
    }
    return file
  }

  private static func singlePart(_ answer: Answer) throws -> Data {
    if answer.contentType?.name == "application/dicom" { return answer.body }
    var part = try SinglePart(answer.contentType)
    var file = Data()
    file.reserveCapacity(answer.body.count)
    for piece in try part.feed(ByteBuffer(bytes: answer.body)) {
      file.append(contentsOf: piece.readableBytesView)
    }
    try part.finish()
    return file
  }
}

/// The one Part 10 file of an answer as it comes in; some servers send it without a multipart
/// frame.
private struct SinglePart {
  /// Nil without a frame.
  private var parser: MultipartParser?

  init(_ type: MediaType?) throws {
    if type?.name == "application/dicom" { return }
    guard let type, type.name == "multipart/related",
      let parser = MultipartParser(boundary: type.parameters["boundary"] ?? "", maximumParts: 1)
    else {
      throw ArchiveError.malformed("the PACS answers a retrieval with something else than DICOM")
    }
    self.parser = parser
  }

  /// The file's bytes among those that came.
  mutating func feed(_ buffer: ByteBuffer) throws -> [ByteBuffer] {
    guard parser != nil else { return [buffer] }
    do {
      return try parser?.feed(buffer).compactMap { event in
        if case .bytes(let bytes) = event { bytes } else { nil }
      } ?? []
    } catch {
      throw ArchiveError.malformed("the PACS answers one instance with a broken multipart body")
    }
  }

  /// - Throws: when the answer ended too early.
  func finish() throws {
    guard parser?.isComplete ?? true else {
      throw ArchiveError.malformed("the PACS's answer is cut off")
    }
  }
}
