import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

extension UploadService {
  /// A part of a chunk as the client names it.
  struct PieceName: Sendable {
    var fileID: String
    var index: Int
    /// The first byte in the chunk.
    var start: Int
    /// Bytes of the whole chunk.
    var chunkBytes: Int
  }

  /// `PUT /upload/{id}/chunk` with `piece_offset`: for lines on which a whole chunk does not get
  /// through. The piece is durable, and recorded durably, before it returns; the last one makes
  /// an ordinary chunk of all.
  func receivePiece(
    _ name: PieceName, of id: UploadID, by sender: UserID, headers: HTTPFields, body: RequestBody
  ) async throws -> ChunkAnswer {
    guard Name.isUUID(id.rawValue) else { throw GatewayProblem.noSession }
    try limiter.take("piece:\(id.rawValue)", limit: configuration.rates.pieces, window: 60)
    try Self.checkName(name.fileID, name.index)
    let announced = try BodyDigests(headers)
    let standing = try await catalogue.standing(of: name.fileID, name.index, in: id, by: sender)
    let upload = try session(standing)
    guard standing.hasRoom else {
      throw upload.state == .receiving ? UploadProblems.noRoom : UploadProblems.closed
    }
    guard let file = standing.file,
      let place = try fixedPlace(of: name.index, file, upload)
    else { throw GatewayProblem.invalid("Pieces need a session whose manifest names the file.") }
    guard name.chunkBytes == place.size, (0..<place.size).contains(name.start) else {
      throw GatewayProblem.invalid(
        "This chunk has \(place.size) bytes; chunk_bytes must say so, piece_offset lie in it.")
    }
    let body = ChunkBody(body, isGzip: announced.isGzip)
    let limit = min(
      place.size - name.start, announced.length(headers) ?? .max)
    if let known = standing.chunk {
      let measured = try await measure(body, limit, announced, name, place.size)
      let bytes = try await readable { try await chunks.read(known, upload: id) }
      let end = name.start + measured.size
      guard let bytes, end <= bytes.count,
        Self.digest(bytes[name.start..<end]) == measured.sha256
      else { throw UploadProblems.pieceConflict }
      return answer(id, name, measured, "exists", isWhole: true)
    }
    guard upload.state == .receiving else { throw UploadProblems.closed }
    try await room.admit(limit)
    let incoming = try await Self.storing {
      try await chunks.receive(
        body, limit: limit, slot: ChunkSlot(upload: id), wantsMD5: announced.wantsMD5)
    }
    let measured = incoming.measured
    let record: PieceRecord
    do {
      try check(measured, announced, name, place.size)
      record = PieceRecord(
        file: file.ordinal, chunk: name.index, start: name.start, size: measured.size,
        sha256: measured.sha256, place: try await chunks.keep(incoming))
    } catch {
      await chunks.drop(incoming)
      if error as? StorageError == .full { throw UploadProblems.diskFull }
      throw error
    }
    let isNew = try await keep(record, of: id)
    let isWhole = try await join(name.index, file, place.size, of: upload)
    return answer(id, name, measured, isNew ? "received" : "exists", isWhole: isWhole)
  }

  /// - Returns: false when its bytes were here.
  private func keep(_ piece: PieceRecord, of id: UploadID) async throws -> Bool {
    let expiresAt = configuration.now().addingTimeInterval(configuration.sessionLifetime)
    while true {
      let others = try await catalogue.pieces(of: piece.chunk, file: piece.file, of: id)
        .filter { $0.range.overlaps(piece.range) }
      if let same = others.first(where: { $0.range == piece.range }) {
        guard same.sha256 == piece.sha256 else { throw UploadProblems.pieceConflict }
        return false
      }
      // Bytes that agree may come again in other bounds: the client need not know ours.
      if !others.isEmpty {
        try await compare(piece, others, id)
        if Self.joined(others.map(\.range)).contains(where: { piece.range.isInside($0) }) {
          return false
        }
      }
      let outcome = try await catalogue.record(
        piece, agreeing: others, of: id, expiresAt: expiresAt)
      switch outcome {
      case .recorded: return true
      case .same, .whole: return false
      case .changed: continue
      case .closed: throw UploadProblems.closed
      }
    }
  }

  private func compare(_ piece: PieceRecord, _ others: [PieceRecord], _ id: UploadID) async throws {
    guard let bytes = try await readable({ try await chunks.read(piece.name, upload: id) }) else {
      throw StorageError.failed("a piece that was just kept cannot be read")
    }
    for other in others {
      guard let kept = try await readable({ try await chunks.read(other.name, upload: id) }) else {
        // The disk damaged it: all of this chunk is asked for again.
        try await catalogue.forgetPieces(of: piece.chunk, file: piece.file, of: id)
        throw UploadProblems.pieceConflict
      }
      let common = piece.range.clamped(to: other.range)
      let own = common.lowerBound - piece.start..<common.upperBound - piece.start
      let theirs = common.lowerBound - other.start..<common.upperBound - other.start
      guard bytes[own] == kept[theirs] else { throw UploadProblems.pieceConflict }
    }
  }

