import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

extension UploadService {
  /// `POST /upload/{id}/chunks`: chunks together. One flush and one commit for all; each is
  /// taken or refused for itself.
  func receiveBatch(
    of id: UploadID, by sender: UserID, headers: HTTPFields, body: RequestBody
  ) async throws -> ChunkBatchAnswer {
    guard Name.isUUID(id.rawValue) else { throw GatewayProblem.noSession }
    try limiter.take("chunk:\(id.rawValue)", limit: configuration.rates.chunks, window: 60)
    let announced = try BodyDigests(headers)
    // Looked at before the body: a session that is not there gets no memory.
    _ = try session(try await standing(of: id, by: sender))
    let bound = Self.listBytes + ChunkBatch.prefixBytes + configuration.chunkBatch.maximumBytes
    let whole = try await Self.storing {
      try await ChunkBody(body, isGzip: announced.isGzip)
        .collect(atMost: bound, expecting: announced.length(headers))
    }
    if let digest = announced.sha256, digest != Self.digest(whole) {
      throw UploadProblems.digestMismatch
    }
    var items = try parse(whole)
    // Held until the chunks are recorded; see `receive`.
    let names = Set(items.map { ChunkName(fileID: $0.entry.fileID, index: $0.entry.chunkIndex) })
    let alone = names.filter { claims.enter(id, $0.fileID, $0.index) }
    defer { for name in alone { claims.leave(id, name.fileID, name.index) } }
    try await judge(&items, id, sender, alone)
    try await store(&items, id)
    return ChunkBatchAnswer(chunks: items.map(\.answer))
  }

  /// Bytes that the list may have.
  private static let listBytes = 1 << 20

  /// One chunk on its way through.
  private struct Item {
    var entry: ChunkBatch.Entry
    var bytes: ByteBuffer
    /// SHA-256 of the bytes.
    var sha256: String
    /// Its place in a file of its own; nil when it goes where others go.
    var fixed: ChunkSlot.Place?
    /// Nil while it is not decided.
    var status: String?
    var detail: String?

    mutating func refuse(_ problem: GatewayProblem) {
      status = "refused"
      detail = problem.detail
    }

    var answer: ChunkBatchAnswer.Chunk {
      .init(
        fileID: entry.fileID, chunkIndex: entry.chunkIndex, receivedBytes: bytes.readableBytes,
        status: status ?? "refused", sha256: sha256, detail: detail)
    }
  }

  private func standing(of id: UploadID, by sender: UserID) async throws -> ChunkStanding {
    try await catalogue.standing(of: "", 0, in: id, by: sender)
  }

  /// - Throws: 400 for a body that is not what it says of itself.
  private func parse(_ whole: ByteBuffer) throws -> [Item] {
    func unreadable(_ words: String) -> GatewayProblem {
      GatewayProblem(.badRequest, .invalid, "The body \(words). Send it again.")
    }
    var rest = whole
    guard let prefix = rest.readBytes(length: ChunkBatch.prefixBytes),
      let length = ChunkBatch.listLength(prefix), length <= Self.listBytes,
      let list = rest.readBytes(length: length)
    else { throw unreadable("does not begin with its list of chunks") }
    let entries: [ChunkBatch.Entry]
    do {
      entries = try JSONDecoder().decode([ChunkBatch.Entry].self, from: Data(list))
    } catch {
      throw unreadable("has a list of chunks that cannot be read")
    }
    let limit = configuration.chunkBatch.maximumChunks
    guard (1...limit).contains(entries.count) else {
      throw GatewayProblem.invalid("A body may have 1 … \(limit) chunks.")
    }
    let items = try entries.map { entry in
      guard entry.byteCount > 0, let bytes = rest.readSlice(length: entry.byteCount) else {
        throw unreadable("has fewer bytes than its list says")
      }
      return Item(entry: entry, bytes: bytes, sha256: Self.digest(bytes))
    }
    guard rest.readableBytes == 0 else { throw unreadable("has more bytes than its list says") }
    return items
  }

  /// Refuses what cannot be taken, and knows what is here.
  /// - Parameter alone: chunks that nobody else is sending now.
  private func judge(
    _ items: inout [Item], _ id: UploadID, _ sender: UserID, _ alone: Set<ChunkName>
  ) async throws {
    let names = items.map { ChunkName(fileID: $0.entry.fileID, index: $0.entry.chunkIndex) }
    let standings = try await catalogue.standings(of: names, in: id, by: sender)
    // A chunk that the body has twice is at its place once.
    var rest = alone
    for (index, standing) in standings.enumerated() {
      let upload = try session(standing)
      do {
        let entry = items[index].entry
        try Self.checkName(entry.fileID, entry.chunkIndex)
        guard items[index].sha256 == entry.sha256 else { throw UploadProblems.digestMismatch }
        guard standing.hasRoom else {
          throw upload.state == .receiving ? UploadProblems.noRoom : UploadProblems.closed
        }
        if let place = try fixedPlace(of: entry.chunkIndex, standing.file, upload) {
          guard entry.byteCount == place.size else {
            throw GatewayProblem.invalid(
              "This chunk must have \(place.size) bytes: the manifest fixes sizes.")
          }
          if rest.remove(names[index]) != nil, standing.file?.expectedSize ?? 0 >= Self.ownFile {
            items[index].fixed = .init(file: place.file, offset: place.offset)
          }
        } else if entry.byteCount > configuration.limits.maximumChunk {
          throw UploadProblems.noRoom
        }
        if let known = standing.chunk {
          guard known.sha256 == entry.sha256 else { throw UploadProblems.chunkConflict }
          items[index].status = "exists"
        } else if upload.state != .receiving {
          throw UploadProblems.closed
        }
      } catch let problem as GatewayProblem {
        items[index].refuse(problem)
      }
    }
  }

  private func store(_ items: inout [Item], _ id: UploadID) async throws {
    let taken = items.indices.filter { items[$0].status == nil }
    guard !taken.isEmpty else { return }
    let parts = taken.map {
      ChunkPart(bytes: items[$0].bytes, sha256: items[$0].sha256, fixed: items[$0].fixed)
    }
    try await room.admit(parts.reduce(0) { $0 + $1.bytes.readableBytes })
    let incoming = try await Self.storing { try await chunks.receive(parts, upload: id) }
    do {
      let places = try await chunks.keep(incoming)
      let records = zip(taken, places).map { index, place in
        let item = items[index]
        return NamedChunk(
          fileID: item.entry.fileID,
          chunk: ChunkRecord(
            file: 0, index: item.entry.chunkIndex, size: item.bytes.readableBytes,
            sha256: item.sha256, place: place))
      }
      let outcomes = try await catalogue.record(
        records, of: id,
        expiresAt: configuration.now().addingTimeInterval(configuration.sessionLifetime))
      for (index, outcome) in zip(taken, outcomes) {
        switch outcome {
        case .recorded: items[index].status = "received"
        case .same: items[index].status = "exists"
        case .conflict: items[index].refuse(UploadProblems.chunkConflict)
        case .closed: items[index].refuse(UploadProblems.closed)
        case .tooLarge: items[index].refuse(UploadProblems.noRoom)
        }
      }
    } catch {
      await chunks.drop(incoming)
      if error as? StorageError == .full { throw UploadProblems.diskFull }
      throw error
    }
  }
}
