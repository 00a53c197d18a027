import Domain
import Foundation
import GRDB
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(15))) struct ProcessTests {
  let sandbox = Sandbox()

  @Test func manyWritersNeverSeeALock() async throws {
    let probes = try (0..<3).map { _ in try Probe(sandbox.home, "enqueue", count: 15) }
    let home = sandbox.home
    let ids = try await withThrowingTaskGroup(of: [UploadID].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let store = try Store(home: home)
          var ids: [UploadID] = []
          for _ in 0..<15 { ids += try await store.enqueue([draft()]) }
          return ids
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    var foreign: [String] = []
    for probe in probes {
      foreign += probe.lines()
      #expect(probe.waitUntilExit() == 0)
    }
    #expect(ids.count == 120 && foreign.count == 45)
    let store = try sandbox.open()
    #expect(try await store.names().count == 165)
    #expect(
      try await store.uploads(UploadFilter(), Window(offset: 0, limit: 0)).counts.byState
        == [.queued: 165])
  }

  /// Killed anywhere in the middle: everything that the store confirmed is there.
  @Test func aKilledWriterLosesNothingConfirmed() async throws {
    for round in 0..<8 {
      let probe = try Probe(sandbox.home, "enqueue")
      var confirmed = probe.lines(3 + round * 5)
      confirmed += probe.killNow()
      let store = try sandbox.open()
      for id in confirmed {
        let work = try #require(try await store.work(UploadID(id)), "\(id)")
        #expect(work.files.count == 2)
      }
      let check = try await store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
      #expect(check == "ok")
    }
  }

  @Test func aKilledSenderLosesNoAcknowledgement() async throws {
    for round in 0..<4 {
      let probe = try Probe(sandbox.home, "acknowledge", count: 100_000)
      let first = probe.lines(1 + round * 60 + 5)
      let all = first + probe.killNow()
      let id = UploadID(try #require(all.first))
      let store = try sandbox.open()
      let work = try #require(try await store.work(id))
      let bitmap = work.files[0].acknowledged
      let chunks = all.dropFirst().compactMap(Int.init)
      #expect(chunks.count == all.count - 1 && !chunks.isEmpty)
      #expect(chunks.allSatisfy { bitmap.contains($0) })
      // At most the eight that were under way are known beyond those that were said.
      #expect(bitmap.count <= chunks.count + 8)
      #expect(work.upload.sentBytes == Int64(bitmap.count) * 10)
    }
  }

  @Test func otherProcessesAreHeard() async throws {
    let store = try sandbox.open()
    // A socket that a dead process left behind does not disturb and is cleared away.
    let victim = try Probe(sandbox.home, "enqueue")
    _ = victim.lines(1)
    _ = victim.killNow()
    let left = sockets().filter { $0.hasPrefix("\(victim.pid)-") }
    #expect(left.count == 1)
    var changes = store.changes.makeAsyncIterator()
    let probe = try Probe(sandbox.home, "enqueue", count: 1)
    #expect(await changes.next() == [.uploads, .queue])
    #expect(probe.lines().count == 1)
    try await store.set(.theme, value: "dark")
    var heard: Set<StoreRegion> = []
    while !heard.contains(.settings), let regions = await changes.next() { heard = regions }
    #expect(heard.contains(.settings))
    #expect(sockets().filter { $0.hasPrefix("\(victim.pid)-") }.isEmpty)
    try store.close()
    #expect(await changes.next() == nil)
    #expect(sockets().isEmpty)
  }

  private func sockets() -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: sandbox.home.data + "/run")) ?? []
  }
}
