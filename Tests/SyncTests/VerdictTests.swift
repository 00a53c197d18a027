import Domain
import Foundation
import Store
import Testing
import Wire

@testable import Sync

@Suite("What a proof is worth")
struct VerdictTests {
  private let digests = [String(repeating: "a", count: 64), String(repeating: "b", count: 64)]

  private var files: [UploadFile] {
    (0..<2).map { number in
      UploadFile(
        id: FileID("f\(number)"), uploadID: UploadID("u"), path: "/x", byteCount: 10,
        sha256: digests[number],
        modifiedAt: 0, inode: 0, sopInstanceUID: "1.2.\(number)", sopClassUID: "",
        seriesInstanceUID: "", transferSyntaxUID: "")
    }
  }

  private func proof(
    _ states: [String], state: String = "forwarding",
    change: (inout [ProofAnswer.Instance]) -> Void = { _ in }
  ) -> ProofAnswer {
    var instances = states.enumerated().map { number, state in
      ProofAnswer.Instance(
        fileID: "f\(number)", sopInstanceUID: "1.2.\(number)", sha256: digests[number], size: 10,
        state: state)
    }
    change(&instances)
    return ProofAnswer(uploadID: "r", clientUploadID: "u", state: state, instances: instances)
  }

  private func judge(_ proof: ProofAnswer) -> ProofVerdict.Conclusion {
    ProofVerdict.judge(files, proof).conclusion
  }

  @Test func theLowestInstanceDecides() {
    #expect(judge(proof(["stored", "stored"])) == .reached(.stored))
    #expect(judge(proof(["verified", "stored"])) == .reached(.stored))
    #expect(judge(proof(["verified", "committed"])) == .reached(.verified))
    #expect(judge(proof(["committed", "committed"], state: "committed")) == .reached(.committed))
    #expect(judge(proof(["committed", "waiting"])) == .waiting)
    #expect(judge(proof(["verified", "nonsense"])) == .waiting)
  }

  /// The times that a gateway gives go with what they are times of.
  @Test func timesBelongToTheirProof() {
    let time = Date(timeIntervalSince1970: 1_795_288_848)
    let verdict = ProofVerdict.judge(
      files,
      proof(["verified", "stored"]) {
        for index in $0.indices {
          $0[index].storedAt = WireDate(time)
          $0[index].verifiedAt = WireDate(time + 1)
        }
      })
    #expect(verdict.outcomes.map(\.storedAt) == [time, time])
    #expect(verdict.outcomes.map(\.verifiedAt) == [time + 1, nil])
  }

  /// Whatever is not exactly our file proves nothing, whatever the gateway calls it.
  @Test func nothingCountsWithoutTheSameBytes() {
    let lies: [(String, (inout [ProofAnswer.Instance]) -> Void)] = [
      ("other digest", { $0[0].sha256 = String(repeating: "c", count: 64) }),
      ("no digest", { $0[0].sha256 = nil }),
      ("other size", { $0[0].size = 9 }),
      ("other instance", { $0[0].sopInstanceUID = "9.9" }),
      ("left out", { $0.removeFirst() }),
      ("named twice", { $0.append($0[0]) }),
      ("swapped", { ($0[0].fileID, $0[1].fileID) = ($0[1].fileID, $0[0].fileID) }),
      ("none at all", { $0 = [] }),
    ]
    for state in ["stored", "forwarding", "verified", "committed"] {
      for (name, lie) in lies {
        let verdict = ProofVerdict.judge(
          files, proof(["committed", "committed"], state: state, change: lie))
        if case .reached = verdict.conclusion { Issue.record("\(name) counted") }
        let claimed = verdict.outcomes.filter { $0.file.rawValue == "f0" && $0.state != .failed }
        #expect(claimed.isEmpty, "\(name)")
      }
    }
  }

  @Test func upperCaseDigestsAreTheSame() {
    #expect(
      judge(proof(["verified", "verified"]) { $0[0].sha256 = $0[0].sha256?.uppercased() })
        == .reached(.verified))
  }

  @Test func aFileWithoutOwnDigestIsNeverProven() {
    var files = files
    files[0].sha256 = nil
    let verdict = ProofVerdict.judge(files, proof(["verified", "verified"], state: "verified"))
    if case .reached = verdict.conclusion { Issue.record("counted") }
  }

  /// The PACS refused it, the gateway has it: said as such, but only of the very bytes.
  @Test func whatIsRefusedMayBeAtTheGateway() {
    let time = Date(timeIntervalSince1970: 1_795_288_848)
    func refusal(_ change: (inout ProofAnswer.Instance) -> Void) -> FileOutcome? {
      ProofVerdict.judge(
        files,
        proof(["verified", "failed"], state: "failed") {
          $0[1].storedAt = WireDate(time)
          change(&$0[1])
        }
      ).outcomes.first { $0.state == .failed }
    }
    #expect(refusal { _ in }?.storedAt == time)
    #expect(refusal { $0.sha256 = String(repeating: "c", count: 64) }?.storedAt == nil)
    #expect(refusal { $0.size = 9 }?.storedAt == nil)
    #expect(refusal { $0.storedAt = nil }?.storedAt == nil)
  }

  @Test func refusalsAreCountedAndExplained() {
    let answer = proof(["verified", "failed"], state: "failed") { $0[1].reason = "A700H" }
    guard case .refused(let words) = judge(answer) else {
      Issue.record("not refused")
      return
    }
    #expect(words.contains("1 of 2") && words.contains("A700H"))
    // One is refused, the other still on its way: not over yet.
    #expect(judge(proof(["stored", "failed"])) == .waiting)
    #expect(judge(proof([], state: "receiving")) == .receiving)
  }
}

