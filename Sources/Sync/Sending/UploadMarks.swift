import Domain
import Foundation
import Store

/// Small facts about an upload that must outlive the process, kept as cursors of the store.
struct UploadMarks: Sendable {
  let store: Store
  let id: UploadID

  /// The client id under which the gateway knows it: a new one for each session that must not be
  /// resumed.
  func clientID() async throws -> String {
    let generation = try await generation()
    return generation == 0 ? id.rawValue : "\(id.rawValue).\(generation)"
  }

  private func generation() async throws -> Int {
    Int(try await store.cursor("generation:\(id)") ?? "") ?? 0
  }

  func nextGeneration(at now: Date) async throws {
    let next = try await generation() + 1
    try await set("generation", String(next), at: now)
  }

  /// A file changed and a person was told; a run after that means "send it as it is now". The
  /// path whose content changed, or empty when only its place or time did.
  func toldOfChange() async throws -> String? { try await store.cursor("changed:\(id)") }
  func tellOfChange(_ path: String, at now: Date) async throws {
    try await set("changed", path, at: now)
  }
  func forgetChange() async throws { try await store.forgetCursor("changed:\(id)") }

  /// The session must not be used again.
  func wantsNewSession() async throws -> Bool { try await store.cursor("renew:\(id)") != nil }
  func wantNewSession(at now: Date) async throws { try await set("renew", "1", at: now) }
  func hasNewSession() async throws { try await store.forgetCursor("renew:\(id)") }

  /// The change of service level or history that the gateway is to hear of; nil: it has heard all.
  func untold() async throws -> String? { try await store.cursor(Store.toldAgain(id)) }
  /// One that came meanwhile is still to be told.
  func wasTold(_ change: String) async throws {
    try await store.forgetCursor(Store.toldAgain(id), holding: change)
  }

  /// An init may have reached a plain gateway although no answer came.
  func initIsOpen() async throws -> Bool { try await store.cursor("init:\(id)") != nil }
  func openInit(at now: Date) async throws { try await set("init", "1", at: now) }
  func closeInit() async throws { try await store.forgetCursor("init:\(id)") }

  /// How often an answer to `complete` got lost, over all processes.
  func lostReceipts() async throws -> Int {
    Int(try await store.cursor("lost-receipts:\(id)") ?? "") ?? 0
  }
  func countLostReceipt(at now: Date) async throws {
    try await set("lost-receipts", String(try await lostReceipts() + 1), at: now)
  }
  func forgetLostReceipts() async throws { try await store.forgetCursor("lost-receipts:\(id)") }

  /// How often a plain gateway forgot the session with what had been sent.
  func losses() async throws -> Int { Int(try await store.cursor("losses:\(id)") ?? "") ?? 0 }
  func setLosses(_ losses: Int, at now: Date) async throws {
    try await set("losses", String(losses), at: now)
  }
  func forgetLosses() async throws { try await store.forgetCursor("losses:\(id)") }

  private func set(_ name: String, _ value: String, at now: Date) async throws {
    try await store.apply(
      RemoteChanges(cursor: .init(name: "\(name):\(id)", value: value)), at: now)
  }
}
