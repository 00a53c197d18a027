import Domain
import Foundation
import Store
import Wire

extension UploadRunner {
  /// Sends the chunks of a plan. When one fails, no more are begun, those on their way end, and
  /// the first failure is thrown.
  func send(_ operations: [UploadOperation], _ work: UploadWork, _ kind: GatewayKind) async throws {
    guard let session = work.session else { return }
    let layout = ChunkLayout(chunkSize: session.chunkSize)
    let sending = Sending(
      session: session, layout: layout,
      token: UploadToken(session, of: id, owner: owner, context: context),
      kind: kind, rank: work.upload.serviceLevel.rank)
    let files = Dictionary(work.files.map { ($0.file.id.rawValue, $0.file) }) { first, _ in first }
    var failure: (any Error)?
    await withTaskGroup(of: (any Error)?.self) { group in
      var running = 0
      // A file of several chunks stays open from one to the next.
      var open: (id: String, source: SourceFile)?
      var parcels = Parcels(operations, layout, files)
      while failure == nil, !Task.isCancelled, await !memory.takeRecall() {
        let plan = context.line.plan
        await context.gate.resize(to: plan.parallelism)
        guard let parcel = parcels.next(kind, plan) else { break }
        // Some more than go over the wire at a time: they are read, or their acknowledgements are
        // being written, while others use the line.
        while running > 0, running >= self.limit(parcel.bytes, kind, context.line.plan) {
          if let ended = await group.next() { failure = failure ?? ended }
          running -= 1
        }
        if failure != nil { break }
        do {
          try await checkBudget()
          if let file = parcel.chunks.first?.file, layout.count(ofBytes: file.byteCount) > 1 {
            if open?.id != file.id.rawValue {
              open = (file.id.rawValue, try await blocking { try SourceFile(file) })
              try await prepare(file, open?.source, layout)
            }
          } else {
            open = nil
          }
          let source = open?.source
          group.addTask {
            do {
              try await self.put(parcel, from: source, sending)
              return nil
            } catch { return error }
          }
          running += 1
        } catch {
          failure = failure ?? error
        }
      }
      for await ended in group { failure = failure ?? ended }
    }
    if let failure { throw failure }
    try Task.checkCancellation()
  }

  /// Parcels that are under way at a time: bounded by what the line takes and by memory.
  private func limit(_ bytes: Int, _ kind: GatewayKind, _ plan: LineKeeper.Plan) -> Int {
    let piece = plan.pieceBytes(of: bytes, minimum: kind.pieces) ?? bytes
    let perParcel = max(1, bytes / max(1, piece))
    // Where requests get lost, the last pieces of a chunk keep few of them busy.
    let spare = plan.isLossy ? 4 : 0
    let wanted = max(2, (plan.parallelism * 2 + perParcel - 1) / perParcel) + spare
    return min(wanted, max(2, Parcels.memory / max(1, bytes)))
  }

  private func checkBudget() async throws {
    guard let over = try await context.rules.overBudget() else { return }
    throw UploadEnd.waits(over.words)
  }

  /// What the parcels of one round share.
  struct Sending: Sendable {
    var session: GatewaySession
    var layout: ChunkLayout
    var token: UploadToken
    var kind: GatewayKind
    var rank: Int
  }

  /// - Parameter source: of a file of several chunks; nil: each file is opened and read in one go.
  private func put(_ parcel: Parcel, from source: SourceFile?, _ sending: Sending) async throws {
    let chunks = try await blocking {
      try parcel.chunks.map { chunk in
        try self.read(chunk, from: try source ?? SourceFile(chunk.file), sending)
      }
    }
    if chunks.count > 1 {
      try await put(parcel.chunks, as: chunks, sending)
    } else if let chunk = parcel.chunks.first, let outgoing = chunks.first {
      try await put(chunk, as: outgoing, sending)
    }
  }

  /// Sends one chunk until it is acknowledged, whole or in pieces.
  func put(_ chunk: Parcel.Chunk, as outgoing: OutgoingChunk, _ sending: Sending) async throws {
    let length = outgoing.bytes.count
    let piece = context.line.plan.pieceBytes(of: length, minimum: sending.kind.pieces)
    if piece != nil || (!chunk.held.isEmpty && sending.kind.pieces != nil) {
      // Pieces have digests of their own: that of the chunk would be compared too late.
      try compare(outgoing, with: chunk.file)
      try await putPieces(chunk, of: outgoing, size: piece ?? length, sending)
      return
    }
    var damages = 0
    var answered: ChunkAttempt?
    while answered == nil {
      do {
        answered = try await untilDelivered(length, sending) {
          try await self.inTurn(length, sending) {
            try await self.putOnce(outgoing, of: chunk.file, sending)
          }
        }
      } catch LinkError.digestMismatch where damages < 3 {
        try compare(outgoing, with: chunk.file)
        damages += 1
      } catch LinkError.conflict(_, let message) {
        throw UploadEnd.poisoned("the session holds other bytes (\(message))")
      } catch let error as LinkError
        where error.isLoss && sending.kind.pieces != nil && !context.line.isDead
      {
        // A line that loses large requests: a piece may be lost by itself.
        try compare(outgoing, with: chunk.file)
        try await putPieces(chunk, of: outgoing, size: LineController.smallest, sending)
        return
      }
    }
    if let answered {
      try await store.acknowledge(
        answered, use: WireUse(bytes: Int64(length), day: context.rules.today),
        sha256: freshDigest(outgoing, of: chunk.file, sending.layout))
    }
    context.meter.record(id, bytes: Int64(length), at: now)
    await memory.progressed()
  }

