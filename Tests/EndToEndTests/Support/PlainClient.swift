import Foundation
import TestSupport
import Wire

/// A client of the RelayPACS v1 interface with nothing but HTTP: it repeats nothing by itself.
struct PlainClient: Sendable {
  var port: Int
  var token = ""

  /// An answer with another status than wanted.
  struct Unexpected: Error, CustomStringConvertible {
    var answer: RawHTTP.Answer
    var description: String { "HTTP \(answer.status): \(answer.text.prefix(500))" }
  }

  static func login(_ name: String, port: Int) async throws -> PlainClient {
    var client = PlainClient(port: port)
    let answer = try await client.send(
      "POST", Routes.login,
      json: LoginRequest(username: name, password: GatewayProcess.password))
    client.token = try client.decode(TokenPair.self, answer).accessToken
    return client
  }

  func send(
    _ method: String, _ path: String, token: String? = nil, body: Data = Data(),
    headers: [String: String] = [:], base: String = Routes.base
  ) async throws -> RawHTTP.Answer {
    var headers = headers
    let token = token ?? self.token
    if !token.isEmpty { headers["Authorization"] = "Bearer \(token)" }
    return try await RawHTTP.send(
      method, base + path, headers: headers, body: body, to: port, within: .seconds(120))
  }

  func send(_ method: String, _ path: String, json: some Encodable) async throws -> RawHTTP.Answer {
    try await send(
      method, path, body: JSONEncoder().encode(json),
      headers: ["Content-Type": "application/json"])
  }

  func decode<Value: Decodable>(_: Value.Type, _ answer: RawHTTP.Answer) throws -> Value {
    guard answer.status == 200 else { throw Unexpected(answer: answer) }
    return try JSONDecoder().decode(Value.self, from: answer.body)
  }

  func get<Value: Decodable>(_ type: Value.Type, _ path: String) async throws -> Value {
    try decode(type, await send("GET", path))
  }

  func begin(_ request: InitRequest) async throws -> InitAnswer {
    try decode(InitAnswer.self, await send("POST", Routes.uploadInit, json: request))
  }

  func put(_ bytes: Data, _ index: Int, of file: String, _ session: InitAnswer) async throws
    -> RawHTTP.Answer
  {
    try await send(
      "PUT", Routes.chunk(session.uploadID) + "?chunk_index=\(index)&file_id=\(file)",
      token: session.uploadToken, body: bytes,
      headers: ["Content-Type": "application/octet-stream"])
  }

  func status(_ session: InitAnswer) async throws -> UploadStatusAnswer {
    try decode(
      UploadStatusAnswer.self,
      await send("GET", Routes.uploadStatus(session.uploadID), token: session.uploadToken))
  }

  func complete(_ session: InitAnswer, wait: Int? = nil) async throws -> RawHTTP.Answer {
    let query = wait.map { "?wait=\($0)" } ?? ""
    return try await send(
      "POST", Routes.complete(session.uploadID) + query, token: session.uploadToken)
  }

  func proof(_ session: InitAnswer) async throws -> ProofAnswer {
    try decode(
      ProofAnswer.self,
      await send("GET", Routes.proof(session.uploadID), token: session.uploadToken))
  }
}
