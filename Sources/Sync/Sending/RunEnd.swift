import Domain
import Foundation
import Logging
import Store

/// How a run found the gateway.
enum Reach: Sendable, Equatable {
  /// The gateway answered.
  case reached
  /// It ended for a reason on this machine, which tells nothing of the gateway.
  case local
  /// No connection: nothing else needs to try now. Seconds after which to try again.
  case unreachable(TimeInterval, String)
  /// The store itself cannot take changes.
  case storeTrouble(String)
  /// Nobody is logged in (any more).
  case loggedOut
}

/// Turns what ended a run into the state that a person sees.
struct RunEnd: Sendable {
  let id: UploadID
  let context: SendContext
  let memory: UploadMemory

  private var now: Date { context.timing.now() }
  private var marks: UploadMarks { UploadMarks(store: context.store, id: id) }

  func settle(_ error: any Error) async -> Reach {
    // A run that is cancelled must still say where it stopped.
    await Task { await self.record(error) }.value
  }

  private func record(_ error: any Error) async -> Reach {
    do {
      return try await classify(error)
    } catch let error as StoreError {
      if case .illegalTransition = error { return .local }
      context.logger.error("store", metadata: ["upload": "\(id)", "kind": "\(kind(of: error))"])
      return .storeTrouble(error.description)
    } catch {
      return .storeTrouble("\(error)")
    }
  }

  private func classify(_ error: any Error) async throws -> Reach {
    switch error {
    case let end as UploadEnd: try await apply(end)
    case let source as SourceError:
      let path = if case .changed(let path) = source { path } else { "" }
      try await marks.tellOfChange(path, at: now)
      try await set(.held, source.sentence)
    case is CancellationError:
      try await requeue("Sending was interrupted; it goes on where it was.")
    case let sync as SyncError:
      try await requeue(sync.description)
      return .loggedOut
    case let link as LinkError: return try await apply(link)
    case let store as StoreError: throw store
    default: try await later("something unforeseen happened", retryAfter: nil)
    }
    return .local
  }

  private func apply(_ end: UploadEnd) async throws {
    switch end {
    case .held(let words): try await set(.held, words)
    case .failed(let words):
      // Before the state: whoever retries a failed upload needs a new session.
      try await marks.wantNewSession(at: now)
      try await set(.failed, words)
    case .duplicate(let words): try await set(.duplicate, words)
    case .later(let words, let retryAfter): try await later(words, retryAfter: retryAfter)
    case .poisoned(let words): try await later(words, retryAfter: nil)
    case .waits(let words): try await set(.queued, words)
    case .again, .takenAway: break
    }
  }

  private func apply(_ error: LinkError) async throws -> Reach {
    switch error {
    case .forbidden:
      try await set(.held, "\(sentence(error)) Ask its administrator, then press retry.")
    case .address: try await set(.held, error.description)
    case .unprocessable, .tooLarge:
      try await marks.wantNewSession(at: now)
      try await set(.failed, "\(sentence(error)) Your files are untouched.")
    case .duplicate: try await set(.duplicate, sentence(error))
    case _ where error.isOffline: return try await offline(error)
    default: try await later(error.description, retryAfter: error.retryAfter)
    }
    return .reached
  }

  /// The connection is not there, or it broke. When the gateway had answered in this run, only this
  /// upload waits, longer each time that it brings nothing over; else nothing needs to try.
  private func offline(_ error: LinkError) async throws -> Reach {
    if await memory.wasHeard {
      let delay = try await later(error.description, retryAfter: nil)
      return .unreachable(delay, error.description)
    }
    let now = now
    let until = context.outage.failed(at: now, random: context.timing.random())
    try await set(
      .queued, "Waiting to try again: \(error.description).", nextAttemptAt: until)
    return .unreachable(until.timeIntervalSince(now), error.description)
  }

  @discardableResult
  private func later(_ words: String, retryAfter: TimeInterval?) async throws -> TimeInterval {
    let attempt = await memory.failed()
    let delay = context.options.backoff.delay(
      attempt: attempt, random: context.timing.random(), retryAfter: retryAfter)
    try await set(
      .queued, "Waiting to try again: \(words).", nextAttemptAt: now.addingTimeInterval(delay))
    context.logger.info(
      "upload waits", metadata: ["upload": "\(id)", "attempt": "\(attempt)", "seconds": "\(delay)"])
    return delay
  }

  /// Back into the queue, unless a person or the gateway already said something else.
  private func requeue(_ words: String) async throws {
    guard try await context.store.upload(id)?.state == .sending else { return }
    try await set(.queued, words)
  }

  private func set(_ state: UploadState, _ words: String, nextAttemptAt: Date? = nil) async throws {
    guard let present = try await context.store.upload(id)?.state,
      present == .queued || present == .sending || present == .stored
    else { return }
    // What waits for its proof stays stored: its bytes are there.
    let target = present == .stored && state == .queued ? UploadState.stored : state
    try await context.store.transition(
      id, to: target, reason: words, nextAttemptAt: nextAttemptAt, at: now)
  }

  private func sentence(_ error: LinkError) -> String {
    let text = error.description
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private func kind(of error: StoreError) -> String {
    String(String(describing: error).prefix(60))
  }
}