  /// The bytes of a chunk under the digest that they had when the file was digested: a gateway that
  /// checks it takes no others. For one that does not, they are compared here. Blocks on the disk.
  private func read(_ chunk: Parcel.Chunk, from source: SourceFile, _ sending: Sending) throws
    -> OutgoingChunk
  {
    let (file, index, layout) = (chunk.file, chunk.index, sending.layout)
    let bytes = try source.read(
      offset: layout.offset(of: index), length: layout.length(of: index, ofBytes: file.byteCount))
    let sha256: Data
    if layout.count(ofBytes: file.byteCount) > 1 {
      guard let digest = digests.digest(of: file.id, layout), index < digest.chunks.count else {
        throw SourceError.changed(file.path)
      }
      sha256 = digest.chunks[index]
    } else if let known = file.sha256.flatMap(Digests.bytes) {
      // The chunk is the file.
      sha256 = known
    } else {
      sha256 = Digests.sha256(bytes)
    }
    var outgoing = OutgoingChunk(
      upload: sending.session.remoteID, fileID: file.id.rawValue, index: index, bytes: bytes,
      sha256: sha256, md5: nil)
    if !sending.kind.chunkDigest {
      try compare(outgoing, with: file)
      outgoing.md5 = Digests.md5(bytes)
    }
    return outgoing
  }

  /// The digest of a file of one chunk that was not known before it was read to be sent.
  func freshDigest(_ chunk: OutgoingChunk, of file: UploadFile, _ layout: ChunkLayout) -> String? {
    file.sha256 == nil && layout.count(ofBytes: file.byteCount) == 1
      ? Digests.hexadecimal(chunk.sha256) : nil
  }

  /// - Throws: ``SourceError/changed(_:)`` when a chunk has other bytes than were digested.
  func compare(_ chunk: OutgoingChunk, with file: UploadFile) throws(SourceError) {
    guard Digests.sha256(chunk.bytes) == chunk.sha256 else { throw .changed(file.path) }
  }

  /// Sends a chunk; returns the attempt that the gateway acknowledged.
  private func putOnce(_ chunk: OutgoingChunk, of file: UploadFile, _ sending: Sending)
    async throws -> ChunkAttempt
  {
    let isRepeated = await memory.attempt(chunk.upload, chunk.fileID, chunk.index)
    let terms = await terms(chunk.bytes.count, sending)
    let (attempt, receipt) = try await sending.token.authorised { link, token in
      try await self.onTheWire(chunk, of: file) {
        try await self.context.line.measure(chunk.bytes.count, isMeasured: terms.pace == nil) {
          try await link.put(chunk, uploadToken: token, terms: terms)
        }
      }
    }
    do {
      try check(receipt, of: chunk, isRepeated: isRepeated, sending.kind)
      guard receipt.isWhole else {
        throw UploadEnd.poisoned("it keeps a part of a chunk that was sent whole")
      }
    } catch {
      try await store.giveUp(
        attempt, wasSent: true,
        use: WireUse(bytes: Int64(chunk.bytes.count), day: context.rules.today))
      // Other bytes than announced may be ours: then the file changed.
      try compare(chunk, with: file)
      throw error
    }
    return attempt
  }

  /// Runs a request that carries a chunk, with a note of it that outlives this process.
  private func onTheWire(
    _ chunk: OutgoingChunk, of file: UploadFile, _ request: () async throws -> ChunkReceipt
  ) async throws -> (ChunkAttempt, ChunkReceipt) {
    let attempt = store.beginChunk(chunk.index, of: file.id, session: chunk.upload)
    do {
      return (attempt, try await request())
    } catch {
      var wasSent = true
      if case LinkError.noConnection = error { wasSent = false }
      // What went wrong with the request matters more than a number that cannot be kept.
      try? await store.giveUp(
        attempt, wasSent: wasSent,
        use: WireUse(bytes: Int64(chunk.bytes.count), day: context.rules.today))
      throw error
    }
  }
}
