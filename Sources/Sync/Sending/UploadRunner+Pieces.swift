import Domain
import Foundation
import Store
import Synchronization

/// Bytes that the pieces of a chunk put on the wire, and those among them for another time.
private final class WireCount: Sendable {
  private let counted = Mutex((bytes: 0, again: 0))

  var sums: (bytes: Int, again: Int) { counted.withLock { $0 } }

  func add(_ bytes: Int, isAgain: Bool) {
    counted.withLock { sums in
      sums.bytes += bytes
      if isAgain { sums.again += bytes }
    }
  }

  /// Nothing left this machine.
  func takeBack(_ bytes: Int, isAgain: Bool) { add(-bytes, isAgain: isAgain) }
}

extension UploadRunner {
  /// Requests for pieces of a chunk that look for late ones when nothing else is left to send.
  private static let watchers = 8

  /// Sends what the gateway lacks of a chunk in pieces of its own requests. A piece that gets lost
  /// is sent again at once, over another connection, as long as there is a line at all.
  func putPieces(
    _ chunk: Parcel.Chunk, of outgoing: OutgoingChunk, size: Int, _ sending: Sending
  ) async throws {
    let minimum = sending.kind.pieces ?? 1
    let pool = PiecePool(of: outgoing.bytes.count, held: chunk.held, minimum: minimum)
    let attempt = store.beginChunk(chunk.index, of: chunk.file.id, session: outgoing.upload)
    let isRepeated = await memory.attempt(outgoing.upload, outgoing.fileID, outgoing.index)
    let sent = WireCount()
    var failure: (any Error)?
    // Pieces may become smaller on the way, and then more of them go at a time.
    let smallest = max(minimum, min(size, LineController.smallest))
    let senders = min(LineController.most, max(1, (pool.unsentBytes + smallest - 1) / smallest))
    await withTaskGroup(of: (any Error)?.self) { group in
      for number in 0..<senders {
        group.addTask {
          do {
            try await self.put(
              from: pool, of: outgoing, sending, counting: sent,
              watches: number < Self.watchers)
            return nil
          } catch { return error }
        }
      }
      for await ended in group {
        // Copies of pieces that are there are waited for no longer; after a failure the others
        // would only find out the same.
        if pool.isDone || ended != nil { group.cancelAll() }
        if !pool.isDone { failure = failure ?? ended }
      }
    }
    let (bytes, again) = sent.sums
    // What of the chunk was on the wire before is not known: all of it counts.
    let use = WireUse(
      bytes: Int64(bytes), day: context.rules.today, again: Int64(isRepeated ? bytes : again))
    if pool.isWhole {
      try await store.acknowledge(
        attempt, use: use, sha256: freshDigest(outgoing, of: chunk.file, sending.layout))
      return
    }
    try? await store.giveUp(attempt, wasSent: bytes > 0, use: use)
    if let failure { throw failure }
    try Task.checkCancellation()
    // Every piece was taken, and yet the chunk is not whole: the next look at the status tells.
  }

  /// Sends one piece after the other as long as any are left.
  private func put(
    from pool: PiecePool, of chunk: OutgoingChunk, _ sending: Sending, counting sent: WireCount,
    watches: Bool
  ) async throws {
    var tries = 0
    var damages = 0
    while !pool.isDone {
      let plan = context.line.plan
      let size = plan.pieceBytes(of: chunk.bytes.count, minimum: sending.kind.pieces)
      let cost = size ?? min(chunk.bytes.count, LineController.largestPiece)
      if pool.unsentBytes == 0 {
        guard watches else { return }
        // Whoever waits for a turn goes before copies.
        guard plan.losesRequests, await context.gate.freeSlots > 0 else {
          try await context.timing.sleep(0.25)
          continue
        }
      }
      do {
        let isSent = try await inTurn(cost, sending) {
          let flight =
            pool.take(size: cost, now: context.line.now)
            ?? (plan.losesRequests ? pool.takeLate(after: plan.late, now: context.line.now) : nil)
          guard let flight else { return false }
          try await self.put(flight, from: pool, of: chunk, sending, counting: sent)
          return true
        }
        if isSent {
          (tries, damages) = (0, 0)
        } else if !pool.isDone {
          try await context.timing.sleep(0.1)
        }
      } catch let error as LinkError where error.isLoss {
        tries += 1
        try await pauseAfterLoss(tries, error)
      } catch LinkError.digestMismatch where damages < 3 {
        damages += 1
      } catch LinkError.conflict(_, let message) {
        throw UploadEnd.poisoned("the session holds other bytes (\(message))")
      }
    }
  }

  /// Sends a piece once.
  private func put(
    _ flight: PiecePool.Flight, from pool: PiecePool, of chunk: OutgoingChunk, _ sending: Sending,
    counting sent: WireCount
  ) async throws {
    let span = flight.span
    let start = chunk.bytes.startIndex + span.offset
    let bytes = chunk.bytes[start..<(start + span.length)]
    let sha256 = Digests.sha256(bytes)
    let piece = OutgoingChunk(
      upload: chunk.upload, fileID: chunk.fileID, index: chunk.index,
      piece: .init(offset: span.offset, chunkBytes: chunk.bytes.count), bytes: bytes,
      sha256: sha256, md5: nil)
    let terms = await terms(span.length, sending)
    sent.add(span.length, isAgain: flight.isAgain)
    do {
      let receipt = try await sending.token.authorised { link, token in
        try await self.context.line.measure(span.length, isMeasured: terms.pace == nil) {
          try await link.put(piece, uploadToken: token, terms: terms)
        }
      }
      try check(receipt, of: piece, isRepeated: true, sending.kind)
      pool.arrived(flight, isWhole: receipt.isWhole)
    } catch {
      let wasSent = if case LinkError.noConnection = error { false } else { true }
      if !wasSent { sent.takeBack(span.length, isAgain: flight.isAgain) }
      pool.lost(flight, wasSent: wasSent)
      throw error
    }
    context.meter.record(id, bytes: Int64(span.length), at: now)
    await memory.heard()
    await memory.progressed()
  }

  /// Waits a moment before what got lost is sent again.
  /// - Throws: the loss, when there is no line any more.
  private func pauseAfterLoss(_ tries: Int, _ error: LinkError) async throws {
    guard tries < 200, !context.line.isDead else { throw error }
    await context.gate.resize(to: context.line.plan.parallelism)
    // A gateway that breaks every connection at once is not to be run against.
    let pause = Backoff(base: 0.02, cap: 2, floor: 0.01)
    try await context.timing.sleep(pause.delay(attempt: tries, random: context.timing.random()))
  }

  /// Runs a request that is small enough to be given up lightly until it comes through, as long as
  /// there is a line at all; a larger one is tried once.
  func untilDelivered<T: Sendable>(
    _ bytes: Int, _ sending: Sending, _ request: () async throws -> T
  ) async throws -> T {
    var tries = 0
    while true {
      do {
        let answer = try await request()
        await memory.heard()
        return answer
      } catch let error as LinkError
        where error.isLoss && sending.kind.pieces != nil && bytes <= LineController.largestPiece
      {
        tries += 1
        try await pauseAfterLoss(tries, error)
      }
    }
  }
}
