import Domain
import Foundation

extension UploadRunner {
  /// Runs a request when its turn has come.
  func inTurn<T: Sendable>(
    _ bytes: Int, _ sending: Sending, _ request: @Sendable () async throws -> T
  ) async throws -> T {
    try await context.gate.run(.init(rank: sending.rank, flow: id.rawValue, cost: bytes), request)
  }

  /// How a body of so many bytes goes out now.
  func terms(_ bytes: Int, _ sending: Sending) async -> SendTerms {
    var terms = SendTerms()
    let plan = context.line.plan
    if let rate = plan.rate, rate * Double(plan.parallelism) < 4_000_000 {
      terms.mayCompress = sending.kind.gzip
    }
    if bytes <= LineController.largestPiece, sending.kind.pieces != nil {
      terms.deadline = plan.deadline
    }
    if let rate = await context.rules.rate(), rate > 0 {
      let throttle = context.throttle
      terms.pace = { try await throttle.take($0) }
      // All that is on the wire shares the rate.
      terms.extraTime = 3 * Double(bytes * plan.parallelism) / Double(rate)
    }
    return terms
  }

  /// - Throws: ``UploadEnd/poisoned(_:)`` when the gateway has something else than was sent.
  func check(
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
