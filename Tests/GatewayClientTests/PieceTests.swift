import Domain
import Foundation
import GatewayClient
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Sync

/// Chunks in pieces and small files together, against a gateway that takes them and a line that
/// loses requests and answers.
@Suite("Pieces and batches", .timeLimit(.minutes(3)))
struct PieceTests {
  private func withDesk(
    _ desk: PieceDesk, _ body: (Bench) async throws -> Void
  ) async throws {
    let gateway = try await FaultGateway(extensions: true, chunkSize: 524_288)
    var options = Bench.options
    options.chunkSize = 524_288
    let bench = try Bench(gateway, options: options) { PieceLink($0, desk) }
    do {
      try await bench.login()
      try await body(bench)
    } catch {
      await bench.tearDown()
      await gateway.stop()
      throw error
    }
    await bench.tearDown()
    await gateway.stop()
  }

  @Test func aChunkGoesInPiecesAndArrivesWhole() async throws {
    let desk = PieceDesk()
    try await withDesk(desk) { bench in
      // The line is not known yet: small pieces feel their way.
      let paths = try bench.write([524_288 + 300_000])
      let upload = try await bench.settle(try await bench.enqueue(paths))
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
      #expect(desk.pieces > 0)
      #expect(upload.resentBytes == 0)
      #expect(upload.sentBytes == upload.byteCount)
    }
  }

  /// One request in four gets lost, before the gateway has it or after.
  @Test(arguments: [1, 2, 3] as [UInt64]) func arrivesOverALineThatLosesRequests(_ seed: UInt64)
    async throws
  {
    let desk = PieceDesk(seed: seed, losses: 0.25)
    try await withDesk(desk) { bench in
      let paths = try bench.write([524_288, 900_000, 40_000, 3_000, 70_000])
      let upload = try await bench.settle(try await bench.enqueue(paths))
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
      #expect(desk.lost > 0)
      #expect(upload.sentBytes == upload.byteCount)
    }
  }

  /// The process ends in the middle of a chunk: the next one sends the pieces that are missing.
  @Test func goesOnWithThePiecesThatAreMissing() async throws {
    let desk = PieceDesk()
    try await withDesk(desk) { bench in
      let paths = try bench.write([524_288])
      let id = try await bench.enqueue(paths)
      desk.breakOff(after: 3)
      let run = Task { try await bench.engine.syncUntilSettled() }
      while !desk.isBroken { try await Task.sleep(for: .milliseconds(2)) }
      run.cancel()
      _ = await run.result
      let held = desk.heldBytes
      #expect(held >= 3 * LineController.smallest && held < 524_288, "\(held)")
      desk.mend()
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
      // Nothing that the gateway listed went out again.
      #expect(desk.receivedTwice == 0)
    }
  }

  @Test func smallFilesTravelTogether() async throws {
    let desk = PieceDesk()
    try await withDesk(desk) { bench in
      let paths = try bench.write((0..<100).map { 500 + 7 * $0 })
      let upload = try await bench.settle(try await bench.enqueue(paths))
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
      #expect(desk.batches > 0 && desk.batches <= 20, "\(desk.batches)")
      #expect(upload.resentBytes == 0)
    }
  }

