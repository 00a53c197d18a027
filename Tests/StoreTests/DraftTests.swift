import Foundation
import GRDB
import TestSupport
import Testing

@testable import Store

/// Unfinished work is kept for the next start, and taken from no process that runs.
@Suite struct DraftTests {
  @Test func theNewestOfThoseThatAreGone() async throws {
    let sandbox = Sandbox()
    let store = try sandbox.open()
    #expect(try await store.unfinishedDraft() == nil)
    try await store.keepDraft("{\"a\":1}", at: Date(timeIntervalSince1970: 1_000))
    try await store.keepDraft("{\"a\":2}", at: Date(timeIntervalSince1970: 2_000))
    #expect(try await store.unfinishedDraft()?.content == "{\"a\":2}")
    // An earlier process of the same number left something since; another one long ago.
    try await store.write { db, _ in
      try db.execute(
        sql: "INSERT INTO drafts (id, content, updated_at) VALUES (?, 'old', 1), (?, 'gone', ?)",
        arguments: ["999999999-5", "\(getpid())-1", Date(timeIntervalSince1970: 3_000).micros])
    }
    let newest = try await store.unfinishedDraft()
    #expect(newest?.content == "gone" && newest?.at == Date(timeIntervalSince1970: 3_000))
    try await store.forgetDrafts()
    #expect(try await store.unfinishedDraft() == nil)
  }

  @Test func anotherRunningProcessKeepsItsOwn() async throws {
    let sandbox = Sandbox()
    let store = try sandbox.open()
    let child = try await ChildProcess.start("/bin/sleep", ["600"])
    defer { child.send(9) }
    let mark = ProcessMark(of: child.processID)
    #expect(mark.isAliveElsewhere && !ProcessMark.own.isAliveElsewhere)
    try await store.write { db, _ in
      try db.execute(
        sql: "INSERT INTO drafts (id, content, updated_at) VALUES (?, 'theirs', 1)",
        arguments: [mark.text])
    }
    #expect(try await store.unfinishedDraft() == nil)
    try await store.forgetDrafts()
    await child.stop()
    #expect(try await store.unfinishedDraft()?.content == "theirs")
  }
}
