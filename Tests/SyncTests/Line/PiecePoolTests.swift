import Testing

@testable import Sync

@Suite("What is left of a chunk")
struct PiecePoolTests {
  private func pool(_ total: Int = 100_000, held: [ByteSpan] = []) -> PiecePool {
    PiecePool(of: total, held: held, minimum: 4_096)
  }

  /// Takes all that is to be sent, in pieces of a size.
  private func takeAll(_ pool: PiecePool, size: Int, now: Double = 0) -> [PiecePool.Flight] {
    var flights: [PiecePool.Flight] = []
    while let flight = pool.take(size: size, now: now) { flights.append(flight) }
    return flights
  }

  @Test func everyByteGoesOnceInPiecesOfTheSizeOfTheMoment() throws {
    let pool = pool(98_000, held: [ByteSpan(offset: 20_000, length: 10_000)])
    let first = try #require(pool.take(size: 65_536, now: 0))
    #expect(first.span == ByteSpan(offset: 0, length: 20_000) && !first.isAgain)
    let rest = takeAll(pool, size: 16_384)
    #expect(rest.map(\.span.offset) == [30_000, 46_384, 62_768, 79_152])
    // A rest that is no piece of its own goes with the one before.
    #expect(rest.last?.span.end == 98_000)
    #expect(rest.allSatisfy { $0.span.length >= 4_096 && !$0.isAgain })
    #expect(pool.unsentBytes == 0 && !pool.isDone)
    for flight in [first] + rest { pool.arrived(flight, isWhole: false) }
    #expect(pool.isDone && !pool.isWhole)
  }

  /// A piece that was large when the line was not known comes back in small ones.
  @Test func whatGotLostIsCutAnew() throws {
    let pool = pool(65_536)
    let large = try #require(pool.take(size: 65_536, now: 0))
    #expect(pool.take(size: 65_536, now: 0) == nil)
    pool.lost(large, wasSent: true)
    let small = takeAll(pool, size: 8_192)
    #expect(small.count == 8 && small.allSatisfy { $0.isAgain && $0.span.length == 8_192 })
    for flight in small { pool.arrived(flight, isWhole: flight == small.last) }
    #expect(pool.isDone && pool.isWhole)
  }

  /// Without a connection nothing left this machine: that is not "again".
  @Test func whatWasNotSentIsNotSentAgain() throws {
    let pool = pool(8_192)
    pool.lost(try #require(pool.take(size: 8_192, now: 0)), wasSent: false)
    let next = try #require(pool.take(size: 8_192, now: 1))
    #expect(!next.isAgain)
    pool.lost(next, wasSent: true)
    pool.lost(try #require(pool.take(size: 8_192, now: 2)), wasSent: false)
    #expect(pool.take(size: 8_192, now: 3)?.isAgain == true)
  }

  @Test func aLatePieceGoesBesideItselfAndTheFirstToArriveCounts() throws {
    let pool = pool(32_768)
    let flights = takeAll(pool, size: 16_384)
    #expect(pool.takeLate(after: 2, now: 1.9) == nil)
    let copy = try #require(pool.takeLate(after: 2, now: 2))
    #expect(copy.isAgain && copy.span == flights[0].span)
    // The other one is as late; the copy is not yet.
    #expect(pool.takeLate(after: 2, now: 2.5)?.span == flights[1].span)
    #expect(pool.takeLate(after: 2, now: 2.5) == nil)
    // The first is lost, its copy is on its way still: nothing to send.
    pool.lost(flights[0], wasSent: true)
    #expect(pool.unsentBytes == 0 && !pool.isDone)
    pool.arrived(copy, isWhole: false)
    pool.arrived(flights[1], isWhole: true)
    #expect(pool.isDone && pool.isWhole)
    // What is heard of a piece that is there changes nothing.
    pool.lost(flights[1], wasSent: true)
    #expect(pool.isDone && pool.take(size: 16_384, now: 9) == nil)
  }

  @Test func noPieceGoesOutMoreThanThreeTimesAtOnce() throws {
    let pool = pool(16_384)
    let first = try #require(pool.take(size: 16_384, now: 0))
    var copies: [PiecePool.Flight] = []
    for second in 1...9 {
      if let copy = pool.takeLate(after: 1, now: Double(second)) { copies.append(copy) }
    }
    #expect(copies.count == PiecePool.mostCopies - 1)
    for flight in copies { pool.lost(flight, wasSent: true) }
    #expect(pool.unsentBytes == 0)
    pool.lost(first, wasSent: true)
    #expect(pool.unsentBytes == 16_384)
  }

  /// Nothing that is on its way goes again as long as anything has not gone at all.
  @Test func copiesComeLast() {
    let pool = pool(32_768)
    _ = pool.take(size: 16_384, now: 0)
    #expect(pool.takeLate(after: 1, now: 60) == nil)
  }
}
