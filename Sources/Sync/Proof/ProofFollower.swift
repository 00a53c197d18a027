import Domain
import Foundation
import Logging
import Store
import Wire

/// Asks a gateway once what became of an upload, and keeps what that proves.
struct ProofFollower: Sendable {
  let id: UploadID
  let context: SendContext
  let memory: UploadMemory

  private var store: Store { context.store }
  private var now: Date { context.timing.now() }
  private var marks: UploadMarks { UploadMarks(store: context.store, id: id) }

  /// Never throws; for uploads whose bytes are all there.
  func run() async -> Reach {
    await memory.beginRun()
    do {
      try await poll()
      return .reached
    } catch {
      return await RunEnd(id: id, context: context, memory: memory).settle(error)
    }
  }

  /// One question. Afterwards the upload is proven, refused, queued again, or has a time for the
  /// next question.
  /// - Parameter doubt: why it is not known whether `complete` was heard; thrown when it was not.
  func poll(inDoubt doubt: LinkError? = nil) async throws {
    guard let work = try await store.work(id) else { throw UploadEnd.takenAway }
    guard let session = work.session else {
      // Nothing to ask about: the next init finds the upload at the gateway by our id of it.
      try await store.transition(
        id, to: .queued, reason: "The session at the gateway is asked for again.", at: now)
      throw UploadEnd.again
    }
    let proof: ProofAnswer
    do {
      // Nothing goes out by asking: a colleague's login at the same gateway may.
      proof = try await context.keeper.authorised(as: .gateway(work.upload.gateway)) {
        link, access in
        try await context.line.withCopies(work.files.count) {
          try await link.proof(of: session.remoteID, access: access)
        }
      }
    } catch LinkError.forbidden(let why) {
      let login = try await context.keeper.current().account.owner
      guard !work.upload.belongsTo.isSame(as: login) else { throw LinkError.forbidden(why) }
      throw UploadEnd.later(
        "the gateway shows its proof to \(work.upload.owner) only", retryAfter: 900)
    } catch LinkError.notFound(let why) {
      // A gateway that restarts behind a proxy may say so once; three times is no accident.
      guard await memory.contradicted() >= 3 else {
        return try await wait(work, "the gateway does not find the upload (\(why))")
      }
      return try await sendAgain(work, "The gateway lost the study.")
    }
    try await context.heard()
    let verdict = ProofVerdict.judge(work.files.map(\.file), proof)
    if let doubt, verdict.conclusion == .receiving { throw doubt }
    try await keep(verdict.outcomes, work)
    switch verdict.conclusion {
    case .reached(let state):
      await memory.agreed()
      try await reached(state, work, proof)
    case .waiting:
      await memory.agreed()
      try await wait(work, nil)
    case .refused(let words) where work.upload.state.isProven:
      // The proof that was given stays true; that the PACS gave other bytes back is said beside it.
      try await store.transition(id, to: work.upload.state, reason: words, at: now)
    case .refused(let words):
      try await fail(words + " Your files are untouched; press retry to send the study again.")
    case .otherBytes(let words):
      guard await memory.poisoned() <= 1 else {
        return try await fail(words + " Tell its administrator, then press retry.")
      }
      try await sendAgain(work, words)
    case .incomplete(let words):
      guard await memory.contradicted() < 5 else {
        return try await fail(words + " Ask the PACS for the study, then press retry.")
      }
      try await wait(work, nil)
    case .receiving, .cancelled:
      guard await memory.contradicted() < 5 else {
        return try await fail(
          "The gateway takes the study and forgets that it is complete. Tell its administrator, "
            + "then press retry.")
      }
      if verdict.conclusion == .cancelled {
        try await sendAgain(work, "The gateway gave the upload up.")
      } else {
        try await store.transition(
          id, to: .queued, reason: "The gateway still waits for the end of the upload.",
          nextAttemptAt: now.addingTimeInterval(delay(1)), at: now)
      }
    }
  }

  private func keep(_ outcomes: [FileOutcome], _ work: UploadWork) async throws {
    let before = Dictionary(work.files.map { ($0.file.id, $0.file) }) { first, _ in first }
    let news = outcomes.filter { outcome in
      guard let file = before[outcome.file] else { return false }
      let isTimeNew =
        outcome.storedAt != nil && file.evidence.gatewayStoredAt == nil
        || outcome.verifiedAt != nil && file.evidence.pacsAnsweredAt == nil
      return file.state != outcome.state || file.reason != outcome.reason || isTimeNew
    }
    if !news.isEmpty { try await store.record(news, of: id, at: now) }
  }

  private func reached(_ state: InstanceState, _ work: UploadWork, _ proof: ProofAnswer)
    async throws
  {
    let present = work.upload.state
    switch state {
    case .committed: try await store.transition(id, to: .committed, at: now)
    case .verified where present == .committed || present == .verified: break
    case .verified: try await store.transition(id, to: .verified, at: now)
    default: try await wait(work, nil, isStored: true, proof: proof)
    }
  }

  /// Sets the time for the next question.
  private func wait(
    _ work: UploadWork, _ trouble: String?, isStored: Bool = false, proof: ProofAnswer? = nil
  ) async throws {
    guard !work.upload.state.isProven else { return }
    let attempt = await memory.polled()
    var seconds = context.options.proofBackoff.delay(
      attempt: attempt, random: context.timing.random())
    if let next = proof?.nextAttemptAt?.date.timeIntervalSince(now), next > seconds {
      // The gateway itself waits for its PACS: asking earlier tells nothing new.
      seconds = min(next + 1, context.options.proofBackoff.cap)
    }
    let isAlreadyStored = isStored || work.upload.state == .stored
    let words =
      trouble.map { "Waiting: \($0)." }
      ?? (isAlreadyStored
        ? "At the gateway; waiting for the PACS\(suffix(proof?.reason))."
        : "The gateway is checking the files.")
    try await store.transition(
      id, to: isAlreadyStored ? .stored : .queued, reason: words,
      nextAttemptAt: now.addingTimeInterval(seconds), at: now)
  }

  private func suffix(_ reason: String?) -> String {
    guard let reason, !reason.isEmpty else { return "" }
    return " (\(reason.prefix(160)))"
  }

  private func delay(_ attempt: Int) -> TimeInterval {
    context.options.proofBackoff.delay(attempt: attempt, random: context.timing.random())
  }

  private func fail(_ words: String) async throws {
    try await marks.wantNewSession(at: now)
    try await store.transition(id, to: .failed, reason: words, at: now)
  }

  private func sendAgain(_ work: UploadWork, _ words: String) async throws {
    context.logger.warning("upload is sent again", metadata: ["upload": "\(id)"])
    guard !work.upload.state.isProven else { return }
    try await marks.nextGeneration(at: now)
    try await store.loseSession(id, reason: words + " It is sent again.", at: now)
    await memory.newProof()
  }
}
