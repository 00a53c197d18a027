public import Foundation
import NIOCore
import NIOHTTP1

extension DICOMwebArchive {
  /// Asks for the transfer syntax that the PACS holds, so that nothing is converted.
  public func retrieve(study: String, series: String, instance: String, limit: Int) async throws
    -> Data
  {
    let path =
      try "/studies/\(Self.escaped(study))/series/\(Self.escaped(series))"
      + "/instances/\(Self.escaped(instance))"
    // The multipart frame around the instance needs some more.
    let answer = try await send(
      .GET, path, accept: "multipart/related; type=\"application/dicom\"; transfer-syntax=*",
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

  /// The one Part 10 file of an answer; some servers send it without a multipart frame.
  private static func singlePart(_ answer: Answer) throws -> Data {
    if answer.contentType?.name == "application/dicom" { return answer.body }
    guard let type = answer.contentType, type.name == "multipart/related",
      var parser = MultipartParser(boundary: type.parameters["boundary"] ?? "", maximumParts: 1)
    else {
      throw ArchiveError.malformed("the PACS answers a retrieval with something else than DICOM")
    }
    var file = Data()
    file.reserveCapacity(answer.body.count)
    do {
      for event in try parser.feed(ByteBuffer(bytes: answer.body)) {
        if case .bytes(let bytes) = event { file.append(contentsOf: bytes.readableBytesView) }
      }
    } catch {
      throw ArchiveError.malformed("the PACS answers one instance with a broken multipart body")
    }
    guard parser.isComplete else { throw ArchiveError.malformed("the PACS's answer is cut off") }
    return file
  }
}