@Suite("Receipts of a plain gateway")
struct ReceiptTests {
  private func meaning(
    _ status: String, _ receipt: String?, processed: Int = 29, failed: Int = 0, files: Int = 29
  ) -> Receipt.Meaning {
    Receipt.meaning(
      of: CompleteAnswer(
        status: status, pacsReceiptID: receipt, warnings: [], processedFiles: processed,
        failedFiles: failed), fileCount: files)
  }

  @Test func onlyAWholeReceiptIsSuccess() {
    for good in [
      "STOW-SUCCESS-orthanc-29", "FALLBACK-SUCCESS-29", "FALLBACK-SUCCESS-29/29", "STOW-SUCCESS-x",
    ] {
      guard case .success = meaning("success", good) else {
        Issue.record("\(good)")
        continue
      }
    }
    let losses: [(String, String?, Int, Int)] = [
      ("success", "PARTIAL-FALLBACK-SUCCESS-28/29", 29, 0),
      ("success", "PARTIAL-SUCCESS--1/2", 29, 0),
      ("success", nil, 29, 0), ("success", "", 29, 0), ("success", "OK", 29, 0),
      ("success", "XSTOW-SUCCESS-29", 29, 0), ("success", "STOW-SUCCESS-orthanc-28", 29, 0),
      ("success", "FALLBACK-SUCCESS-28/29", 29, 0), ("success", "STOW-SUCCESS-orthanc-29", 29, 1),
      ("success", "STOW-SUCCESS-orthanc-29", 28, 0), ("partial_success", nil, 29, 0),
      ("partial_success", "STOW-SUCCESS-orthanc-29", 29, 0), ("failed", nil, 0, 29),
      ("", nil, 0, 0),
    ]
    for (status, receipt, processed, failed) in losses {
      guard case .loss(let words) = meaning(status, receipt, processed: processed, failed: failed)
      else {
        Issue.record("\(status) \(receipt ?? "nil")")
        continue
      }
      #expect(words.contains("retry"))
    }
    guard case .loss(let words) = meaning("success", "PARTIAL-FALLBACK-SUCCESS-28/29") else {
      return
    }
    #expect(words.contains("28 of 29"))
  }
}

@Suite("Back-off and slots")
struct BackoffTests {
  @Test func growsToItsCapAndHonoursTheGateway() {
    let backoff = Backoff(base: 1, cap: 60, floor: 0.1, longestRetryAfter: 300)
    #expect(backoff.delay(attempt: 0, random: 1) == 1)
    #expect(backoff.delay(attempt: 3, random: 0.5) == 4)
    #expect(backoff.delay(attempt: 100, random: 1) == 60)
    #expect(backoff.delay(attempt: 5, random: 0) == 0.1)
    #expect(backoff.delay(attempt: -3, random: 1) == 1)
    #expect(backoff.delay(attempt: 0, random: 0, retryAfter: 17) == 17)
    #expect(backoff.delay(attempt: 0, random: 0, retryAfter: 1e9) == 300)
    #expect(backoff.delay(attempt: 0, random: 0.5, retryAfter: .nan) == 0.5)
  }

  @Test(.timeLimit(.minutes(15))) func theMostUrgentWaiterIsNext() async throws {
    let gate = SlotGate(slots: 1)
    let (stream, order) = AsyncStream<Int>.makeStream()
    let (open, opener) = AsyncStream<Void>.makeStream()
    let holder = Task {
      try await gate.run(.init(rank: 3, flow: "holder", cost: 1)) { for await _ in open {} }
    }
    while await gate.freeSlots > 0 { await Task.yield() }
    var waiters: [Task<Void, any Error>] = []
    for (number, rank) in [3, 1, 3, 0, 2].enumerated() {
      waiters.append(
        Task {
          try await gate.run(.init(rank: rank, flow: "\(number)", cost: 1)) {
            _ = order.yield(rank)
          }
        })
      while await gate.waiting < number + 1 { await Task.yield() }
    }
    // One gives up.
    waiters[2].cancel()
    while await gate.waiting > 4 { await Task.yield() }
    opener.finish()
    try await holder.value
    for waiter in waiters { _ = await waiter.result }
    order.finish()
    var seen: [Int] = []
    for await rank in stream { seen.append(rank) }
    #expect(seen == [0, 1, 2, 3])
    #expect(await gate.freeSlots == 1)
  }
}

@Suite("Outages")
struct OutageTests {
  private let begin = Date(timeIntervalSince1970: 1_790_000_000)

  /// Eight connections that break at once are one failure; the pause grows with the time away, not
  /// with the number of studies that wait.
  @Test func oneFailureForAll() {
    let outage = Outage(Backoff(base: 1, cap: 120, floor: 0.1))
    #expect(outage.pausedUntil == nil && outage.end() == nil)
    let first = outage.failed(at: begin, random: 0.5)
    #expect(first == begin + 0.5)
    for _ in 0..<8 { #expect(outage.failed(at: begin + 0.2, random: 0.9) == first) }
    // Away for three seconds: asked again within one and a half.
    #expect(outage.failed(at: begin + 3, random: 0.5) == begin + 3.75)
    #expect(outage.failed(at: begin + 4000, random: 1) == begin + 4120)
    #expect(outage.end() == begin + 4120)
    #expect(outage.pausedUntil == nil)
    #expect(outage.failed(at: begin + 4001, random: 0.5) == begin + 4001.5, "a new one")
  }

  @Test func thePauseIsBounded() {
    let backoff = Backoff(base: 1, cap: 60, floor: 0.1)
    #expect(backoff.delay(outage: 0, random: 0) == 0.1)
    #expect(backoff.delay(outage: -50, random: 1) == 1)
    #expect(backoff.delay(outage: 30, random: 1) == 15)
    #expect(backoff.delay(outage: .infinity, random: 1) == 60)
  }
}
