import DICOM
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

extension DICOMwebRoutes {
  /// WADO-RS (PS3.18 section 10.4): the files as they were taken, whatever transfer syntax they
  /// have; nothing is converted.
  func retrieve(_ request: Request, _ files: [ArchivedFile]) async throws -> Response {
    guard
      Self.accepts("multipart/related", request) || Self.accepts("application/dicom", request)
    else {
      throw HTTPError(.notAcceptable, message: "answers are multipart/related; application/dicom")
    }
    let body = MultipartFiles(
      files.map {
        MultipartFiles.Part(
          sopInstanceUID: $0.sopInstanceUID, file: $0.file, byteCount: $0.byteCount,
          sha256: $0.sha256,
          contentType: "application/dicom"
            + ($0.transferSyntaxUID.isEmpty ? "" : "; transfer-syntax=\($0.transferSyntaxUID)"))
      })
    return Response(
      status: .ok, headers: [.contentType: body.contentType],
      body: ResponseBody(contentLength: Int(body.byteCount)) { writer in
        for try await piece in body { try await writer.write(piece) }
        try await writer.finish(nil)
      })
  }

  /// The instances' headers without bulk data (PS3.18 section 10.4.1.1.2), written as they are
  /// read, one file in memory at a time.
  func metadata(_ files: [ArchivedFile]) async throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/dicom+json"],
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: "["))
        for (index, file) in files.enumerated() {
          let json = try await NIOThreadPool.singleton.runIfActive {
            let read = try DICOMFile.read(path: file.file.path, options: .header)
            return try DICOMJSON.data(of: DICOMJSON(read.dataSet))
          }
          if index > 0 { try await writer.write(ByteBuffer(string: ",\n")) }
          try await writer.write(ByteBuffer(bytes: json))
        }
        try await writer.write(ByteBuffer(string: "]"))
        try await writer.finish(nil)
      })
  }
}
