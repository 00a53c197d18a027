import DICOM
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension DICOMwebRoutes {
  /// STOW-RS (PS3.18 section 10.5): each part goes to a file of its own, then into the archive.
  /// Status 200 when all are stored, 202 when some, 409 when none.
  func store(_ request: Request, study: String?) async throws -> Response {
    guard let type = request.headers[.contentType].flatMap({ MediaType($0) }),
      type.name == "multipart/related",
      type.parameters["type"]?.lowercased() ?? "application/dicom" == "application/dicom",
      var parser = MultipartParser(boundary: type.parameters["boundary"] ?? "")
    else {
      throw HTTPError(
        .unsupportedMediaType,
        message: "expected multipart/related; type=\"application/dicom\"; boundary=…")
    }
    var taken: [TakenInstance] = []
    var incoming: IncomingFile?
    defer { incoming?.remove() }
    var received: Int64 = 0
    do {
      for try await buffer in request.body {
        received += Int64(buffer.readableBytes)
        guard received <= requestLimit else {
          throw HTTPError(.contentTooLarge, message: "send fewer instances in one request")
        }
        for event in try parser.feed(buffer) {
          switch event {
          case .part: incoming = try IncomingFile(in: archive.incomingFolder)
          case .bytes(let bytes): try incoming?.write(bytes)
          case .partEnd:
            guard let file = incoming else { continue }
            incoming = nil
            defer { file.remove() }
            try file.close()
            taken.append(await archive.take(file.url, study: study))
          }
        }
      }
    } catch let error as MultipartError {
      throw HTTPError(
        error == .tooLarge ? .contentTooLarge : .badRequest,
        message: "the multipart body cannot be read")
    } catch is IncomingFile.NoSpace {
      throw HTTPError(.init(code: 507), message: "the archive's disk is full")
    }
    guard parser.isComplete else {
      throw HTTPError(.badRequest, message: "the multipart body is cut off")
    }
    for study in Set(taken.filter { $0.failure == nil }.map(\.studyInstanceUID)) {
      try await stored(study)
    }
    let failures = taken.count { $0.failure != nil }
    let status: HTTPResponse.Status =
      taken.isEmpty
      ? .badRequest : failures == 0 ? .ok : failures < taken.count ? .accepted : .conflict
    return try Self.json(Self.answer(taken, root: Self.root(of: request)), status)
  }

  /// The Store Instances Response Module (PS3.18 annex I.2).
  private static func answer(_ taken: [TakenInstance], root: String) -> DICOMJSON {
    var answer = DICOMJSON()
    var stored: [DICOMJSON.Value] = []
    var failed: [DICOMJSON.Value] = []
    for instance in taken {
      var item = DICOMJSON()
      item.set("00081150", "UI", instance.sopClassUID)
      item.set("00081155", "UI", instance.sopInstanceUID)
      if let failure = instance.failure {
        item.attributes["00081197"] = DICOMJSON.Attribute(
          vr: "US", values: [.integer(Int64(failure.code))])
        failed.append(.item(item))
      } else {
        item.set(
          "00081190", "UR",
          "\(root)/studies/\(instance.studyInstanceUID)/series/\(instance.seriesInstanceUID)"
            + "/instances/\(instance.sopInstanceUID)")
        stored.append(.item(item))
      }
    }
    let studies = Set(taken.map(\.studyInstanceUID)).subtracting([""])
    if studies.count == 1, let study = studies.first {
      answer.set("00081190", "UR", "\(root)/studies/\(study)")
    }
    answer.attributes["00081199"] = DICOMJSON.Attribute(
      vr: "SQ", values: stored.isEmpty ? nil : stored)
    if !failed.isEmpty {
      answer.attributes["00081198"] = DICOMJSON.Attribute(vr: "SQ", values: failed)
    }
    return answer
  }
}

/// A file that a request is being written to; its name says nothing.
private final class IncomingFile {
  struct NoSpace: Error {}
  let url: URL
  private let handle: FileHandle

  init(in folder: URL) throws {
    url = folder.appendingPathComponent(UUID().uuidString)
    guard
      FileManager.default.createFile(
        atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw NoSpace() }
    handle = try FileHandle(forWritingTo: url)
  }

  func write(_ bytes: ByteBuffer) throws {
    do {
      try handle.write(contentsOf: Data(bytes.readableBytesView))
    } catch {
      throw NoSpace()
    }
  }

  func close() throws { try handle.close() }

  func remove() {
    try? handle.close()
    try? FileManager.default.removeItem(at: url)
  }
}
