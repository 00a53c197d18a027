import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite struct ReportTests {
  @Test func aReportGoesFromAssignedToReady() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna", .clinician)
    try await gateway.user("carl", .clinician)
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      var files = try TestFile.slices(1)
      // A report that came with the study is no answer to it.
      files.append(
        TestFile(
          id: "sr", bytes: try TestObjects.report(9, text: "old", isSigned: true),
          uid: "2.25.2001.9"))
      let upload = try await client.begin(client.manifest(files, level: "stat"), token)
      try await client.sendAll(files, upload)
      _ = try await client.complete(upload)
      await gateway.settle()
      func report() async throws -> ReportMessage {
        try await client.send(.get, "/reports/upload/\(upload.uploadID)", token: token).decode()
      }
      var seen = try await report()
      #expect(seen.status == "assigned" && seen.serviceLevel == "stat" && seen.dueAt != nil)
      let pdf = "/reports/\(seen.id)/download"
      #expect(try await client.send(.get, pdf, token: token).status == 404)

      try gateway.archive.put(try TestObjects.report(1, text: "draft", isSigned: false))
      gateway.advance(120)
      await gateway.settle()
      seen = try await report()
      #expect(seen.status == "pending" && seen.reportText == nil)

      let before = try await client.send(.get, "/sync/changes?after=0", token: token)
        .decode(ChangesAnswer.self).next
      try gateway.archive.put(
        try TestObjects.report(2, text: "No fracture (seen).", isSigned: true))
      gateway.advance(120)
      let carl = try await client.login("carl").accessToken
      let again = try await client.login("anna").accessToken
      await gateway.settle()
      let changes = try await client.send(.get, "/sync/changes?after=\(before)", token: again)
        .decode(ChangesAnswer.self).changes
      #expect(changes.compactMap(\.report).map(\.status) == ["ready"])
      #expect(changes.compactMap(\.notification).map(\.notificationType) == ["report_ready"])
      let ready = try #require(changes.compactMap(\.report).first)
      #expect(ready.reportText?.contains("No fracture (seen).") == true)
      let document = try await client.send(.get, pdf, token: again)
      #expect(document.status == 200 && document.body.prefix(5) == Data("%PDF-".utf8))
      #expect(document.headers[.contentDisposition]?.contains("report_\(ready.id).pdf") == true)
      // Another clinician does not see it.
      #expect(try await client.send(.get, "/reports/\(ready.id)", token: carl).status == 403)
      let page = try await client.send(.get, "/reports", token: carl).decode(ReportPage.self)
      #expect(page.total == 0)
    }
  }

  @Test func listsHaveRightTotals() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      for index in 0..<5 {
        let study = "2.25.400\(index)"
        let files = try TestFile.slices(1, study: study)
        let upload = try await client.begin(
          client.manifest(files, client: "c\(index)", study: study), token)
        try await client.sendAll(files, upload)
        _ = try await client.complete(upload)
      }
      func page(_ query: String) async throws -> ReportPage {
        try await client.send(.get, "/api/v1/reports/?\(query)", token: token).decode()
      }
      let two = try await page("limit=2&offset=1")
      #expect(two.reports.count == 2 && two.total == 5)
      let all = try await page("limit=-1&status=Assigned")
      #expect(all.reports.count == 5)
      #expect(all.reports.map(\.createdAt.date) == all.reports.map(\.createdAt.date).sorted(by: >))
      #expect(try await page("limit=0").reports.isEmpty)
      #expect(try await page("status=ready").total == 0)
      #expect(try await client.send(.get, "/reports/?status=x", token: token).status == 400)
      let stats = try await client.send(.get, "/upload/stats", token: token)
      #expect(stats.text.contains("\"total_uploads\":5"))
      await gateway.settle()
      await gateway.settle()
      await gateway.settle()
      let notices = try await client.send(.get, "/notifications/?limit=2", token: token)
        .decode(NotificationPage.self)
      #expect(notices.total == 5 && notices.unreadCount == 5 && notices.notifications.count == 2)
      let path = "/notifications/\(notices.notifications[0].id)/read"
      #expect(try await client.send(.patch, path, token: token).status == 200)
      let unread = try await client.send(.get, "/notifications/?unread_only=true", token: token)
        .decode(NotificationPage.self)
      #expect(unread.total == 4 && unread.unreadCount == 4)
      let count = try await client.send(.patch, "/notifications/read-all", token: token)
      #expect(count.text == "{\"count\":4}")
    }
  }

  @Test func spreadsheetsRunNothing() {
    #expect(StatisticsRoutes.cell("=1+1") == "'=1+1")
    #expect(StatisticsRoutes.cell("@x,\"y\"") == "\"'@x,\"\"y\"\"\"")
    #expect(StatisticsRoutes.cell("CT") == "CT")
  }

  @Test(.enabled(if: ChildProcess.find("pdftotext") != nil, "needs poppler-utils"))
  func ourPDFCanBeRead() async throws {
    let long = String(repeating: "word ", count: 60) + "end (of) \\ line\nÄrzte – “fine” 漢"
    let report = ReportRecord(
      id: ReportID("r"), upload: UploadID("u"), owner: UserID("o"), ownerName: "o",
      facility: FacilityID("f"), studyInstanceUID: "1",
      serviceLevel: .routine, text: Array(repeating: long, count: 30).joined(separator: "\n"),
      study: StudySummary(patientName: "Doe^Jane"), createdAt: Date(), updatedAt: Date())
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("r.pdf")
    try TextPDF(title: "Report", report: report).data().write(to: file)
    let child = try await ChildProcess.run("pdftotext", ["-layout", file.path, "-"])
    #expect(child.exitStatus == 0)
    #expect(child.errors.isEmpty, "\(child.errors)")
    #expect(child.output.contains("end (of) \\ line"))
    #expect(child.output.contains("Ärzte – “fine” ?"))
    #expect(child.output.filter { $0 == "\u{C}" }.count > 1)
  }
}
