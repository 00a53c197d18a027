import Domain
import Foundation
import Testing

@testable import Store

@Suite("The order of the queue, pauses with an end, traffic")
struct TurnTests {
  private func order(_ store: Store) async throws -> [String] {
    try await store.due(for: .anna, now: t0.addingTimeInterval(1), limit: 100)
      .map(\.study.patientName)
  }

  @Test func movesWithinItsServiceLevel() async throws {
    let sandbox = Sandbox()
    let store = try sandbox.open()
    // Handed over together: their times are equal.
    let ids = try await store.enqueue(
      ["A", "B", "C", "D"].map { draft(name: $0) } + [draft(name: "S", level: .stat)])
    #expect(try await order(store) == ["S", "A", "B", "C", "D"])
    #expect(try await store.move(ids[2], .up, at: t0) == (2, 4))
    #expect(try await order(store) == ["S", "A", "C", "B", "D"])
    #expect(try await store.move(ids[0], .last, at: t0) == (4, 4))
    #expect(try await order(store) == ["S", "C", "B", "D", "A"])
    #expect(try await store.move(ids[3], .first, at: t0) == (1, 4))
    #expect(try await store.move(ids[3], .first, at: t0) == (1, 4))
    #expect(try await store.move(ids[2], .down, at: t0) == (3, 4))
    #expect(try await order(store) == ["S", "D", "B", "C", "A"])
    // STAT stays in front, whatever is moved, and what comes later goes to the end.
    #expect(try await store.move(ids[4], .last, at: t0) == (1, 1))
    _ = try await store.enqueue([draft(name: "E")], now: t0.addingTimeInterval(0.5))
    #expect(try await order(store) == ["S", "D", "B", "C", "A", "E"])
    let (page, _) = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 10))
    #expect(page.rows.map(\.study.patientName) == ["S", "D", "B", "C", "A", "E"])
    try await store.command(.cancel, ids[1], at: t0)
    await #expect(throws: StoreError.self) { try await store.move(ids[1], .up, at: t0) }
    let reopened = try sandbox.open()
    #expect(try await order(reopened) == ["S", "D", "C", "A", "E"])
  }

  @Test func aPauseEndsByItself() async throws {
    let sandbox = Sandbox()
    let store = try sandbox.open()
    let id = try await store.enqueue([draft()])[0]
    let hours = PauseTerm(end: t0.addingTimeInterval(14_400), duration: 14_400)
    try await store.command(.pause, id, term: hours, at: t0)
    #expect(try await store.upload(id)?.nextAttemptAt == hours.end)
    #expect(try await store.nextAttempt(for: .anna, after: t0) == hours.end)
    #expect(try await store.endPauses(at: t0.addingTimeInterval(14_399)) == 0)
    #expect(try await store.upload(id)?.state == .paused)
    // Survives the process; and the clock may jump over the end.
    let again = try sandbox.open()
    #expect(try await again.endPauses(at: t0.addingTimeInterval(9e6)) == 1)
    let upload = try #require(try await again.upload(id))
    #expect(upload.state == .queued && upload.nextAttemptAt == nil)
    #expect(try await again.endPauses(at: t0.addingTimeInterval(9e7)) == 0)
  }

  @Test func aClockThatIsSetBackMakesNoPauseLonger() async throws {
    let sandbox = Sandbox()
    let store = try sandbox.open()
    let ids = try await store.enqueue([draft(), draft(), draft()])
    try await store.command(
      .pause, ids[0], term: PauseTerm(end: t0.addingTimeInterval(7_200), duration: 7_200), at: t0)
    try await store.command(
      .pause, ids[1], term: PauseTerm(end: t0.addingTimeInterval(7_200), duration: nil), at: t0)
    try await store.command(.pause, ids[2], at: t0)
    let year = t0.addingTimeInterval(-365 * 86_400)
    #expect(try await store.endPauses(at: year) == 0)
    #expect(try await store.upload(ids[0])?.nextAttemptAt == year.addingTimeInterval(7_200))
    let evening = try #require(try await store.upload(ids[1])?.nextAttemptAt)
    #expect(evening > year && evening.timeIntervalSince(year) <= 86_400)
    // Looking again moves nothing.
    #expect(try await store.endPauses(at: year.addingTimeInterval(60)) == 0)
    #expect(try await store.upload(ids[0])?.nextAttemptAt == year.addingTimeInterval(7_200))
    #expect(try await store.endPauses(at: year.addingTimeInterval(86_400)) == 2)
    // What a person paused without an end stays.
    #expect(try await store.upload(ids[2])?.state == .paused)
  }

  /// Routine at first, STAT when somebody has looked at it.
  @Test func anotherLevelChangesTheOrderAndIsToldAgain() async throws {
    let store = try Sandbox().open()
    let ids = try await store.enqueue(["A", "B"].map { draft(name: $0) })
    await #expect(throws: StoreError.self, "STAT without a history") {
      try await store.setLevel(.stat, of: ids[1], at: t0)
    }
    await #expect(throws: StoreError.self, "too long") {
      try await store.setLevel(
        .stat, of: ids[1], history: String(repeating: "x", count: 501), at: t0)
    }
    #expect(try await order(store) == ["A", "B"])
    #expect(try await store.cursor(Store.toldAgain(ids[1])) == nil)
    try await store.setLevel(.stat, of: ids[1], history: "fall, headache", at: t0)
    #expect(try await order(store) == ["B", "A"])
    #expect(try await store.upload(ids[1])?.clinicalHistory == "fall, headache")
    #expect(try await store.cursor(Store.toldAgain(ids[1])) != nil)
    let log = try #require(try await store.uploadDetail(ids[1], fileLimit: 0)).log.map(\.text)
    #expect(
      log.contains { $0.contains("routine to STAT") } && !log.contains { $0.contains("fall") })
    // The history stays when only the level changes. What was heard of is not the later change.
    let first = try #require(try await store.cursor(Store.toldAgain(ids[1])))
    try await store.setLevel(.emergency, of: ids[1], at: t0)
    try await store.forgetCursor(Store.toldAgain(ids[1]), holding: first)
    let second = try #require(try await store.cursor(Store.toldAgain(ids[1])))
    try await store.forgetCursor(Store.toldAgain(ids[1]), holding: second)
    #expect(try await store.cursor(Store.toldAgain(ids[1])) == nil)
    #expect(try await store.upload(ids[1])?.clinicalHistory == "fall, headache")
    try await store.command(.cancel, ids[0], at: t0)
    await #expect(throws: StoreError.self) {
      try await store.setLevel(.routine, of: ids[0], at: t0)
    }
    await #expect(throws: StoreError.unknownUpload(UploadID("nobody"))) {
      try await store.setLevel(.routine, of: UploadID("nobody"), at: t0)
    }
  }

  @Test func anotherTermReplacesTheFirst() async throws {
    let store = try Sandbox().open()
    let id = try await store.enqueue([draft()])[0]
    try await store.command(.pause, id, at: t0)
    let term = PauseTerm(end: t0.addingTimeInterval(60), duration: 60)
    try await store.command(.pause, id, term: term, at: t0)
    #expect(try await store.upload(id)?.nextAttemptAt == term.end)
    try await store.command(.resume, id, at: t0)
    #expect(try await store.upload(id)?.nextAttemptAt == nil)
    #expect(try await store.endPauses(at: t0.addingTimeInterval(61)) == 0)
    await #expect(throws: StoreError.self) { try await store.command(.resume, id, at: t0) }
  }

  /// The clock was a year ahead when an attempt was put off, and is right now.
  @Test func whatCanNeverHaveBeenMeantIsNotWaitedFor() async throws {
    let store = try Sandbox().open()
    let ids = try await store.enqueue([draft(), draft(), draft()])
    let year = t0.addingTimeInterval(365 * 86_400)
    try await store.transition(ids[0], to: .queued, reason: "later", nextAttemptAt: year, at: t0)
    let soon = t0.addingTimeInterval(120)
    try await store.transition(ids[1], to: .queued, reason: "later", nextAttemptAt: soon, at: t0)
    let pause = PauseTerm(end: year, duration: nil)
    try await store.command(.pause, ids[2], term: pause, at: t0)
    #expect(try await store.endWaits(beyond: t0.addingTimeInterval(1_000)) == 1)
    #expect(try await store.upload(ids[0])?.nextAttemptAt == nil)
    #expect(try await store.upload(ids[1])?.nextAttemptAt == soon)
    #expect(try await store.upload(ids[2])?.nextAttemptAt == year)
    #expect(try await store.due(for: .anna, now: t0).map(\.id) == [ids[0]])
  }

  @Test func countsWhatGoesOut() async throws {
    let store = try Sandbox().open()
    let work = try await store.started(draft(files: 2, bytes: 100))
    let day = "2026-11-21"
    let first = store.beginChunk(0, of: work.files[0].file.id, session: "r1")
    try await store.giveUp(first, wasSent: true, use: WireUse(bytes: 100, day: day))
    let again = store.beginChunk(0, of: work.files[0].file.id, session: "r1")
    try await store.acknowledge(again, use: WireUse(bytes: 100, day: day))
    // A chunk has 30 bytes. In pieces: so many bytes went out twice, whatever the chunk's length.
    let pieces = store.beginChunk(0, of: work.files[1].file.id, session: "r1")
    try await store.acknowledge(pieces, use: WireUse(bytes: 130, day: "2026-12-01", again: 30))
    #expect(try await store.traffic(ofDays: day) == 200)
    #expect(try await store.traffic(ofDays: "2026-11") == 200)
    #expect(try await store.traffic(ofDays: "2026-12") == 130)
    #expect(try await store.traffic(ofDays: "2025") == 0)
    #expect(try await store.upload(work.upload.id)?.resentBytes == 60)
  }

  @Test func saysThatTheBudgetIsUsedUp() async throws {
    let store = try Sandbox().open()
    let ids = try await store.enqueue([draft(), draft()])
    try await store.transition(
      ids[1], to: .queued, reason: "Something else.", nextAttemptAt: nil, at: t0)
    try await store.markBudget(Store.budgetWords + " is used up.")
    #expect(try await store.upload(ids[0])?.reason == Store.budgetWords + " is used up.")
    #expect(try await store.upload(ids[1])?.reason == "Something else.")
    try await store.markBudget(nil)
    #expect(try await store.upload(ids[0])?.reason == "")
    #expect(try await store.upload(ids[1])?.reason == "Something else.")
  }
}
