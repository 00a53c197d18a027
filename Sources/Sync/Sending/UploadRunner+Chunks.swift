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
      kind: kind,
      urgency: .init(rank: work.upload.serviceLevel.rank, createdAt: work.upload.createdAt))
    let files = Dictionary(work.files.map { ($0.file.id.rawValue, $0) }) { first, _ in first }
    var failure: (any Error)?
    await withTaskGroup(of: (any Error)?.self) { group in
      var running = 0
      var open: (id: String, source: SourceFile)?
      for case .send(let fileID, let index, _, _) in operations {
        guard failure == nil, !Task.isCancelled, let progress = files[fileID] else { break }
        // Some more than go over the wire at a time: they are read, or their acknowledgements are
        // being written, while others use the line.
        if running >= context.options.parallelChunks * 3 / 2 {
          if let ended = await group.next(), let error = ended { failure = failure ?? error }
          running -= 1
          if failure != nil { break }
        }
        do {
          if open?.id != fileID {
            let file = progress.file
            open = (fileID, try await blocking { try SourceFile(file) })
            if layout.count(ofBytes: file.byteCount) > 1 {
              try await prepare(file, open?.source, layout)
            }
          }
        } catch {
          failure = failure ?? error
          break
        }
        guard let source = open?.source else { break }
        group.addTask {
          do {
            try await self.put(index, of: progress.file, from: source, sending)
            return nil
          } catch { return error }
        }
        running += 1
      }
      for await ended in group { if let error = ended { failure = failure ?? error } }
    }
    let unsaved = digests.takeUnsaved()
    if !unsaved.isEmpty { try await store.setDigests(unsaved) }
    if let failure { throw failure }
    try Task.checkCancellation()
  }

  /// What the chunks of one round share.
  struct Sending: Sendable {
    var session: GatewaySession
    var layout: ChunkLayout
    var token: UploadToken
    var kind: GatewayKind
    var urgency: SlotGate.Urgency
  }

  private func put(
    _ index: Int, of file: UploadFile, from source: SourceFile, _ sending: Sending
  ) async throws {
    let layout = sending.layout
    let chunk = try await read(index, of: file, from: source, sending)
    var damages = 0
    var answered: ChunkAttempt?
    while answered == nil {
      do {
        answered = try await context.gate.run(sending.urgency) {
          try await self.putOnce(chunk, of: file, sending)
        }
      } catch LinkError.digestMismatch where damages < 3 {
        damages += 1
      } catch LinkError.conflict(_, let message) {
        throw UploadEnd.poisoned("the session holds other bytes (\(message))")
      }
    }
    let length = layout.length(of: index, ofBytes: file.byteCount)
    if let answered { try await store.acknowledge(answered) }
    context.meter.record(id, bytes: Int64(length), at: now)
    await memory.progressed()
  }

  /// The bytes of a chunk, proven to be those that were digested.
  private func read(
    _ index: Int, of file: UploadFile, from source: SourceFile, _ sending: Sending
  ) async throws -> OutgoingChunk {
    let layout = sending.layout
    let length = layout.length(of: index, ofBytes: file.byteCount)
    // A gateway that checks SHA-256 needs no second digest.
    let needsMD5 = !sending.kind.chunkDigest
    let (bytes, sha256, md5) = try await blocking {
      let bytes = try source.read(offset: layout.offset(of: index), length: length)
      return (bytes, Digests.sha256(bytes), needsMD5 ? Digests.md5(bytes) : nil)
    }
    let hexadecimal = Digests.hexadecimal(sha256)
    if layout.count(ofBytes: file.byteCount) == 1 {
      // The chunk is the file.
      if let known = file.sha256 {
        guard known == hexadecimal else { throw SourceError.changed(file.path) }
      } else {
        digests.saveLater(hexadecimal, of: file.id)
      }
    } else {
      guard let digest = digests.digest(of: file.id, layout), index < digest.chunks.count,
        digest.chunks[index] == sha256
      else { throw SourceError.changed(file.path) }
    }
    return OutgoingChunk(
      upload: sending.session.remoteID, fileID: file.id.rawValue, index: index, bytes: bytes,
      sha256: sha256, md5: md5)
  }

  /// Sends a chunk; returns the attempt that the gateway acknowledged.
  private func putOnce(_ chunk: OutgoingChunk, of file: UploadFile, _ sending: Sending)
    async throws -> ChunkAttempt
  {
    let isRepeated = await memory.attempt(chunk.upload, chunk.fileID, chunk.index)
    let (attempt, receipt) = try await sending.token.authorised { link, token in
      try await self.onTheWire(chunk, of: file) { try await link.put(chunk, uploadToken: token) }
    }
    do {
      try check(receipt, of: chunk, isRepeated: isRepeated, sending.kind)
    } catch {
      try await store.giveUp(attempt, wasSent: true)
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
      try? await store.giveUp(attempt, wasSent: wasSent)
      throw error
    }
  }

  /// - Throws: ``UploadEnd/poisoned(_:)`` when the gateway has something else than was sent.
  private func check(
    _ receipt: ChunkReceipt, of chunk: OutgoingChunk, isRepeated: Bool, _ kind: GatewayKind
  ) throws {
    if let received = receipt.receivedBytes, received != chunk.bytes.count {
      throw UploadEnd.poisoned("it kept \(received) of \(chunk.bytes.count) bytes of a chunk")
    }
    if let digest = receipt.sha256, digest != Digests.hexadecimal(chunk.sha256) {
      throw UploadEnd.poisoned("it kept other bytes of a chunk than were sent")
    }
    if receipt.existed, !isRepeated, !kind.chunkDigest {
      // It was asked just before and did not list this chunk: whose bytes are these?
      throw UploadEnd.poisoned("it claims to have a chunk that was never sent to it")
    }
  }
}
