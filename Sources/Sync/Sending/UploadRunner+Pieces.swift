import Domain
import Foundation
import Store
import Synchronization

/// Bytes that the pieces of a chunk put on the wire, and those among them for another time.
private final class WireCount: Sendable {
  private let counted = Mutex((bytes: 0, again: 0))

  var sums: (bytes: Int, again: Int) { counted.withLock { $0 } }

  func add(_ bytes: Int, isAgain: Bool) {
    counted.withLock {
      $0.bytes += bytes
      if isAgain { $0.again += bytes }
    }
  }
}

extension UploadRunner {
  /// Sends what the gateway lacks of a chunk in pieces of its own requests. A piece that gets lost
  /// is sent again at once, over another connection, as long as there is a line at all.
  func putPieces(
    _ chunk: Parcel.Chunk, of outgoing: OutgoingChunk, size: Int, _ sending: Sending
  ) async throws {
    let total = outgoing.bytes.count
    let pieces = ByteSpan.missing(
      of: total, held: chunk.held, size: size, minimum: sending.kind.pieces ?? 1)
    let attempt = store.beginChunk(chunk.index, of: chunk.file.id, session: outgoing.upload)
    let sent = WireCount()
    var isWhole = false
    var failure: (any Error)?
    await withTaskGroup(of: Result<Bool, any Error>.self) { group in
      for span in pieces {
        group.addTask {
          do {
            return .success(try await self.put(span, of: outgoing, sending, counting: sent))
          } catch { return .failure(error) }
        }
      }
      for await ended in group {
        switch ended {
        case .success(let whole): isWhole = isWhole || whole
        case .failure(let error):
          // The others would only find out the same.
          if failure == nil { group.cancelAll() }
          failure = failure ?? error
        }
      }
    }
    let (bytes, again) = sent.sums
    let use = WireUse(bytes: Int64(bytes), day: context.rules.today, again: Int64(again))
    if isWhole, failure == nil {
      try await store.acknowledge(attempt, use: use)
      await memory.progressed()
      return
    }
    try? await store.giveUp(attempt, wasSent: bytes > 0, use: use)
    if let failure { throw failure }
    // Every piece was taken, and yet the chunk is not whole: the next look at the status tells.
  }

  /// Runs a request that is small enough to be given up lightly until it comes through, as long as
  /// there is a line at all; a larger one is tried once.
  /// - Parameter request: is told whether it is not the first.
  func untilDelivered<T: Sendable>(
    _ bytes: Int, _ sending: Sending, _ request: (_ isAgain: Bool) async throws -> T
  ) async throws -> T {
    var tries = 0
    while true {
      do {
        let answer = try await request(tries > 0)
        await memory.heard()
        return answer
      } catch let error as LinkError
        where error.isLoss && sending.kind.pieces != nil && bytes <= LineController.largestPiece
      {
        tries += 1
        guard tries < 200, !context.line.isDead else { throw error }
        await context.gate.resize(to: context.line.plan.parallelism)
        // A gateway that breaks every connection at once is not to be run against.
        let pause = Backoff(base: 0.02, cap: 2, floor: 0.01)
        try await context.timing.sleep(
          pause.delay(attempt: tries, random: context.timing.random()))
      }
    }
  }

  /// Sends one piece until it is acknowledged. Returns true when the chunk is whole with it.
  private func put(
    _ span: ByteSpan, of chunk: OutgoingChunk, _ sending: Sending, counting sent: WireCount
  ) async throws -> Bool {
    let start = chunk.bytes.startIndex + span.offset
    let bytes = chunk.bytes[start..<(start + span.length)]
    let sha256 = Digests.sha256(bytes)
    let piece = OutgoingChunk(
      upload: chunk.upload, fileID: chunk.fileID, index: chunk.index,
      piece: .init(offset: span.offset, chunkBytes: chunk.bytes.count), bytes: bytes,
      sha256: sha256, md5: nil)
    var damages = 0
    while true {
      do {
        let receipt = try await untilDelivered(span.length, sending) { isAgain in
          try await self.inTurn(span.length, sending) {
            let terms = await self.terms(span.length, sending)
            sent.add(span.length, isAgain: isAgain)
            return try await sending.token.authorised { link, token in
              try await self.context.line.measure(span.length, isMeasured: terms.pace == nil) {
                try await link.put(piece, uploadToken: token, terms: terms)
              }
            }
          }
        }
        try check(receipt, of: piece, isRepeated: true, sending.kind)
        context.meter.record(id, bytes: Int64(span.length), at: now)
        return receipt.isWhole
      } catch LinkError.digestMismatch where damages < 3 {
        damages += 1
      } catch LinkError.conflict(_, let message) {
        throw UploadEnd.poisoned("the session holds other bytes (\(message))")
      }
    }
  }
}