  /// What is refused of a batch goes alone; what was damaged is sent again.
  @Test func whatABatchRefusesGoesAlone() async throws {
    let desk = PieceDesk()
    desk.refuse(every: 5)
    try await withDesk(desk) { bench in
      let paths = try bench.write((0..<30).map { 500 + 7 * $0 })
      let upload = try await bench.settle(try await bench.enqueue(paths))
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  /// A gateway that answers for other bytes than were sent is not believed.
  @Test func aPieceOfOtherBytesIsNoReceipt() async throws {
    let desk = PieceDesk()
    desk.lie()
    try await withDesk(desk) { bench in
      let paths = try bench.write([524_288])
      let upload = try await bench.settle(try await bench.enqueue(paths))
      let log = try await bench.store.uploadDetail(upload.id, fileLimit: 1)?.log.map(\.text) ?? []
      #expect(log.contains { $0.contains("other bytes") }, "\(upload.state) \(log)")
      try bench.expectNoFalseClaim(upload, paths)
    }
  }
}

/// What a gateway with pieces and batches keeps, and what happens on the way to it.
final class PieceDesk: Sendable {
  struct State {
    var random: UInt64
    var chunks: [String: (total: Int, parts: [Int: Data], upload: String)] = [:]
    var pieces = 0
    var batches = 0
    var lost = 0
    var receivedTwice = 0
    var breakAfter: Int?
    var isBroken = false
    var refuseEvery: Int?
    var lies = false
  }
  let state: Mutex<State>
  let losses: Double

  init(seed: UInt64 = 1, losses: Double = 0) {
    state = Mutex(State(random: seed &* 0x9E37_79B9_7F4A_7C15))
    self.losses = losses
  }

  var pieces: Int { state.withLock { $0.pieces } }
  var batches: Int { state.withLock { $0.batches } }
  var lost: Int { state.withLock { $0.lost } }
  var receivedTwice: Int { state.withLock { $0.receivedTwice } }
  var isBroken: Bool { state.withLock { $0.isBroken } }
  var heldBytes: Int {
    state.withLock {
      $0.chunks.values.reduce(0) { $0 + $1.parts.values.reduce(0) { $0 + $1.count } }
    }
  }
  func breakOff(after pieces: Int) { state.withLock { $0.breakAfter = pieces } }
  func mend() {
    state.withLock {
      $0.breakAfter = nil
      $0.isBroken = false
    }
  }
  func refuse(every number: Int) { state.withLock { $0.refuseEvery = number } }
  func lie() { state.withLock { $0.lies = true } }

  /// True when a request or its answer gets lost now.
  func loses() -> Bool {
    guard losses > 0 else { return false }
    return state.withLock { state in
      state.random = state.random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let isLost = Double(state.random >> 11) / Double(1 << 53) < losses
      if isLost { state.lost += 1 }
      return isLost
    }
  }
}

final class PieceLink: ForwardingLink, @unchecked Sendable {
  // Immutable, as its base.
  private let desk: PieceDesk

  init(_ link: any GatewayLink, _ desk: PieceDesk) {
    self.desk = desk
    super.init(link)
  }

  override func capabilities() async throws -> Capabilities? {
    var answer = try await super.capabilities()
    answer?.pieces = .init(minimum: 4_096)
    answer?.batch = .init(maximumBytes: 1 << 20, maximumChunks: 64)
    return answer
  }

  override func put(_ chunk: OutgoingChunk, uploadToken: String, terms: SendTerms) async throws
    -> ChunkReceipt
  {
    if desk.loses() { throw LinkError.timedOut }
    guard let piece = chunk.piece else {
      let receipt = try await super.put(chunk, uploadToken: uploadToken, terms: terms)
      if desk.loses() { throw LinkError.timedOut }
      return receipt
    }
    let name = "\(chunk.fileID)/\(chunk.index)"
    let (whole, isBroken, lies) = desk.state.withLock { state -> (Data?, Bool, Bool) in
      if let limit = state.breakAfter, state.pieces >= limit {
        state.isBroken = true
        return (nil, true, false)
      }
      var kept = state.chunks[name] ?? (piece.chunkBytes, [:], chunk.upload)
      state.pieces += 1
      if kept.parts.updateValue(Data(chunk.bytes), forKey: piece.offset) != nil {
        state.receivedTwice += 1
      }
      state.chunks[name] = kept
      guard kept.parts.values.reduce(0, { $0 + $1.count }) == piece.chunkBytes else {
        return (nil, false, state.lies)
      }
      let bytes = kept.parts.sorted { $0.key < $1.key }.reduce(into: Data()) { $0 += $1.value }
      state.chunks[name] = nil
      return (bytes, false, state.lies)
    }
    if isBroken {
      // Nothing more comes through until the test says so.
      try await Task.sleep(for: .seconds(3_600))
    }
    if let whole {
      _ = try await super.put(
        OutgoingChunk(
          upload: chunk.upload, fileID: chunk.fileID, index: chunk.index, bytes: whole,
          sha256: Digests.sha256(whole), md5: nil), uploadToken: uploadToken, terms: terms)
    }
    if desk.loses() { throw LinkError.unreachable("the connection broke") }
    let digest = lies ? Digests.sha256(Data([1])) : chunk.sha256
    return ChunkReceipt(
      existed: false, receivedBytes: chunk.bytes.count, sha256: Digests.hexadecimal(digest),
      isWhole: whole != nil)
  }

  override func put(_ chunks: [OutgoingChunk], uploadToken: String, terms: SendTerms) async throws
    -> [ChunkReceipt?]
  {
    if desk.loses() { throw LinkError.timedOut }
    desk.state.withLock { $0.batches += 1 }
    let every = desk.state.withLock { $0.refuseEvery }
    var receipts: [ChunkReceipt?] = []
    for (number, chunk) in chunks.enumerated() {
      if let every, number % every == 0 {
        receipts.append(nil)
        continue
      }
      receipts.append(try await super.put(chunk, uploadToken: uploadToken, terms: SendTerms()))
    }
    if desk.loses() { throw LinkError.timedOut }
    return receipts
  }

  override func status(of upload: String, uploadToken: String) async throws -> UploadStatusAnswer {
    var answer = try await super.status(of: upload, uploadToken: uploadToken)
    let held = desk.state.withLock { $0.chunks.filter { $0.value.upload == upload } }
    for (name, kept) in held {
      let parts = name.split(separator: "/").map(String.init)
      let spans = kept.parts.sorted { $0.key < $1.key }.map { [$0.key, $0.value.count] }
      var file = answer.files[parts[0]] ?? .init(receivedChunks: [], complete: false)
      file.pieces = (file.pieces ?? [:]).merging([parts[1]: spans]) { $1 }
      answer.files[parts[0]] = file
    }
    return answer
  }
}
