import Domain
import Foundation
import Store

extension UploadRunner {
  /// Sends files in one body. What the gateway refuses of it goes alone, which tells why.
  func put(_ parts: [Parcel.Chunk], as chunks: [OutgoingChunk], _ sending: Sending) async throws {
    let total = chunks.reduce(0) { $0 + $1.bytes.count }
    var refused: [(Parcel.Chunk, OutgoingChunk)] = []
    let pairs = Array(zip(parts, chunks))
    let attempts = try await untilDelivered(total, sending) {
      try await self.inTurn(total, sending) {
        let terms = await self.terms(total, sending)
        return try await sending.token.authorised { link, token in
          try await self.onTheWire(pairs) {
            try await self.context.line.measure(total, isMeasured: terms.pace == nil) {
              try await link.put(chunks, uploadToken: token, terms: terms)
            }
          }
        }
      }
    }
    let day = context.rules.today
    for (pair, (attempt, receipt)) in zip(pairs, attempts) {
      let use = WireUse(bytes: Int64(pair.1.bytes.count), day: day)
      guard let receipt, receipt.isWhole else {
        try await store.giveUp(attempt, wasSent: true, use: use)
        refused.append(pair)
        continue
      }
      do {
        try check(receipt, of: pair.1, isRepeated: true, sending.kind)
      } catch {
        try await store.giveUp(attempt, wasSent: true, use: use)
        try compare(pair.1, with: pair.0.file)
        throw error
      }
    }
    let taken = zip(pairs, attempts).compactMap { pair, answered -> AcknowledgedChunk? in
      guard answered.1?.isWhole == true else { return nil }
      return AcknowledgedChunk(
        answered.0, use: WireUse(bytes: Int64(pair.1.bytes.count), day: day),
        sha256: freshDigest(pair.1, of: pair.0.file, sending.layout))
    }
    try await store.acknowledge(taken)
    for chunk in taken { context.meter.record(id, bytes: chunk.use.bytes, at: now) }
    if refused.count < pairs.count { await memory.progressed() }
    for (part, chunk) in refused { try await put(part, as: chunk, sending) }
  }

  private func onTheWire(
    _ pairs: [(Parcel.Chunk, OutgoingChunk)], _ request: () async throws -> [ChunkReceipt?]
  ) async throws -> [(ChunkAttempt, ChunkReceipt?)] {
    let attempts = pairs.map { part, chunk in
      store.beginChunk(part.index, of: part.file.id, session: chunk.upload)
    }
    do {
      let receipts = try await request()
      guard receipts.count == attempts.count else {
        throw LinkError.malformed("the answer is about other chunks")
      }
      return Array(zip(attempts, receipts))
    } catch {
      var wasSent = true
      if case LinkError.noConnection = error { wasSent = false }
      for (attempt, pair) in zip(attempts, pairs) {
        try? await store.giveUp(
          attempt, wasSent: wasSent,
          use: WireUse(bytes: Int64(pair.1.bytes.count), day: context.rules.today))
      }
      throw error
    }
  }
}
