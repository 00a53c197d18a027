import Testing

@testable import Sync

@Suite("Planner")
struct PlanTests {
  let layout = ChunkLayout(chunkSize: 10)

  private func upload(
    _ files: [(String, Int64, Set<Int>)], layout: ChunkLayout? = ChunkLayout(chunkSize: 10)
  )
    -> LocalUpload
  {
    LocalUpload(
      files: files.map { .init(id: $0.0, byteCount: $0.1, acknowledged: $0.2) }, layout: layout)
  }

  @Test func cutsFiles() {
    #expect(layout.count(ofBytes: 0) == 0)
    #expect(layout.count(ofBytes: 1) == 1)
    #expect(layout.count(ofBytes: 10) == 1)
    #expect(layout.count(ofBytes: 11) == 2)
    #expect(layout.length(of: 1, ofBytes: 11) == 1)
    #expect(layout.length(of: 0, ofBytes: 11) == 10)
    #expect(layout.length(of: 2, ofBytes: 11) == 0)
    #expect(layout.length(of: -1, ofBytes: 11) == 0)
    #expect(layout.count(ofBytes: Int64.max) > 0)
    #expect(ChunkLayout(chunkSize: 0).chunkSize == 1)
  }

  /// The chunks of every layout cover every byte once.
  @Test func coversEveryByteOnce() {
    for chunkSize in 1...13 {
      for byteCount in Int64(1)...40 {
        let operations = plan(
          local: upload([("a", byteCount, [])], layout: ChunkLayout(chunkSize: chunkSize)),
          remote: .receiving(chunks: [:], bytes: 0))
        var next: Int64 = 0
        for case .send(_, _, let offset, let length, _) in operations {
          #expect(offset == next)
          #expect(length > 0 && length <= chunkSize)
          next += Int64(length)
        }
        #expect(next == byteCount)
      }
    }
  }

  @Test func withoutSessionOpensOne() {
    #expect(plan(local: upload([("a", 5, [0])], layout: nil), remote: .unknown) == [.initialise])
    #expect(plan(local: upload([("a", 5, [0])]), remote: .gone) == [.initialise])
  }

  @Test func asksBeforeItActsOnAMemory() {
    #expect(plan(local: upload([("a", 5, [0])]), remote: .unknown) == [.askStatus])
  }

  @Test func sendsOnlyWhatIsMissing() {
    let operations = plan(
      local: upload([("a", 25, [0, 2]), ("b", 10, [])]),
      remote: .receiving(chunks: ["a": [0, 2]], bytes: 15))
    #expect(
      operations == [
        .send(file: "a", index: 1, offset: 10, length: 10),
        .send(file: "b", index: 0, offset: 0, length: 10),
      ])
  }

  @Test func believesTheGatewayOverItsMemory() {
    let operations = plan(
      local: upload([("a", 25, [0, 1])]),
      remote: .receiving(chunks: ["a": [1, 2]], bytes: 15))
    #expect(
      operations == [
        .forget(file: "a", chunks: [0]), .acknowledge(file: "a", chunks: [2]),
        .send(file: "a", index: 0, offset: 0, length: 10),
      ])
  }

  @Test func completesOnlyTheExactSet() {
    let local = upload([("a", 25, [0, 1, 2]), ("b", 3, [0])])
    #expect(
      plan(local: local, remote: .receiving(chunks: ["a": [0, 1, 2], "b": [0]], bytes: 28))
        == [.complete])
    for (chunks, bytes): ([String: Set<Int>], Int64) in [
      (["a": [0, 1, 2], "b": [0]], 27), (["a": [0, 1, 2], "b": [0]], 29),
      (["a": [0, 1, 2, 3], "b": [0]], 28), (["a": [0, 1, 2], "b": [0], "c": [0]], 28),
      (["a": [0, 1, 2, -1], "b": [0]], 28), (["a": [0, 1], "b": [0]], 28), ([:], 28),
    ] {
      let operations = plan(local: local, remote: .receiving(chunks: chunks, bytes: bytes))
      #expect(!operations.contains(.complete), "\(chunks) \(bytes)")
      #expect(!operations.isEmpty)
    }
  }

  @Test func abandonsWhatItNeverSent() {
    for chunks: [String: Set<Int>] in [["a": [0, 7]], ["a": [-1]], ["x": [0]]] {
      let operations = plan(
        local: upload([("a", 25, [])]), remote: .receiving(chunks: chunks, bytes: 10))
      guard case .abandonSession = operations.first, operations.count == 1 else {
        Issue.record("\(operations)")
        continue
      }
    }
  }

  /// A session that was opened anew cuts differently: nothing of the old cut is believed.
  @Test func chunkSizeChangesAfterReinitialisation() {
    let local = upload([("a", 25, [])], layout: ChunkLayout(chunkSize: 7))
    #expect(
      plan(local: local, remote: .receiving(chunks: ["a": [3]], bytes: 4)) == [
        .acknowledge(file: "a", chunks: [3]),
        .send(file: "a", index: 0, offset: 0, length: 7),
        .send(file: "a", index: 1, offset: 7, length: 7),
        .send(file: "a", index: 2, offset: 14, length: 7),
      ])
    // Three chunks of 10 do not look like four of 7.
    let operations = plan(local: local, remote: .receiving(chunks: ["a": [0, 1, 2]], bytes: 25))
    #expect(!operations.contains(.complete))
  }

  @Test func refusesEmptyFiles() {
    #expect(
      plan(local: upload([("a", 0, []), ("b", 5, [])]), remote: .unknown) == [.refuse(file: "a")])
  }

  /// Whatever the gateway lists, doing what the plan says ends in `complete` or in giving up the
  /// session, never in a wait for nothing.
  @Test func everyPlanMoves() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let size = Int64.random(in: 1...60, using: &random)
      let count = layout.count(ofBytes: size)
      let memory = Set((0..<count).filter { _ in Bool.random(using: &random) })
      var listed = Set((0..<count).filter { _ in Bool.random(using: &random) })
      var rounds = 0
      while true {
        rounds += 1
        let bytes = listed.reduce(Int64(0)) { $0 + Int64(layout.length(of: $1, ofBytes: size)) }
        let operations = plan(
          local: upload([("a", size, memory)]),
          remote: .receiving(chunks: ["a": listed], bytes: bytes))
        if operations.contains(.complete) { break }
        for case .send(_, let index, _, _, _) in operations { listed.insert(index) }
        guard rounds < 3 else {
          Issue.record("no progress: \(operations)")
          break
        }
      }
      #expect(listed == Set(0..<count))
    }
  }
}
