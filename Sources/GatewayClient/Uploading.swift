import Foundation
import NIOHTTP1
public import Sync
public import Wire

extension GatewayClient {
  public func initialise(_ request: InitRequest, access: String) async throws -> InitAnswer {
    let answer = try await json(
      InitAnswer.self, .POST, Routes.uploadInit, body: request, token: access,
      deadline: transport.limits.request + Double(request.files?.count ?? 0) / 200)
    _ = try segment(answer.uploadID)
    guard answer.chunkSize > 0 else { throw LinkError.malformed("field chunk_size") }
    return answer
  }

  public func put(_ chunk: OutgoingChunk, uploadToken: String) async throws -> ChunkReceipt {
    var exchange = Exchange(
      method: .PUT, path: Routes.base + Routes.chunk(try segment(chunk.upload)),
      query: [("chunk_index", String(chunk.index)), ("file_id", chunk.fileID)],
      headers: [
        ("Content-Type", "application/octet-stream"),
        ("Content-Digest", "sha-256=:\(chunk.sha256.base64EncodedString()):"),
      ],
      body: chunk.bytes, token: uploadToken, limit: 65_536,
      deadline: speed.allowance(bytes: chunk.bytes.count, fixed: transport.limits.chunk))
    if let md5 = chunk.md5 {
      exchange.headers.append(("Content-MD5", md5.base64EncodedString()))
    }
    let begin = ContinuousClock.now
    let answer: Answer
    do {
      answer = try await transport.perform(exchange, origin: address)
    } catch LinkError.timedOut {
      speed.recordTimeout()
      throw LinkError.timedOut
    }
    let taken = begin.duration(to: .now) / .seconds(1)
    guard !answer.body.isEmpty else {
      return ChunkReceipt(existed: true, receivedBytes: nil, sha256: nil)
    }
    speed.record(bytes: chunk.bytes.count, seconds: taken)
    let said = try decode(ChunkAnswer.self, from: answer.body)
    guard said.fileID == chunk.fileID, said.chunkIndex == chunk.index else {
      throw LinkError.malformed("the answer is about another chunk")
    }
    return ChunkReceipt(
      existed: said.status == "exists", receivedBytes: said.receivedBytes,
      sha256: said.sha256?.lowercased())
  }

  public func status(of upload: String, uploadToken: String) async throws -> UploadStatusAnswer {
    try await json(
      UploadStatusAnswer.self, .GET, Routes.uploadStatus(try segment(upload)), token: uploadToken,
      limit: 16 << 20)
  }

  public func complete(_ upload: String, uploadToken: String) async throws -> CompleteAnswer {
    // `wait=0`: ours answers when the study is stored and does not wait for the PACS.
    try await json(
      CompleteAnswer.self, .POST, Routes.complete(try segment(upload)), query: [("wait", "0")],
      token: uploadToken, limit: 4 << 20, deadline: transport.limits.complete)
  }

  public func proof(of upload: String, access: String) async throws -> ProofAnswer {
    try await json(
      ProofAnswer.self, .GET, Routes.proof(try segment(upload)), token: access, limit: 32 << 20)
  }

  public func cancel(_ upload: String, access: String) async throws {
    _ = try await raw(.POST, Routes.cancel(try segment(upload)), token: access)
  }

  public func renewUploadToken(of upload: String, access: String) async throws -> String {
    try await json(
      UploadTokenAnswer.self, .POST, Routes.refreshUploadToken,
      query: [("upload_id", try segment(upload))], token: access
    ).uploadToken
  }
}
