import Domain
import Foundation

/// Why a run over an upload ends before the study is where it should be.
enum UploadEnd: Error {
  /// It needs a person.
  case held(String)
  /// Trying again by itself would not help. The session at the gateway is of no use any more.
  case failed(String)
  /// A stranger's upload, or another of ours, is in the way.
  case duplicate(String)
  /// Try again later; `retryAfter` as the gateway asked for.
  case later(String, retryAfter: TimeInterval?)
  /// The session holds what it should not: a new one, and everything again.
  case poisoned(String)
  /// Nothing may go out for now, for a reason that concerns all uploads.
  case waits(String)
  /// Already queued again; nothing else to say.
  case again
  /// A person paused or cancelled it, or another process changed it.
  case takenAway
}

/// What the engine remembers of an upload while the process lives. Nothing of it is needed to be
/// right; it only bounds how often something is tried.
actor UploadMemory {
  /// Failed attempts since the last progress.
  private(set) var failures = 0
  /// Sessions given up because they held the wrong thing.
  private(set) var poisonings = 0
  /// Proofs that contradicted themselves, one after the other.
  private(set) var contradictions = 0
  private(set) var proofPolls = 0
  /// Chunks put in the present session by this process.
  private var attempted: Set<String> = []

  /// True when the gateway answered something in the present run.
  private(set) var wasHeard = false

  /// True when what the run was begun with has changed: it looks again before its next parcel.
  private var isRecalled = false

  func beginRun() { wasHeard = false }
  func recall() { isRecalled = true }
  func takeRecall() -> Bool {
    defer { isRecalled = false }
    return isRecalled
  }
  func heard() { wasHeard = true }
  func failed() -> Int {
    failures += 1
    return failures - 1
  }
  func progressed() { failures = 0 }
  func poisoned() -> Int {
    poisonings += 1
    attempted = []
    return poisonings
  }
  func contradicted() -> Int {
    contradictions += 1
    return contradictions
  }
  func agreed() { contradictions = 0 }
  func polled() -> Int {
    proofPolls += 1
    return proofPolls - 1
  }
  func newProof() {
    proofPolls = 0
    attempted = []
  }

  /// Notes an attempt; true when it is not the first.
  func attempt(_ session: String, _ file: String, _ index: Int) -> Bool {
    !attempted.insert("\(session)/\(file)/\(index)").inserted
  }
}
