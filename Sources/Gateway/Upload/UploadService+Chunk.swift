import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

extension UploadService {
  /// What happened to a chunk.
  enum ChunkResult: Sendable, Equatable {
    case received(ChunkAnswer)
    case alreadyHere
  }

  /// `PUT /upload/{id}/chunk`. The bytes are durable, and recorded durably, before it returns.
  func receive(
    _ id: UploadID, by sender: UserID, fileID: String, index: Int, headers: HTTPFields,
    body: RequestBody
  ) async throws -> ChunkResult {
    guard Name.isUUID(id.rawValue) else { throw GatewayProblem.noSession }
    try limiter.take("chunk:\(id.rawValue)", limit: configuration.rates.chunks, window: 60)
    try Self.checkName(fileID, index)
    let announced = try BodyDigests(headers)
    let body = ChunkBody(body, isGzip: announced.isGzip)
    // Held until the chunk is recorded: nobody else writes at its place. Who comes meanwhile (the
    // connection before may hang) is given another place, and the first to be recorded counts.
    let isAlone = claims.enter(id, fileID, index)
    defer { if isAlone { claims.leave(id, fileID, index) } }
    let standing = try await catalogue.standing(of: fileID, index, in: id, by: sender)
    let upload = try session(standing)
    guard standing.hasRoom else {
      throw upload.state == .receiving ? UploadProblems.noRoom : UploadProblems.closed
    }
    let place = try fixedPlace(of: index, standing.file, upload)
    let start = ContinuousClock.now
    var limit = place?.size ?? configuration.limits.maximumChunk
    // What a body says of its length spares the store from making room for the most.
    limit = min(limit, announced.length(headers) ?? limit)
    if let known = standing.chunk {
      let measured = try await Self.storing {
        try await chunks.measure(body, limit: limit, wantsMD5: announced.wantsMD5)
      }
      try Self.check(measured, announced, place?.size)
      guard known.sha256 == measured.sha256 else { throw UploadProblems.chunkConflict }
      return .alreadyHere
    }
    guard upload.state == .receiving else { throw UploadProblems.closed }
    try await room.admit(limit)
    let isLarge = standing.file?.expectedSize ?? 0 >= Self.ownFile
    let slot = ChunkSlot(
      upload: upload.id,
      fixed: isAlone && isLarge ? place.map { .init(file: $0.file, offset: $0.offset) } : nil)
    let bound = limit
    let incoming = try await Self.storing {
      try await chunks.receive(body, limit: bound, slot: slot, wantsMD5: announced.wantsMD5)
    }
    do {
      try Self.check(incoming.measured, announced, place?.size)
      let result = try await keep(incoming, upload, fileID, index)
      metrics.observe("relay_chunk_put_seconds", "", start.duration(to: .now).seconds)
      return result
    } catch {
      await chunks.drop(incoming)
      if error as? StorageError == .full { throw UploadProblems.diskFull }
      throw error
    }
  }

  /// Bytes from which on a file is received as a file of its own. Smaller ones come one after the
  /// other in one file, which is put on the disk for several of them at a time.
  static let ownFile: Int64 = 65_536

  static func checkName(_ fileID: String, _ index: Int) throws {
    guard Name.isIdentifier(fileID) else {
      throw GatewayProblem(
        .badRequest, .invalid, "Query item file_id must match [A-Za-z0-9._-]{1,64}.")
    }
    guard (0..<InitCheck.chunksOfFile).contains(index) else {
      throw GatewayProblem.invalid("Query item chunk_index must be 0 … 999999.")
    }
  }

  /// The session, if it is the sender's and still there.
  func session(_ standing: ChunkStanding) throws -> UploadRecord {
    guard let account = standing.account, account.isActive else { throw GatewayProblem.badToken }
    guard let upload = standing.upload else { throw GatewayProblem.noSession }
    guard upload.owner == account.user.id else {
      throw GatewayProblem(.forbidden, .forbidden, "The upload belongs to another user.")
    }
    guard upload.state != .cancelled, upload.expiresAt > configuration.now() else {
      throw GatewayProblem.noSession
    }
    return upload
  }

  /// The store's refusals in words for the client.
  static func storing<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch StorageError.full {
      throw UploadProblems.diskFull
    } catch StorageError.tooLarge(let limit) {
      throw GatewayProblem(
        .contentTooLarge, .tooLarge, "This chunk may have \(limit) bytes; send less at once.")
    }
  }

  static func check(_ measured: MeasuredBytes, _ announced: BodyDigests, _ size: Int?)
    throws
  {
    guard measured.size > 0 else { throw GatewayProblem(.badRequest, .invalid, "Empty body") }
    guard announced.match(measured) else { throw UploadProblems.digestMismatch }
    if let size, measured.size != size {
      throw GatewayProblem.invalid(
        "This chunk must have \(size) bytes: the manifest fixes sizes. Send it again.")
    }
  }

  func keep(
    _ incoming: IncomingChunk, _ upload: UploadRecord, _ fileID: String, _ index: Int
  ) async throws -> ChunkResult {
    let measured = incoming.measured
    let place = try await chunks.keep(incoming)
    let expiresAt = configuration.now().addingTimeInterval(configuration.sessionLifetime)
    let outcome = try await catalogue.record(
      ChunkRecord(
        file: 0, index: index, size: measured.size, sha256: measured.sha256, place: place),
      fileID: fileID, of: upload.id, expiresAt: expiresAt)
    switch outcome {
    case .recorded:
      return .received(
        ChunkAnswer(
          uploadID: upload.id.rawValue, fileID: fileID, chunkIndex: index,
          receivedBytes: measured.size, status: "received", sha256: measured.sha256))
    case .same: return .alreadyHere
    case .conflict: throw UploadProblems.chunkConflict
    case .closed: throw UploadProblems.closed
    case .tooLarge: throw UploadProblems.noRoom
    }
  }

  /// Where the manifest has a chunk.
  struct FixedPlace {
    var file: Int
    var offset: Int64
    var size: Int
  }

  /// Nil without a manifest.
  func fixedPlace(of index: Int, _ file: FileRecord?, _ upload: UploadRecord) throws
    -> FixedPlace?
  {
    guard upload.hasManifest, let file, let size = file.expectedSize else { return nil }
    let start = Int64(index) * Int64(upload.chunkSize)
    guard start < size else { throw UploadProblems.noRoom }
    return FixedPlace(
      file: file.ordinal, offset: start, size: Int(min(Int64(upload.chunkSize), size - start)))
  }
}

extension CustodyState {
  /// RelayPACS's word for the state of an upload.
  var relayPACSName: String {
    switch self {
    case .receiving: "uploading"
    case .stored, .forwarding: "processing"
    case .verified, .committed: "complete"
    case .failed, .cancelled: "failed"
    }
  }

  /// How the PACS stands.
  var pacsStatus: String {
    switch self {
    case .receiving, .stored: "pending"
    case .forwarding: "forwarding"
    case .verified, .committed: "verified"
    case .failed, .cancelled: "failed"
    }
  }
}
