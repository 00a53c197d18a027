import GRDB
import Gateway
import Synchronization

/// Changes that come at the same time share one transaction, and so one flush to the disk. Each is
/// a savepoint of its own: one that fails takes nothing else with it, and nobody is answered before
/// the whole is on the disk.
final class GroupCommit: Sendable {
  /// One change that waits for its turn.
  private struct Job: Sendable {
    /// Makes the change and keeps what came of it. Throws only when the transaction is over.
    var run: @Sendable (Database) throws -> Changes
    /// Tells the caller; with an error when the commit failed.
    var finish: @Sendable ((any Error)?) -> Void
  }
  private struct State {
    var waiting: [Job] = []
    var isRunning = false
  }
  private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>>(.failure(CatalogueError.missing))
  }
  private let state = Mutex(State())
  private let pool: DatabasePool
  private let bus: (any EventBus)?
  private let auditHead: AuditHeadFile?

  /// - Parameters:
  ///   - bus: hears of the changes after their commit.
  ///   - auditHead: notes the last row of the audit log after its commit.
  init(
    _ pool: DatabasePool, bus: (any EventBus)? = nil, auditHead: AuditHeadFile? = nil
  ) {
    self.pool = pool
    self.bus = bus
    self.auditHead = auditHead
  }

  /// Changes of more callers than this go into the next transaction.
  private static let most = 256

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database, inout Changes) throws -> Value
  ) async throws -> Value {
    let outcome = Outcome<Value>()
    let run: @Sendable (Database) throws -> Changes = { database in
      var changes = Changes()
      do {
        try database.inSavepoint {
          let value = try body(database, &changes)
          outcome.result.withLock { $0 = .success(value) }
          return .commit
        }
        return changes
      } catch {
        outcome.result.withLock { $0 = .failure(error) }
        // SQLite ends the transaction itself when the disk is full or fails.
        guard database.isInsideTransaction else { throw error }
        return Changes()
      }
    }
    return try await withCheckedThrowingContinuation { continuation in
      let finish: @Sendable ((any Error)?) -> Void = { error in
        if let error {
          continuation.resume(throwing: error)
        } else {
          continuation.resume(with: outcome.result.withLock { $0 })
        }
      }
      let begins = state.withLock { state in
        state.waiting.append(Job(run: run, finish: finish))
        defer { state.isRunning = true }
        return !state.isRunning
      }
      if begins { Task { await self.run() } }
    }
  }

  private func run() async {
    while true {
      let group = state.withLock { state in
        let group = Array(state.waiting.prefix(Self.most))
        state.waiting.removeFirst(group.count)
        if group.isEmpty { state.isRunning = false }
        return group
      }
      guard !group.isEmpty else { return }
      do {
        let made = try await pool.write { database in
          try group.map { try $0.run(database) }
        }
        if let head = made.last(where: { $0.auditHead != nil })?.auditHead {
          auditHead?.write(head)
        }
        for change in made { for hint in change.hints { bus?.publish(hint) } }
        for job in group { job.finish(nil) }
      } catch {
        for job in group { job.finish(error) }
      }
    }
  }
}
