import Domain
import Foundation
import GatewayClient
import Store
import TestSupport
import Testing

@testable import Sync

/// Every fault, with and without our extensions: the upload ends within bounded attempts, and never
/// with a false claim.
@Suite("Faults", .serialized, .timeLimit(.minutes(15)))
struct FaultTests {
  /// What the interface of a plain gateway cannot show: it lies consistently.
  static let invisibleToPlain: Set<Fault> = [
    .dropsChunkButListsIt, .corruptsChunk, .rotsChunk, .liesAboutPACS, .truncatesInPACS,
  ]

  /// Whose end differs when they happen once only.
  static let differingOnce: [Fault] = [
    .dropsLastChunk, .tearsChunk, .tearsChunkAndCuts, .answersExistsForTornChunk,
    .claimsToHaveChunk, .corruptsChunk,
    .rotsChunk, .dropsChunkButListsIt, .cutsCompleteAnswer, .truncatesInPACS, .proofOfOtherBytes,
  ]

  @Test(arguments: Fault.allCases.filter { $0 != .expiresLogin }, [true, false])
  func threeTimes(_ fault: Fault, extensions: Bool) async throws {
    try await run(fault, times: 3, extensions: extensions)
  }

  @Test(arguments: FaultTests.differingOnce, [true, false])
  func once(_ fault: Fault, extensions: Bool) async throws {
    try await run(fault, times: 1, extensions: extensions)
  }

  /// A gateway that never gets better: the end comes all the same, and it is not a false claim.
  @Test(
    arguments: [
      Fault.dropsLastChunk, .tearsChunk, .statusOmitsChunk, .cutsCompleteAnswer, .oddStatus,
    ], [true, false])
  func forever(_ fault: Fault, extensions: Bool) async throws {
    try await run(fault, times: 1_000_000, extensions: extensions)
  }

  @Test(
    arguments: [
      Fault.claimsToHaveChunk, .truncatesInPACS, .proofMissesInstance, .proofOfOtherBytes,
      .proofWithoutDigest,
    ])
  func lyingProofForever(_ fault: Fault) async throws {
    try await run(fault, times: 1_000_000, extensions: true)
  }

  /// Troubles of the way hit any request, not only the first one.
  @Test(
    arguments: [
      Fault.rateLimits, .rateLimitsWithRetryAfter, .internalErrorAndClose, .unavailable, .garbage,
      .hugeAnswer, .redirectsElsewhere, .expiresAccess, .forgetsSession, .redirectsInCircles,
      .tricklesAnswer, .compressedAnswer, .waitsForEver, .oddStatus,
    ], [true, false])
  func inTheMiddle(_ fault: Fault, extensions: Bool) async throws {
    for chunk in [2, 7] {
      try await run(fault, times: 2, extensions: extensions, afterChunk: chunk)
    }
  }

  private func run(_ fault: Fault, times: Int, extensions: Bool, afterChunk: Int? = nil)
    async throws
  {
    let isSlow = fault == .neverAnswers || fault == .tricklesAnswer
    let limits = isSlow ? GatewayLimits.quick : GatewayLimits.patient
    try await withBench(extensions: extensions, limits: limits) { bench in
      let paths = try bench.write([700, 3 * 1024, 2500])
      let id = try await bench.enqueue(paths)
      if let afterChunk {
        let gateway = bench.gateway
        gateway.onChunk { if $0 == afterChunk { gateway.arm(fault, times: times) } }
      } else {
        bench.gateway.arm(fault, times: times)
      }
      let upload = try await bench.settle(id)
      if extensions || !Self.invisibleToPlain.contains(fault) {
        try bench.expectNoFalseClaim(upload, paths)
      } else {
        #expect(!upload.state.isProven)
      }
      if ProcessInfo.processInfo.environment["RADRELAY_SHOW"] != nil {
        print(
          "SHOW \(extensions ? "proof" : "plain") \(fault) x\(times): \(upload.state) resent=\(upload.resentBytes) "
            + "put=\(bench.gateway.requests("PUT chunk")) init=\(bench.gateway.requests("POST init")) \(upload.reason)"
        )
      }
      #expect(bench.gateway.requests("PUT chunk") < 120)
      #expect(bench.gateway.requests("POST init") < 12)
      if fault.passes(extensions: extensions, times: times) {
        #expect(
          upload.state.hasArrived(extensions), "\(fault) \(upload.state) \(upload.reason)")
      }
      if times < 100, fault.applies(extensions: extensions) {
        #expect(bench.gateway.happened(fault) > 0, "the fault was never met")
      }
    }
  }

  @Test(arguments: [true, false])
  func expiredLoginWaitsForAPersonAndGoesOn(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      let paths = try bench.write([700, 3 * 1024])
      let id = try await bench.enqueue(paths)
      bench.gateway.arm(.expiresLogin)
      await #expect(throws: SyncError.loginExpired) { try await bench.settle(id) }
      #expect(try await bench.store.upload(id)?.state == .queued)
      #expect(try await bench.store.account() != nil)
      try await bench.login()
      let upload = try await bench.settle(id)
      #expect(upload.state.isFinal && !upload.state.needsPerson, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
    }
  }
}

enum GatewayLimits {
  static let quick = GatewayTransport.Limits(
    connect: 1, request: 0.6, complete: 0.6, chunk: 0.6, eventSilence: 1)
  /// For a machine that is busy with other things.
  static let patient = GatewayTransport.Limits(
    connect: 10, request: 20, complete: 20, chunk: 20, eventSilence: 20)
}

extension Fault {
  /// True when the fault can happen at all in this mode.
  func applies(extensions: Bool) -> Bool {
    switch self {
    case .proofMissesInstance, .proofOfOtherBytes, .proofWithoutDigest: extensions
    case .successWithoutReceipt, .tinyChunks: !extensions
    // Asked when studies are handed over, not when they are sent.
    case .knowsOtherImages: false
    case .partialReceipt, .expiresLogin: true
    default: true
    }
  }

  /// True when the study must arrive in spite of it.
  func passes(extensions: Bool, times: Int) -> Bool {
    switch self {
    case .pacsDown, .partialReceipt, .liesAboutPACS, .completeFails, .truncatesInPACS,
      .duplicateOfStranger:
      false
    case .successWithoutReceipt: extensions
    case .proofMissesInstance, .proofOfOtherBytes, .proofWithoutDigest, .cutsCompleteAnswer:
      times == 1
    case .dropsLastChunk, .tearsChunk, .tearsChunkAndCuts, .answersExistsForTornChunk,
      .claimsToHaveChunk, .corruptsChunk, .rotsChunk, .dropsChunkButListsIt, .redirectsElsewhere,
      .oddStatus:
      times == 1 && (extensions || self != .claimsToHaveChunk)
    default: times < 100
    }
  }
}
