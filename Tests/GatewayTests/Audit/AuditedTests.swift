import Domain
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// What the gateway records of what people do.
@Suite struct AuditedTests {
  private func rows(_ gateway: TestGateway) async throws -> [AuditRow] {
    try await gateway.catalogue.auditRows(AuditQuery(limit: 10_000))
  }

  private func kinds(_ gateway: TestGateway) async throws -> [String] {
    try await rows(gateway).map { "\($0.actor) \($0.action) \($0.result)" }
  }

  private func expectSound(_ gateway: TestGateway) throws {
    let report = try AuditFile(gateway.folder.database).verify()
    #expect(report.finding == nil && report.unnoted == 0)
  }

  @Test func loginsAndTheirEnd() async throws {
    let gateway = try await TestGateway(configure: { $0.openRegistration = true })
    try await gateway.user("anna")
    try await gateway.run { client in
      _ = try await client.post("/auth/login", LoginRequest(username: "anna", password: "no"))
      // A password in the wrong field is repeated nowhere.
      _ = try await client.post(
        "/auth/login", LoginRequest(username: "Secret-Horse-1", password: "anna"))
      let pair = try await client.login("anna")
      for _ in 1...2 {
        _ = try await client.post("/auth/logout", LogoutRequest(token: pair.refreshToken))
      }
      let other = try await client.login("anna")
      let second = try await client.post(
        "/auth/refresh", RefreshRequest(refreshToken: other.refreshToken)
      ).decode(TokenPair.self)
      _ = try await client.post(
        "/auth/refresh", RefreshRequest(refreshToken: second.refreshToken))
      _ = try await client.post(
        "/auth/refresh", RefreshRequest(refreshToken: other.refreshToken))
      let eve = RegisterRequest(
        username: "eve", email: "eve@example.org", password: TestGateway.password)
      _ = try await client.post("/auth/register", eve)
    }
    #expect(
      try await kinds(gateway) == [
        "the administrator account.add ok", "anna login failed", " login failed", "anna login ok",
        "anna logout ok", "anna login ok", "anna login.refresh-reuse refused",
        "eve account.register ok", "eve login ok",
      ])
    #expect(try await rows(gateway).allSatisfy { !"\($0)".contains("Secret-Horse") })
    try expectSound(gateway)
  }

  @Test func aStudyFromBeginningToEnd() async throws {
    let archive = ScriptedArchive(keepsBytes: true)
    let gateway = try await TestGateway(archive: archive)
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(3)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      _ = try await client.complete(upload)
      await gateway.settle()
      let report = try await client.send(
        .get, "/reports/upload/\(upload.uploadID)", token: token
      ).decode(ReportMessage.self)
      try archive.put(try TestObjects.report(1, text: "Fine.", isSigned: true))
      gateway.advance(400)
      await gateway.settle()
      _ = try await client.send(.get, "/reports/\(report.id)", token: token)
      _ = try await client.send(.get, "/reports/", token: token)
      _ = try await client.send(.get, "/sync/changes", token: token)
      #expect(
        try await client.send(.get, "/reports/\(report.id)/download", token: token).status == 200)
      let again = try await client.begin(
        client.manifest(files, client: "c2", force: true), token)
      _ = try await client.send(
        .post, "/upload/\(again.uploadID)/cancel", token: again.uploadToken)
      _ = try await client.begin(client.manifest(files, client: "c3", force: true), token)
      // What it has of known content makes a session live for 14 days, and its chunks a week longer.
      gateway.advance(22 * 86_400)
      await gateway.server.housekeeper.turn()
    }
    #expect(
      try await kinds(gateway).dropFirst(2) == [
        "anna upload.initialised ok", "anna upload.completed ok",
        "the gateway delivery.forwarded ok", "the gateway delivery.committed ok",
        "anna report.read ok", "anna report.read ok", "anna report.list ok", "anna report.read ok",
        "anna report.pdf ok", "anna upload.forced ok", "anna upload.cancelled ok",
        "anna upload.forced ok", "the gateway upload.expired ok",
      ])
    for row in try await rows(gateway) {
      #expect(!"\(row)".contains("Doe") && !"\(row)".contains("Fine"))
    }
    try expectSound(gateway)
  }

  @Test func refusedDeliveriesAndFiles() async throws {
    let archive = ScriptedArchive()
    let gateway = try await TestGateway(archive: archive)
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(1)
      archive.change { $0.refused = [files[0].uid: true] }
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      _ = try await client.complete(upload)
      await gateway.settle()
      let broken = [TestFile(id: "f1", bytes: Data("no DICOM".utf8), uid: "1.2.3")]
      let none = try await client.begin(client.manifest(broken, client: "c2"), token)
      try await client.sendAll(broken, none)
      _ = try await client.complete(none)
    }
    #expect(
      try await kinds(gateway).dropFirst(2) == [
        "anna upload.initialised ok", "anna upload.completed ok",
        "the gateway delivery.forwarded refused", "the gateway delivery.failed failed",
        "anna upload.initialised ok", "anna upload.completed failed",
      ])
  }

  @Test func refusedAccess() async throws {
    let gateway = try await TestGateway(configure: { $0.rates.recordedRefusals = 3 })
    try await gateway.user("anna")
    try await gateway.user("bert", facility: "South")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      let other = try await client.login("bert").accessToken
      let path = "/api/v1/upload/\(upload.uploadID)/status"
      #expect(try await client.send(.get, path, token: other).status == 403)
      let eve = RegisterRequest(
        username: "eve", email: "eve@example.org", password: TestGateway.password)
      for _ in 0..<9 { #expect(try await client.post("/auth/register", eve).status == 403) }
      // What a path holds where an id belongs is not repeated.
      #expect(
        try await client.send(.get, "/upload/Doe%5EJane/status", token: upload.uploadToken).status
          == 403)
      let refusals = try await rows(gateway).filter { $0.action == "access.refused" }
      #expect(refusals.count == 5)
      #expect(refusals.first?.actor == "bert")
      #expect(refusals.first?.entityID.hasSuffix(upload.uploadID) == true)
      #expect(refusals.first?.entityID.hasPrefix("GET ") == true)
      #expect(refusals.last?.actor == "anna")
      #expect(refusals.allSatisfy { !$0.entityID.contains("Doe") && $0.result == "refused" })
    }
    try expectSound(gateway)
  }

  /// Chunks are the path that has to be quick, and say nothing that the upload's rows do not.
  @Test func chunksAreNotRecorded() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(2)
      let upload = try await client.begin(client.manifest(files), token)
      let before = try await rows(gateway).count
      try await client.sendAll(files, upload)
      #expect(try await rows(gateway).count == before)
    }
  }

  @Test func theServedArchive() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.user("rita", .radiologist)
    let archive = try BuiltInArchive(folder: gateway.folder.archive)
    let server = GatewayServer(
      gateway.server.parts, configuration: gateway.server.configuration, served: archive,
      log: .none, logger: Logger(label: "test"))
    let application = Application(router: server.router(), logger: Logger(label: "test"))
    try await application.test(.router) { raw in
      let client = TestClient(client: raw)
      let rita = try await client.login("rita").accessToken
      let anna = try await client.login("anna").accessToken
      let study = TestObjects.study
      let boundary = "b"
      let part = "--b\r\nContent-Type: application/dicom\r\n\r\n"
      let body = Data(part.utf8) + (try TestObjects.slice(1)) + Data("\r\n--b--".utf8)
      let type = "multipart/related; type=\"application/dicom\"; boundary=\(boundary)"
      #expect(
        try await client.send(
          .post, "/dicom-web/studies", token: rita, body: body, headers: [.contentType: type]
        ).status == 200)
      for path in [
        "studies?PatientName=Doe*", "studies/\(study)/series", "studies/\(study)",
        "studies/\(study)/metadata", "studies/\(study)/series/\(study).1",
        "studies/\(study)/series/\(study).1/instances/\(study).1",
      ] {
        #expect(
          try await client.send(.get, "/dicom-web/\(path)", token: rita).status == 200, "\(path)")
      }
      #expect(try await client.send(.get, "/dicom-web/studies/9.9", token: rita).status == 404)
      #expect(try await client.send(.get, "/dicom-web/studies/\(study)", token: anna).status == 403)
      let seen = try await rows(gateway).suffix(8).map { "\($0.actor) \($0.action) \($0.entityID)" }
      #expect(
        seen == [
          "rita archive.store ", "rita archive.search ", "rita archive.search \(study)",
          "rita archive.retrieve \(study)", "rita archive.retrieve \(study)",
          "rita archive.retrieve \(study)/\(study).1",
          "rita archive.retrieve \(study)/\(study).1/\(study).1",
          "anna access.refused GET /dicom-web/studies/{study}",
        ])
    }
  }

  /// What cannot be recorded is not shown.
  @Test func noReportWithoutItsRow() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(1)
      let upload = try await client.begin(client.manifest(files), token)
      try await client.sendAll(files, upload)
      _ = try await client.complete(upload)
      let path = "/reports/upload/\(upload.uploadID)"
      #expect(try await client.send(.get, path, token: token).status == 200)
      try await gateway.catalogue.pool.write { database in
        try database.execute(
          sql: """
            CREATE TRIGGER audit_broken BEFORE INSERT ON audit BEGIN
              SELECT raise(ABORT, 'the disk is broken'); END
            """)
      }
      #expect(try await client.send(.get, path, token: token).status == 500)
    }
  }
}
