import Domain
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

  public func put(_ chunk: OutgoingChunk, uploadToken: String, terms: SendTerms) async throws
    -> ChunkReceipt
  {
    var exchange = Exchange(
      method: .PUT, path: Routes.base + Routes.chunk(try segment(chunk.upload)),
      query: [("chunk_index", String(chunk.index)), ("file_id", chunk.fileID)],
      headers: [
        ("Content-Type", "application/octet-stream"),
        ("Content-Digest", "sha-256=:\(chunk.sha256.base64EncodedString()):"),
      ],
      body: chunk.bytes, token: uploadToken, limit: 65_536, deadline: 0)
    if let piece = chunk.piece {
      exchange.query += [
        ("piece_offset", String(piece.offset)), ("chunk_bytes", String(piece.chunkBytes)),
      ]
    }
    if let md5 = chunk.md5 {
      exchange.headers.append(("Content-MD5", md5.base64EncodedString()))
    }
    let answer = try await carry(&exchange, bytes: chunk.bytes.count, terms)
    guard !answer.body.isEmpty else {
      return ChunkReceipt(
        existed: true, receivedBytes: nil, sha256: nil, isWhole: chunk.piece == nil)
    }
    let said = try decode(ChunkAnswer.self, from: answer.body)
    guard said.fileID == chunk.fileID, said.chunkIndex == chunk.index else {
      throw LinkError.malformed("the answer is about another chunk")
    }
    return ChunkReceipt(
      existed: said.status == "exists", receivedBytes: said.receivedBytes,
      sha256: said.sha256?.lowercased(),
      isWhole: chunk.piece == nil ? said.chunkComplete != false : said.chunkComplete == true)
  }

  public func put(_ chunks: [OutgoingChunk], uploadToken: String, terms: SendTerms) async throws
    -> [ChunkReceipt?]
  {
    guard let first = chunks.first else { return [] }
    let entries = chunks.map {
      ChunkBatch.Entry(
        fileID: $0.fileID, chunkIndex: $0.index, byteCount: $0.bytes.count,
        sha256: $0.sha256.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
    guard let head = try? ChunkBatch.head(entries) else {
      throw LinkError.unprocessable("the list of chunks cannot be written as JSON")
    }
    let count = head.count + chunks.reduce(0) { $0 + $1.bytes.count }
    var exchange = Exchange(
      method: .POST, path: Routes.base + Routes.chunks(try segment(first.upload)),
      headers: [("Content-Type", ChunkBatch.contentType)], body: head, rest: chunks.map(\.bytes),
      token: uploadToken, limit: 65_536 + 1_024 * chunks.count, deadline: 0)
    let answer = try await carry(&exchange, bytes: count, terms)
    let said = try decode(ChunkBatchAnswer.self, from: answer.body).chunks
    guard said.count == chunks.count,
      zip(said, chunks).allSatisfy({ $0.fileID == $1.fileID && $0.chunkIndex == $1.index })
    else { throw LinkError.malformed("the answer is about other chunks") }
    return said.map { said in
      guard said.status == "received" || said.status == "exists" else { return nil }
      return ChunkReceipt(
        existed: said.status == "exists", receivedBytes: said.receivedBytes,
        sha256: said.sha256.lowercased())
    }
  }

  /// Sends a body of chunks under its terms, and learns from the time that it took.
  private func carry(_ exchange: inout Exchange, bytes: Int, _ terms: SendTerms) async throws
    -> Answer
  {
    exchange.deadline =
      terms.extraTime
      + (terms.deadline ?? speed.allowance(bytes: bytes, fixed: transport.limits.chunk))
    exchange.pace = terms.pace
    if terms.mayCompress, let head = exchange.body,
      let packed = Gzip.smaller(exchange.rest.reduce(into: head) { $0.append($1) })
    {
      (exchange.body, exchange.rest) = (packed, [])
      exchange.headers.append(("Content-Encoding", "gzip"))
    }
    let begin = ContinuousClock.now
    let answer: Answer
    do {
      answer = try await transport.perform(exchange, origin: address)
    } catch LinkError.timedOut {
      if terms.deadline == nil { speed.recordTimeout() }
      throw LinkError.timedOut
    }
    if terms.pace == nil, !answer.body.isEmpty {
      speed.record(bytes: bytes, seconds: begin.duration(to: .now) / .seconds(1))
    }
    return answer
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

  public func known(_ request: KnownInstancesRequest, access: String) async throws
    -> KnownInstancesAnswer
  {
    let studies = request.studies?.count ?? 0
    let answer = try await json(
      KnownInstancesAnswer.self, .POST, Routes.knownInstances, body: request, token: access,
      limit: 65_536 + 1_024 * (request.sopInstanceUIDs.count + studies))
    var asked = Set(request.sopInstanceUIDs)
    let states: [InstanceState] = [.stored, .verified, .committed]
    for instance in answer.known {
      guard asked.remove(instance.sopInstanceUID) != nil else {
        throw LinkError.malformed("the answer is about other images")
      }
      guard states.contains(where: { $0.rawValue == instance.state }) else {
        throw LinkError.malformed("field known.state")
      }
      _ = try segment(instance.uploadID)
    }
    var places = Set(0..<studies)
    for similar in answer.similar ?? [] where places.remove(similar.study) == nil {
      throw LinkError.malformed("the answer is about other studies")
    }
    return answer
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
