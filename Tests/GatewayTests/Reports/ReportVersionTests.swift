import DICOM
import Domain
import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// What becomes of a report after it is ready.
@Suite struct ReportVersionTests {
  private func assigned(
    _ gateway: TestGateway,
    _ body: @escaping @Sendable (TestClient, ReportMessage) async throws -> Void
  ) async throws {
    try await gateway.user("anna", .clinician)
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let upload = try await client.begin(client.manifest(try TestFile.slices(1)), token)
      try await client.sendAll(try TestFile.slices(1), upload)
      _ = try await client.complete(upload)
      await gateway.settle()
      let report = try await client.send(
        .get, "/reports/upload/\(upload.uploadID)", token: token
      ).decode(ReportMessage.self)
      try await body(client, report)
    }
  }

  private func read(_ client: TestClient, _ id: String) async throws -> ReportMessage {
    let token = try await client.login("anna").accessToken
    return try await client.send(.get, "/reports/\(id)", token: token).decode()
  }

  private func titles(_ client: TestClient) async throws -> [String] {
    let token = try await client.login("anna").accessToken
    let page = try await client.send(.get, "/notifications/", token: token)
      .decode(NotificationPage.self)
    return page.notifications.filter { $0.notificationType == "report_ready" }.map(\.title)
  }

  @Test func addendaCorrectionsAndAPDFBecomeVersions() async throws {
    let gateway = try await TestGateway()
    try await assigned(gateway) { client, report in
      let id = report.id
      func look() async throws -> ReportMessage {
        gateway.advance(3_700)
        await gateway.settle()
        return try await read(client, id)
      }
      #expect(report.version == nil && report.versions == nil)
      try gateway.archive.put(
        try TestObjects.report(1, text: "No fracture.", isSigned: true, minute: 0))
      var seen = try await look()
      #expect(seen.status == "ready" && seen.version == 1 && seen.versions == nil)
      let first = try #require(seen.reportText)

      try gateway.archive.put(try TestObjects.pdf(2, content: "one", minute: 1))
      seen = try await look()
      #expect(seen.status == "ready" && seen.version == 2 && seen.versionKind == "updated")
      #expect(seen.reportText == first, "the text is the same, the PDF is there")

      try gateway.archive.put(
        try TestObjects.report(
          3, text: "There is a fracture of the hamate.", isSigned: true, minute: 30,
          isAddendum: true, replacing: [TestObjects.reportUID(1)]))
      seen = try await look()
      #expect(seen.version == 3 && seen.versionKind == "addendum")
      let text = try #require(seen.reportText)
      // One text for those who read only one: the addendum first, what it adds to below.
      let addendum = try #require(text.range(of: "There is a fracture of the hamate."))
      let original = try #require(text.range(of: "No fracture."))
      #expect(addendum.upperBound < original.lowerBound)
      #expect(text.hasPrefix("ADDENDUM (version 3), signed 2026-11-01 10:30 UTC"))

      try gateway.archive.put(
        try TestObjects.report(
          4, text: "Fracture of the hamate.", isSigned: true, minute: 50,
          replacing: [TestObjects.reportUID(3)]))
      seen = try await look()
      #expect(seen.version == 4 && seen.versionKind == "amended")
      // It takes the place of all that was; the history keeps that.
      #expect(seen.reportText?.contains("No fracture.") == false)
      #expect(seen.versions?.map(\.number) == [4, 3, 2, 1])
      #expect(seen.versions?.map(\.kind) == ["amended", "addendum", "updated", "first"])
      #expect(seen.versions?.map(\.hasPDF) == [false, false, true, false])
      #expect(seen.versions?.last?.reportText.contains("No fracture.") == true)

      #expect(
        try await titles(client) == [
          "Report was amended", "Report has an addendum", "Report was updated", "Report is ready",
        ])
      // Looking again and again tells nobody anything.
      for _ in 0..<5 { _ = try await look() }
      #expect(try await read(client, id) == seen)
      #expect(try await titles(client).count == 4)

      let token = try await client.login("anna").accessToken
      let path = "/reports/\(id)/download"
      let old = try await client.send(.get, path + "?version=2", token: token)
      #expect(old.status == 200 && old.text == "%PDF-1.4 one")
      #expect(try await client.send(.get, path + "?version=3", token: token).status == 404)
      #expect(try await client.send(.get, path + "?version=x", token: token).status == 404)
      let page = try await client.send(.get, "/reports/?status=ready", token: token)
        .decode(ReportPage.self)
      #expect(page.reports == [seen])
    }
  }

  @Test func whatIsFoundTogetherIsOneVersion() async throws {
    let gateway = try await TestGateway()
    try await assigned(gateway) { client, report in
      try gateway.archive.put(try TestObjects.pdf(1, content: "x", minute: 0))
      try gateway.archive.put(try TestObjects.report(2, text: "Normal.", isSigned: true, minute: 1))
      gateway.advance(3_700)
      await gateway.settle()
      let seen = try await read(client, report.id)
      #expect(seen.version == 1 && seen.reportText?.contains("Normal.") == true)
      #expect(try await titles(client) == ["Report is ready"])
      let token = try await client.login("anna").accessToken
      let pdf = try await client.send(.get, "/reports/\(report.id)/download", token: token)
      #expect(pdf.text == "%PDF-1.4 x")
    }
  }

  @Test func aDraftOfAnAddendumIsWaitedFor() async throws {
    let gateway = try await TestGateway()
    try await assigned(gateway) { client, report in
      try gateway.archive.put(try TestObjects.report(1, text: "A.", isSigned: true, minute: 0))
      gateway.advance(3_700)
      await gateway.settle()
      // A day later it is asked about daily only, but a draft is looked at often.
      gateway.advance(90_000)
      try gateway.archive.put(
        try TestObjects.report(2, text: "B.", isSigned: false, minute: 9, isAddendum: true))
      await gateway.settle()
      #expect(try await read(client, report.id).version == 1)
      // The same instance, signed.
      try gateway.archive.put(
        try TestObjects.report(2, text: "B.", isSigned: true, minute: 9, isAddendum: true))
      gateway.advance(301)
      await gateway.settle()
      #expect(try await read(client, report.id).version == 2)
    }
  }

  @Test func aReportIsLookedAfterEverMoreSeldomAndForAMonth() async throws {
    let schedule = ReportSchedule(configuration: GatewayConfiguration())
    let ready = Date(timeIntervalSince1970: 1_800_000_000)
    var record = ReportRecord(
      id: ReportID("r"), upload: UploadID("u"), owner: UserID("o"), ownerName: "o",
      facility: FacilityID("f"), studyInstanceUID: "1", status: .ready, serviceLevel: .routine,
      study: StudySummary(), createdAt: ready, updatedAt: ready)
    record.versions = [
      ReportVersionRecord(
        number: 1, kind: .first, radiologist: "", text: "", isPDFText: false, pdf: nil,
        signedAt: nil, receivedAt: ready, sources: [])
    ]
    func pause(_ age: TimeInterval) -> TimeInterval? {
      let now = ready.addingTimeInterval(age)
      return schedule.next(after: now, for: record)?.timeIntervalSince(now)
    }
    #expect(pause(0) == 5 && pause(600) == 60 && pause(3_599) == 300)
    #expect(pause(3_600) == 3_600 && pause(86_399) == 3_600)
    #expect(pause(86_400) == 86_400 && pause(30 * 86_400 - 1) == 86_400)
    #expect(pause(30 * 86_400) == nil)
    // About 12 in the first hour after the first minutes, 23 on the first day, 29 later.
    var asked = 0
    var age: TimeInterval = 0
    while let next = pause(age) {
      asked += 1
      age += next
    }
    #expect((60...120).contains(asked), "\(asked)")
  }

  @Test func whatCameIntoTheStudyIsLookedAtAtOnce() async throws {
    let gateway = try await TestGateway()
    try await assigned(gateway) { client, report in
      try gateway.archive.put(try TestObjects.report(1, text: "A.", isSigned: true, minute: 0))
      gateway.advance(3_700)
      await gateway.settle()
      gateway.advance(10 * 86_400)
      await gateway.settle()
      try gateway.archive.put(
        try TestObjects.report(2, text: "B.", isSigned: true, minute: 9, isAddendum: true))
      gateway.advance(60)
      await gateway.settle()
      #expect(try await read(client, report.id).version == 1, "the next look is tomorrow")
      try await gateway.server.poller.look(atStudy: "1.2.3.unknown")
      try await gateway.server.poller.look(atStudy: TestObjects.study)
      await gateway.settle()
      #expect(try await read(client, report.id).version == 2)
      // Asking by hand works after the month, too.
      gateway.advance(60 * 86_400)
      await gateway.settle()
      try gateway.archive.put(
        try TestObjects.report(3, text: "C.", isSigned: true, minute: 10, isAddendum: true))
      gateway.advance(10 * 86_400)
      await gateway.settle()
      #expect(try await read(client, report.id).version == 2)
      let token = try await client.login("anna").accessToken
      let synced = try await client.send(.post, "/reports/\(report.id)/sync", token: token)
        .decode(ReportMessage.self)
      #expect(synced.version == 3)
    }
  }

  @Test func twoWhoFindTheSameAddendumAddItOnce() async throws {
    let gateway = try await TestGateway()
    try await assigned(gateway) { client, report in
      try gateway.archive.put(try TestObjects.report(1, text: "A.", isSigned: true, minute: 0))
      let stale = try #require(try await gateway.catalogue.report(ReportID(report.id)))
      #expect(try await gateway.server.poller.poll(stale) == .newVersion)
      // The same look by somebody who read the report before.
      #expect(try await gateway.server.poller.poll(stale) == .nothingNew)
      #expect(try await read(client, report.id).version == 1)
      #expect(try await titles(client) == ["Report is ready"])
    }
  }

  @Test func documentsWithoutRelationHideNothing() {
    func document(_ uid: String, _ text: String, _ minute: Double) -> ReportFolding.Document {
      .init(
        uid: uid,
        content: ReportDocument(
          text: text, radiologist: "R", isFinal: true,
          signedAt: Date(timeIntervalSince1970: minute),
          pdf: nil, documentTitle: ""))
    }
    var folding = ReportFolding([], now: Date(timeIntervalSince1970: 0))
    folding.add([document("2", "chest normal", 20), document("1", "head normal", 10)])
    #expect(folding.versions.map(\.kind) == [.first, .updated])
    let text = ReportVersionRecord.text(of: folding.versions)
    #expect(text.contains("chest normal") && text.contains("head normal"))
    #expect(text.hasPrefix("UPDATED REPORT (version 2), signed 1970-01-01 00:00 UTC by R"))
    // A later text that holds the earlier one is not followed by it again.
    folding.add([document("3", "head  normal\nchest normal\nand more", 30)])
    #expect(
      ReportVersionRecord.text(of: folding.versions) == "head  normal\nchest normal\nand more")
  }

  @Test func relationsAreReadFromTheObjects() async throws {
    let plain = try await ReportDocument.extract(
      fromDICOM: try TestObjects.report(1, text: "a", isSigned: true))
    #expect(!plain.isAddendum && plain.predecessors.isEmpty)
    let addendum = try await ReportDocument.extract(
      fromDICOM: try TestObjects.report(
        2, text: "a", isSigned: true, isAddendum: true, replacing: ["1.2", "1.3"]))
    #expect(addendum.isAddendum && addendum.predecessors == ["1.2", "1.3"])
    #expect(ReportDocument.isAddendum(DataSet(), title: "ADDENDUM to chest"))
  }
}
