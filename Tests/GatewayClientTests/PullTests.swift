import Domain
import Foundation
import GatewayClient
import Store
import TestSupport
import Testing
import Wire

@testable import Sync

@Suite("Pulls, events, outbox", .timeLimit(.minutes(15)))
struct PullTests {
  /// Waits for a condition, at most two minutes.
  private func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
  ) async throws {
    for _ in 0..<12_000 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("never: \(what)", sourceLocation: sourceLocation)
  }

  private func reports(_ bench: Bench) async throws -> [Report] {
    try await bench.store.reports(ReportFilter(), Window(offset: 0, limit: 10)).page.rows
  }

  @Test(arguments: [true, false])
  func bringsTheReportWithItsStudy(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      let paths = try bench.write([700])
      let id = try await bench.enqueue(paths)
      let upload = try await bench.settle(id)
      let remote = try #require(upload.remoteID)
      try await bench.engine.syncOnce()
      #expect(try await reports(bench).map(\.status) == [.assigned])

      bench.gateway.finishReport(ofUpload: remote, text: "No fracture.")
      try await bench.engine.syncOnce()
      let ready = try #require(try await reports(bench).first)
      #expect(ready.status == .ready)
      #expect(ready.study.patientName == "DOE^JANE")
      let full = try await bench.store.report(ready.id)
      #expect(full?.text == "No fracture.")
      let items = try await bench.store.notifications(
        unreadOnly: true, Window(offset: 0, limit: 10)
      ).rows
      #expect(items.map(\.kind) == [.reportReady])

      let file = bench.folder.appendingPathComponent("report.pdf")
      try await bench.engine.savePDF(ready.id, to: file)
      #expect(try Data(contentsOf: file).starts(with: Data("%PDF".utf8)))
      var status = stat()
      stat(file.path, &status)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test(arguments: [true, false])
  func bringsTheNextVersionOfAReport(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      let upload = try await bench.settle(try await bench.enqueue(bench.write([700])))
      let remote = try #require(upload.remoteID)
      bench.gateway.finishReport(ofUpload: remote, text: "No fracture.")
      try await bench.engine.syncOnce()
      let ready = try #require(try await reports(bench).first)
      try await bench.store.markReportViewed(ready.id, at: Date())
      #expect(try await bench.store.frame().unreadReports == 0)

      let moment = WireDate(Date())
      bench.gateway.finishReport(
        ofUpload: remote, text: "A fracture.",
        versions: [
          ReportVersionMessage(
            number: 2, kind: "amended", radiologistName: "Dr. B", reportText: "A fracture.",
            hasPDF: false, signedAt: moment, receivedAt: moment),
          ReportVersionMessage(
            number: 1, kind: "first", radiologistName: nil, reportText: "No fracture.",
            hasPDF: false, signedAt: nil, receivedAt: moment),
        ])
      try await bench.engine.syncOnce()
      #expect(try await bench.store.frame().unreadReports == 1)
      let report = try #require(try await bench.store.report(ready.id))
      #expect(report.status == .ready && report.text == "A fracture." && report.viewedAt == nil)
      #expect(report.standing == (extensions ? "amended" : "ready"))
      #expect(report.versions.map(\.text) == (extensions ? ["A fracture.", "No fracture."] : []))
    }
  }

  @Test func aPDFThatIsNotThereIsSaid() async throws {
    try await withBench(extensions: true) { bench in
      let file = bench.folder.appendingPathComponent("report.pdf")
      await #expect(throws: SyncError.noPDF) {
        try await bench.engine.savePDF(ReportID("nothing"), to: file)
      }
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }
  }

  @Test func theReportArrivesByEventWithoutAsking() async throws {
    var options = Bench.options
    options.pollInterval = 100_000
    options.pollIntervalWithEvents = 100_000
    let gateway = try await FaultGateway(extensions: true)
    let bench = try Bench(gateway, options: options)
    // Real time: only an event may bring the report.
    let engine = SyncEngine(
      store: bench.store, makeLink: GatewayClient.linkMaker(bench.transport), options: options)
    try await bench.login()
    let upload = try await bench.settle(try await bench.enqueue(bench.write([700])))
    let remote = try #require(upload.remoteID)
    let run = Task { await engine.runUntilCancelled() }
    try await eventually("stream") { gateway.streams == 1 }
    try await eventually("first pull") { try await !reports(bench).isEmpty }
    gateway.finishReport(ofUpload: remote, text: "Normal.")
    try await eventually("report ready") { try await reports(bench).first?.status == .ready }

    // The stream breaks and resumes after the last event.
    gateway.sendEvent("CUT")
    try await eventually("resumed") { gateway.lastEventIDs.count >= 2 && gateway.streams == 1 }
    #expect(gateway.lastEventIDs.last.flatMap { $0 } != nil)
    run.cancel()
    await run.value
    await bench.tearDown()
    await gateway.stop()
  }

  @Test(arguments: [true, false])
  func offlineIsAStateAndEndsByItself(extensions: Bool) async throws {
    let gateway = try await FaultGateway(extensions: extensions)
    let bench = try Bench(gateway)
    try await bench.login()
    let paths = try bench.write([700, 4000])
    let id = try await bench.enqueue(paths)
    gateway.arm(.cutsChunkRequest, times: 15)
    let run = Task { await bench.engine.runUntilCancelled() }
    try await eventually("settled") {
      try await bench.store.upload(id)?.state.hasArrived(extensions) ?? false
    }
    run.cancel()
    await run.value
    try bench.expectNoFalseClaim(try #require(try await bench.store.upload(id)), paths)
    await bench.tearDown()
    await gateway.stop()
  }

  @Test(arguments: [true, false])
  func readingIsToldAndNotUndone(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      let upload = try await bench.settle(try await bench.enqueue(bench.write([700])))
      bench.gateway.finishReport(ofUpload: try #require(upload.remoteID), text: "x")
      try await bench.engine.syncOnce()
      let item = try #require(
        try await bench.store.notifications(unreadOnly: true, Window(offset: 0, limit: 5)).rows
          .first)
      try await bench.store.markNotificationRead(item.id, at: bench.clock.now)
      // A plain gateway fails at this for ever: the change leaves the outbox, the mark stays.
      try await eventually("outbox empty") {
        _ = try? await bench.engine.syncOnce()
        try await bench.clock.timing.sleep(600)
        return try await bench.store.outbox().isEmpty
      }
      let unread = try await bench.store.notifications(
        unreadOnly: true, Window(offset: 0, limit: 5)
      ).total
      #expect(unread == 0)
      #expect(bench.gateway.requests("PATCH read") >= 1)
    }
  }

  /// Two processes with one store: the rotation of the refresh token in one is no logout in the
  /// other.
  @Test func rotationInAnotherProcessIsNoLogout() async throws {
    let gateway = try await FaultGateway(extensions: true)
    let first = try Bench(gateway)
    try await first.login()
    let second = try Bench(gateway, folder: first.folder)
    for _ in 0..<5 {
      gateway.arm(.expiresAccess)
      async let a: Void = first.engine.pullAndPush()
      async let b: Void = second.engine.pullAndPush()
      try await a
      try await b
    }
    #expect(try await first.store.account() != nil)
    await second.transport.shutdown()
    try second.store.close()
    await first.tearDown()
    await gateway.stop()
  }
}

extension PullTests {
  /// A plain RelayPACS keeps no templates: they stay here, and nothing fails because of them.
  @Test(arguments: [true, false])
  func withoutTheExtensionTemplatesStay(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      let template = UploadTemplate(
        id: .make(), scope: .user,
        values: TemplateValues([.name: "Here", .serviceLevel: "stat"]))
      try await bench.store.save(template, at: Date())
      try await bench.engine.syncOnce()
      let kept = try await bench.store.templates()
      #expect(kept.map(\.template) == [template])
      #expect(kept.map(\.waits) == [true] && kept.map(\.problem) == [""])
    }
  }
}
