import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Wire

@testable import Gateway

/// Calls of a plain or our client.
struct TestClient: Sendable {
  let client: any TestClientProtocol

  struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: Data

    func decode<Message: Decodable>(_ type: Message.Type = Message.self) throws -> Message {
      try JSONDecoder().decode(type, from: body)
    }
    var text: String { String(decoding: body, as: UTF8.self) }
    var code: ErrorCode? { (try? decode(Problem.self))?.code }
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, token: String? = nil, body: Data? = nil,
    headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    if let token { headers[.authorization] = "Bearer \(token)" }
    return try await client.execute(
      uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) }
    ) { response in
      Answer(
        status: response.status.code, headers: response.headers,
        body: Data(response.body.readableBytesView))
    }
  }

  func post(_ path: String, _ message: some Encodable, token: String? = nil) async throws -> Answer
  {
    try await send(.post, path, token: token, body: JSON.encode(message))
  }

  func login(_ name: String) async throws -> TokenPair {
    let answer = try await post(
      "/api/v1/auth/login", LoginRequest(username: name, password: TestGateway.password))
    try #require(answer.status == 200, "\(answer.text)")
    return try answer.decode()
  }

  func put(
    _ upload: InitAnswer, _ file: String, _ index: Int, _ bytes: Data, headers: HTTPFields = [:]
  ) async throws -> Answer {
    try await send(
      .put, "/api/v1/upload/\(upload.uploadID)/chunk?chunk_index=\(index)&file_id=\(file)",
      token: upload.uploadToken, body: bytes, headers: headers)
  }

  /// As a client with manifest does it.
  func manifest(
    _ files: [TestFile], client: String = "c1", chunk: Int = 2_000,
    study: String = TestObjects.study, level: String = "routine", force: Bool = false
  ) -> InitRequest {
    InitRequest(
      studyMetadata: StudyMetadata(
        patientName: "Doe^Jane", studyDate: "20261101", modality: "CT", serviceLevel: level),
      totalFiles: files.count, totalSizeBytes: Int64(files.reduce(0) { $0 + $1.bytes.count }),
      clinicalHistory: level == "routine" ? nil : "Fall, drowsy.", forceUpload: force,
      clientUploadID: client, studyInstanceUID: study, chunkSize: chunk,
      files: files.map(\.manifest))
  }

  func begin(_ request: InitRequest, _ token: String) async throws -> InitAnswer {
    let answer = try await post("/api/v1/upload/init", request, token: token)
    try #require(answer.status == 200, "\(answer.text)")
    return try answer.decode()
  }

  func sendAll(_ files: [TestFile], _ upload: InitAnswer) async throws {
    for file in files {
      for (index, chunk) in Self.chunks(file.bytes, upload.chunkSize).enumerated() {
        let answer = try await put(upload, file.id, index, chunk)
        try #require([200, 204].contains(answer.status), "\(answer.text)")
      }
    }
  }

  func complete(_ upload: InitAnswer, wait: Double = 0) async throws -> Answer {
    try await send(
      .post, "/api/v1/upload/\(upload.uploadID)/complete?wait=\(wait)",
      token: upload.uploadToken)
  }

  func proof(_ upload: InitAnswer) async throws -> ProofAnswer {
    try await send(
      .get, "/api/v1/upload/\(upload.uploadID)/proof", token: upload.uploadToken
    ).decode()
  }

  static func chunks(_ bytes: Data, _ size: Int) -> [Data] {
    stride(from: 0, to: bytes.count, by: size).map {
      Data(bytes[$0..<min(bytes.count, $0 + size)])
    }
  }
}