  /// Makes a chunk of its pieces when they cover it. A gateway that dies on the way has the pieces
  /// still.
  /// - Returns: true when the chunk is whole.
  private func join(_ index: Int, _ file: FileRecord, _ size: Int, of upload: UploadRecord)
    async throws -> Bool
  {
    try await lock.withLock("chunk:\(upload.id.rawValue)/\(file.ordinal)/\(index)") {
      let pieces = try await catalogue.pieces(of: index, file: file.ordinal, of: upload.id)
      guard !pieces.isEmpty else {
        return try await catalogue.chunk(index, file: file.ordinal, of: upload.id) != nil
      }
      guard Self.joined(pieces.map(\.range)) == [0..<size] else { return false }
      var bytes = ByteBuffer()
      bytes.reserveCapacity(size)
      for piece in pieces where piece.range.upperBound > bytes.readableBytes {
        guard
          let part = try await readable({ try await chunks.read(piece.name, upload: upload.id) })
        else {
          try await catalogue.forgetPieces(of: index, file: file.ordinal, of: upload.id)
          return false
        }
        bytes.writeBytes(part.dropFirst(bytes.readableBytes - piece.start))
      }
      return try await keep(bytes, index, file, upload)
    }
  }

  private func keep(_ bytes: ByteBuffer, _ index: Int, _ file: FileRecord, _ upload: UploadRecord)
    async throws -> Bool
  {
    let isAlone = claims.enter(upload.id, file.fileID, index)
    defer { if isAlone { claims.leave(upload.id, file.fileID, index) } }
    let isLarge = file.expectedSize ?? 0 >= Self.ownFile
    // Somebody may have sent the whole chunk meanwhile: its place is not to be written again.
    guard try await catalogue.chunk(index, file: file.ordinal, of: upload.id) == nil else {
      return true
    }
    let slot = ChunkSlot(
      upload: upload.id,
      fixed: isAlone && isLarge
        ? .init(file: file.ordinal, offset: Int64(index) * Int64(upload.chunkSize)) : nil)
    let incoming = try await Self.storing {
      try await chunks.receive(
        ChunkBody.bytes(bytes), limit: bytes.readableBytes, slot: slot, wantsMD5: false)
    }
    do {
      _ = try await keep(incoming, upload, file.fileID, index)
      return true
    } catch {
      await chunks.drop(incoming)
      if error as? StorageError == .full { throw UploadProblems.diskFull }
      throw error
    }
  }

  /// The pieces of chunks that are not whole, by file and chunk; those that cover one are joined
  /// first.
  func unfinishedPieces(_ upload: UploadRecord, _ files: [FileRecord]) async throws
    -> [Int: [Int: [Range<Int>]]]
  {
    guard upload.state == .receiving else { return [:] }
    struct Key: Hashable {
      var file: Int
      var chunk: Int
    }
    let pieces = Dictionary(grouping: try await catalogue.pieces(of: upload.id)) {
      Key(file: $0.file, chunk: $0.chunk)
    }
    guard !pieces.isEmpty else { return [:] }
    let byOrdinal = Dictionary(files.map { ($0.ordinal, $0) }, uniquingKeysWith: { $1 })
    var unfinished: [Int: [Int: [Range<Int>]]] = [:]
    for (key, pieces) in pieces {
      guard let file = byOrdinal[key.file],
        let place = try fixedPlace(of: key.chunk, file, upload)
      else { continue }
      let ranges = Self.joined(pieces.map(\.range))
      if ranges == [0..<place.size], try await join(key.chunk, file, place.size, of: upload) {
        continue
      }
      unfinished[key.file, default: [:]][key.chunk] = ranges == [0..<place.size] ? [] : ranges
    }
    return unfinished
  }

  /// Ranges in order, those that touch made one.
  static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }

  private func measure(
    _ body: ChunkBody, _ limit: Int, _ announced: BodyDigests, _ name: PieceName, _ size: Int
  ) async throws -> MeasuredBytes {
    let measured = try await Self.storing {
      try await chunks.measure(body, limit: limit, wantsMD5: announced.wantsMD5)
    }
    try check(measured, announced, name, size)
    return measured
  }

  private func check(
    _ measured: MeasuredBytes, _ announced: BodyDigests, _ name: PieceName, _ size: Int
  ) throws {
    try Self.check(measured, announced, nil)
    guard measured.size >= configuration.minimumPiece || name.start + measured.size == size else {
      throw GatewayProblem.invalid(
        "A piece has at least \(configuration.minimumPiece) bytes, except a chunk's last.")
    }
  }

  private func answer(
    _ id: UploadID, _ name: PieceName, _ measured: MeasuredBytes, _ status: String, isWhole: Bool
  ) -> ChunkAnswer {
    ChunkAnswer(
      uploadID: id.rawValue, fileID: name.fileID, chunkIndex: name.index,
      receivedBytes: measured.size, status: status, sha256: measured.sha256,
      chunkComplete: isWhole)
  }

  /// Nil when the disk damaged what was read.
  private func readable(_ read: () async throws -> Data) async throws -> Data? {
    do {
      return try await read()
    } catch StorageError.damaged {
      return nil
    }
  }

  static func digest(_ bytes: Data) -> String { text(SHA256.hash(data: bytes)) }

  static func digest(_ bytes: ByteBuffer) -> String {
    var digest = SHA256()
    bytes.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
    return text(digest.finalize())
  }

  private static func text(_ digest: SHA256.Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension Range {
  fileprivate func isInside(_ other: Self) -> Bool {
    other.lowerBound <= lowerBound && upperBound <= other.upperBound
  }
}
