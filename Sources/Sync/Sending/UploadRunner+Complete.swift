import Domain
import Foundation
import Store
import Wire

extension UploadRunner {
  /// Asks the gateway to put the study together and finds out what that was worth.
  func complete(_ work: UploadWork, _ kind: GatewayKind) async throws {
    guard let session = work.session else { return }
    // The last look at the sources: a file that changed while the others were sent.
    let files = work.files.map(\.file)
    try await blocking { for file in files { try SourceFile(file).checkUnchanged() } }
    let token = UploadToken(session, of: id, owner: owner, context: context)
    let answer: CompleteAnswer
    do {
      answer = try await token.authorised { link, token in
        // A plain gateway forgets the session at the first one.
        guard kind.proof else {
          return try await link.complete(session.remoteID, uploadToken: token)
        }
        return try await context.line.withCopies(work.files.count) {
          try await link.complete(session.remoteID, uploadToken: token)
        }
      }
    } catch let error as LinkError where kind.proof && error.isAmbiguous {
      // It may have been heard: what the gateway has tells more than another attempt.
      try await proofs.poll(inDoubt: error)
      return
    } catch LinkError.notFound where kind.proof {
      try await proofs.poll()
      return
    } catch LinkError.notFound {
      try await receiptIsLost(session)
    } catch LinkError.unprocessable(let message), LinkError.conflict(_, let message) {
      guard await memory.contradicted() < 4 else {
        throw UploadEnd.failed(
          "The gateway lists every byte of the study and yet refuses to complete it (\(message)). "
            + "Tell its administrator, then press retry.")
      }
      throw UploadEnd.later("the gateway refuses to complete: \(message)", retryAfter: nil)
    }
    await memory.progressed()
    if kind.proof {
      await memory.newProof()
      try await proofs.poll()
      return
    }
    switch Receipt.meaning(of: answer, fileCount: work.files.count) {
    case .success(let words): try await store.transition(id, to: .unproven, reason: words, at: now)
    case .loss(let words): throw UploadEnd.failed(words)
    }
  }

  /// A plain gateway forgot the session after (perhaps) completing it. Its report entry tells
  /// whether it forwarded anything, but not whether everything arrived: only the receipt does, so
  /// the study is sent again; the PACS ignores instances that it has.
  func receiptIsLost(_ session: GatewaySession) async throws -> Never {
    var report: ReportMessage?
    for attempt in 0..<6 {
      report = try await context.keeper.authorised(as: .owner(owner)) { link, access in
        try await link.report(ofUpload: session.remoteID, access: access)
      }
      if report != nil { break }
      // It may still be forwarding.
      let backoff = Backoff(base: 2, cap: 30, floor: 1)
      try await context.timing.sleep(
        backoff.delay(attempt: attempt, random: context.timing.random()))
    }
    let found =
      report == nil
      ? "The gateway forgot the study and has no report entry for it"
      : "The gateway's answer got lost; it has a report entry, which does not tell whether every "
        + "instance arrived"
    guard try await marks.lostReceipts() < 2 else {
      try await marks.wantNewSession(at: now)
      try await marks.forgetLostReceipts()
      throw UploadEnd.held(
        "\(found). That happened three times: ask the PACS for the study, then press retry to "
          + "send it again, or cancel.")
    }
    try await marks.countLostReceipt(at: now)
    try await store.loseSession(id, reason: "\(found); it is sent again.", at: now)
    throw UploadEnd.again
  }
}
