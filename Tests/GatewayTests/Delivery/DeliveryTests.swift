import Domain
import Foundation
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

@Suite struct DeliveryTests {
  private func sent(
    _ gateway: TestGateway, count: Int = 3,
    _ body: @Sendable (TestClient, InitAnswer) async throws -> Void
  ) async throws {
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(count)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      _ = try await client.complete(upload)
      try await body(client, upload)
    }
  }

  @Test func aDeadPACSDelaysAndLosesNothing() async throws {
    let gateway = try await TestGateway()
    gateway.archive.change { $0.isReachable = false }
    try await sent(gateway) { client, upload in
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.state == "forwarding" && proof.nextAttemptAt != nil)
      #expect(proof.reason?.contains("PACS") == true)
      #expect(proof.instances.allSatisfy { $0.state == "stored" })
      for _ in 0..<10 {
        gateway.advance(100)
        await gateway.settle()
      }
      gateway.archive.change { $0.isReachable = true }
      gateway.advance(400)
      await gateway.settle()
      #expect(try await client.proof(upload).state == "verified")
    }
  }

  @Test func theBreakerSparesADeadPACS() {
    let breaker = CircuitBreaker(threshold: 3, firstPause: 2, maximumPause: 60)
    let start = Date(timeIntervalSince1970: 0)
    for _ in 0..<2 { breaker.failed(now: start) }
    #expect(breaker.pause(now: start) == nil)
    breaker.failed(now: start)
    #expect(breaker.pause(now: start) == start.addingTimeInterval(2))
    #expect(breaker.pause(now: start.addingTimeInterval(2)) == nil)
    for _ in 0..<20 { breaker.failed(now: start) }
    #expect(breaker.pause(now: start) == start.addingTimeInterval(60))
    breaker.succeeded()
    #expect(breaker.pause(now: start) == nil)
  }

  @Test func refusalsAreKeptPerInstance() async throws {
    let gateway = try await TestGateway()
    gateway.archive.change { $0.refused = ["2.25.1001.2": true, "2.25.1001.3": false] }
    try await sent(gateway) { client, upload in
      await gateway.settle()
      var proof = try await client.proof(upload)
      #expect(proof.state == "forwarding")
      #expect(proof.instances.map(\.state) == ["verified", "failed", "stored"])
      gateway.archive.change { $0.refused["2.25.1001.3"] = nil }
      gateway.advance(400)
      await gateway.settle()
      proof = try await client.proof(upload)
      #expect(proof.state == "failed" && proof.reason?.contains("1 of 3") == true)
      #expect(proof.instances.map(\.state) == ["verified", "failed", "verified"])
      #expect(proof.instances[1].reason?.contains("no room") == true)
      // The one that was refused for good was not sent again.
      #expect(gateway.archive.storedInstances == 2)
    }
  }

  @Test func whatThePACSTookAndDoesNotListIsSentAgain() async throws {
    let gateway = try await TestGateway()
    gateway.archive.change { $0.dropped = 1 }
    try await sent(gateway) { client, upload in
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.instances.filter { $0.state == "stored" }.count == 1)
      gateway.advance(400)
      await gateway.settle()
      let later = try await client.proof(upload)
      #expect(later.state == "verified")
      #expect(gateway.archive.storedInstances == 4)
    }
  }

  @Test func otherBytesInTheArchiveAreNoProof() async throws {
    let archive = ScriptedArchive(keepsBytes: true)
    // A truncated earlier copy, which the archive does not replace.
    try archive.put(try TestObjects.slice(2, size: 1_000))
    let gateway = try await TestGateway(archive: archive)
    try await sent(gateway) { client, upload in
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.state == "failed")
      #expect(proof.instances.map(\.state) == ["committed", "failed", "committed"])
    }
  }

  @Test func whatIsNotGivenBackIsVerifiedAndAskedForAgain() async throws {
    let gateway = try await TestGateway(archive: ScriptedArchive(keepsBytes: true))
    gateway.archive.change { script in
      script.silent["2.25.1001.2"] = .status(500, "the PACS failed")
      script.silent["2.25.1001.3"] = .malformed("the PACS's answer is cut off")
    }
    try await sent(gateway) { client, upload in
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.state == "verified" && proof.nextAttemptAt != nil)
      #expect(proof.instances.map(\.state) == ["committed", "verified", "verified"])
      #expect(proof.reason?.contains("2 of 3 instances are listed by the PACS") == true)
      #expect(proof.instances[2].reason?.contains("cut off") == true)
      // What waits for its comparison keeps its bytes here, however long that takes.
      gateway.advance(30 * 86_400)
      await gateway.server.housekeeper.turn()
      let blobs = try await gateway.catalogue.files(of: UploadID(upload.uploadID)).map(\.blob)
      #expect(blobs.allSatisfy { $0 != nil })
      gateway.archive.change { $0.silent = [:] }
      await gateway.settle()
      let end = try #require(try await gateway.catalogue.upload(UploadID(upload.uploadID)))
      #expect(end.state == .committed && end.nextAttemptAt == nil && end.reason.isEmpty)
      let files = try await gateway.catalogue.files(of: end.id)
      #expect(files.allSatisfy { $0.state == .committed && $0.reason.isEmpty })
      #expect(gateway.archive.storedInstances == 3, "nothing is sent twice for it")
      // One message, at the proof; another one would tell nothing new.
      let user = try #require(try await gateway.catalogue.account(named: "anna")).user.id
      let notices = try await gateway.catalogue.notifications(
        of: user, unreadOnly: false, window: Window(offset: 0, limit: 10))
      #expect(notices.page.rows.map(\.kind) == [.uploadComplete])
    }
  }

  @Test func aPACSThatDiesWhileComparingLosesNoProof() async throws {
    let gateway = try await TestGateway(archive: ScriptedArchive(keepsBytes: true))
    gateway.archive.change { $0.silent["2.25.1001.2"] = .unreachable("refused") }
    try await sent(gateway) { client, upload in
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.state == "verified")
      #expect(proof.instances.allSatisfy { ["verified", "committed"].contains($0.state) })
      #expect(proof.instances[1].state == "verified")
      gateway.archive.change { $0.silent = [:] }
      gateway.advance(400)
      await gateway.settle()
      #expect(try await client.proof(upload).state == "committed")
    }
  }

  @Test func onlySoManyAreComparedAtOnce() async throws {
    let gateway = try await TestGateway(
      archive: ScriptedArchive(keepsBytes: true), configure: { $0.comparisons = 3 })
    try await sent(gateway, count: 12) { client, upload in
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.state == "committed")
      let most = gateway.archive.mostAtOnce
      #expect(gateway.archive.compared == 12 && (2...3).contains(most), "\(most) at once")
    }
  }

  @Test func withoutTheOptionTheEndIsVerified() async throws {
    let gateway = try await TestGateway()
    try await sent(gateway) { client, upload in
      await gateway.settle()
      let proof = try await client.proof(upload)
      #expect(proof.state == "verified" && proof.nextAttemptAt == nil)
      #expect(gateway.archive.compared == 0)
    }
  }

  @Test func aRoutineStudyDoesNotHoldUpAnUrgentOne() {
    let slots = DeliverySlots(width: 2)
    let ids = (0..<4).map { _ in UploadID.make() }
    #expect(slots.enter(ids[0], isUrgent: false) && slots.enter(ids[1], isUrgent: false))
    #expect(!slots.enter(ids[2], isUrgent: false) && slots.enter(ids[3], isUrgent: true))
    #expect(!slots.enter(ids[3], isUrgent: true))
    slots.leave(ids[0])
    slots.leave(ids[1])
    #expect(slots.enter(ids[2], isUrgent: false) && !slots.enter(ids[3], isUrgent: true))
  }

  @Test func urgentStudiesGoFirst() async throws {
    let gateway = try await TestGateway()
    gateway.archive.change { $0.isReachable = false }
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      for (index, level) in ["routine", "subspecialty", "stat", "emergency"].enumerated() {
        let study = "2.25.300\(index)"
        let files = try TestFile.slices(1, study: study)
        let upload = try await client.begin(
          client.manifest(files, client: level, study: study, level: level), token)
        try await client.sendAll(files, upload)
        _ = try await client.complete(upload)
      }
      let due = try await gateway.catalogue.due(
        now: .distantFuture, limit: 10)
      var levels: [ServiceLevel] = []
      for id in due {
        levels.append(try #require(try await gateway.catalogue.upload(id)).serviceLevel)
      }
      #expect(levels == [.stat, .emergency, .subspecialty, .routine])
    }
  }
}
