import Foundation
import TestSupport
import Testing
import Wire

/// The RelayPACS v1 contract, asked by raw HTTP of the real gateway in front of Orthanc.
@Suite(
  .enabled(if: GatewayProcess.isBuilt, "needs radrelay-gateway beside the tests"),
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
struct ContractTests {
  private struct Site {
    let folder: TemporaryFolder
    let orthanc: OrthancServer
    let gateway: GatewayProcess
    let client: PlainClient
    func close() {
      gateway.process.send(9)
      orthanc.kill()
    }
  }

  private func site() async throws -> Site {
    let folder = try TemporaryFolder()
    let orthanc = try await OrthancServer.start()
    try await GatewayProcess.addUser("anna", data: folder.url)
    try await GatewayProcess.addUser("bert", facility: "Elsewhere", data: folder.url)
    let gateway = try await GatewayProcess.start(data: folder.url, pacs: orthanc)
    let client = try await PlainClient.login("anna", port: gateway.port)
    return Site(folder: folder, orthanc: orthanc, gateway: gateway, client: client)
  }

  private func sendAll(_ study: SyntheticStudy, _ session: InitAnswer, _ client: PlainClient)
    async throws
  {
    for file in study.files {
      for start in stride(from: 0, to: file.bytes.count, by: session.chunkSize) {
        let piece = file.bytes[start..<min(start + session.chunkSize, file.bytes.count)]
        let answer = try await client.put(
          Data(piece), start / session.chunkSize, of: file.id, session)
        #expect(answer.status == 200)
        #expect(answer.json["status"] as? String == "received")
        #expect(answer.json["received_bytes"] as? Int == piece.count)
      }
    }
  }

  @Test(.timeLimit(.minutes(20)))
  func aStudyByAPlainClient() async throws {
    let site = try await site()
    defer { site.close() }
    let client = site.client
    #expect(try await client.get(MeAnswer.self, Routes.me).username == "anna")
    let wrong = try await PlainClient(port: client.port).send(
      "POST", Routes.login, json: LoginRequest(username: "anna", password: "Wrong-Password-1"))
    #expect(wrong.status == 401)
    #expect(wrong.json["detail"] is String)
    let study = try SyntheticStudy(files: 3, rows: 900)
    let session = try await client.begin(study.plainRequest())
    #expect(session.expiresAt.hasSuffix("Z"))
    // Session boundaries.
    let other = try await PlainClient.login("bert", port: client.port)
    let foreign = try await other.begin(
      try SyntheticStudy(files: 1, rows: 8).plainRequest(force: true))
    var stolen = session
    stolen.uploadToken = foreign.uploadToken
    #expect(try await client.put(Data([1]), 0, of: "file-1", stolen).status == 403)
    #expect(try await client.put(Data(), 0, of: "file-1", session).status == 400)
    for name in ["..%2Fx", "a%2Fb", ".x", "%00"] {
      #expect([400, 422].contains(try await client.put(Data([1]), 0, of: name, session).status))
    }
    // The last chunk of a file is missing: never complete.
    let file = study.files[0]
    let first = file.bytes.prefix(session.chunkSize)
    #expect(file.bytes.count > session.chunkSize)
    #expect(try await client.put(Data(first), 0, of: file.id, session).status == 200)
    let early = try await client.complete(session)
    #expect(early.status == 400)
    #expect((early.json["detail"] as? String)?.hasPrefix("Upload incomplete") == true)
    // The same chunk again, with the same and with other bytes.
    #expect(try await client.put(Data(first), 0, of: file.id, session).status == 204)
    var changed = Data(first)
    changed[100] ^= 1
    #expect(try await client.put(changed, 0, of: file.id, session).status == 409)
    var rest = study
    rest.files[0].bytes = Data(file.bytes.dropFirst(first.count))
    rest.files.remove(at: 0)
    #expect(
      try await client.put(Data(file.bytes.dropFirst(first.count)), 1, of: file.id, session).status
        == 200)
    try await sendAll(rest, session, client)
    let status = try await client.status(session)
    #expect(status.uploadedBytes == study.byteCount)
    #expect(Set(status.files[file.id]?.receivedChunks ?? []) == [0, 1])
    let answer = try await client.complete(session)
    let done = try client.decode(CompleteAnswer.self, answer)
    #expect(done.status == "success")
    #expect(done.pacsReceiptID?.hasPrefix("STOW-SUCCESS-") == true)
    #expect(done.processedFiles == 3 && done.failedFiles == 0 && done.warnings.isEmpty)
    // A lost answer can be asked for again.
    #expect(try client.decode(CompleteAnswer.self, await client.complete(session)) == done)
    let held = try await site.orthanc.instances()
    #expect(held.count == 3)
    for id in held {
      let bytes = try await site.orthanc.get("/instances/\(id)/file").body
      #expect(study.files.contains { $0.bytes == bytes })
    }
    // The same study once more is a duplicate.
    let again = try await client.send("POST", Routes.uploadInit, json: study.plainRequest())
    #expect(again.status == 409)
    let detail = again.json["detail"] as? [String: Any]
    #expect(detail?["code"] as? String == "DUPLICATE_STUDY")
    #expect(detail?["upload_id"] as? String == session.uploadID)
  }

  @Test(
    .timeLimit(.minutes(20)), .enabled(if: ChildProcess.find("xml2dsr") != nil, "needs dcmtk"))
  func theReportComesBack() async throws {
    let site = try await site()
    defer { site.close() }
    let client = site.client
    let study = try SyntheticStudy(files: 1, rows: 64)
    let session = try await client.begin(study.plainRequest())
    try await sendAll(study, session, client)
    _ = try await client.complete(session)
    let assigned = try await client.get(
      ReportMessage.self, Routes.reportOfUpload(session.uploadID))
    #expect(assigned.status == "assigned")
    #expect(try await client.send("GET", Routes.reportPDF(assigned.id)).status == 404)
    let report = try await structuredReport(study.study, site.folder.url)
    let stored = try await RawHTTP.send("POST", "/instances", body: report, to: site.orthanc.port)
    try #require(stored.status == 200)
    let ready = try await Wait.value("report", within: .seconds(120)) {
      let report = try await client.get(ReportMessage.self, Routes.report(assigned.id))
      return report.status == "ready" ? report : nil
    }
    #expect(ready.radiologistName == "Zoë Müller")
    #expect(ready.reportText?.contains("No pneumothorax.") == true)
    let page = try await client.get(NotificationPage.self, Routes.notifications)
    #expect(
      page.notifications.contains {
        $0.notificationType == "report_ready" && $0.relatedReportID == assigned.id
      })
    // No patient data in a notification.
    #expect(!page.notifications.contains { $0.message.contains("SYNTHETIC") })
    let pdf = try await client.send("GET", Routes.reportPDF(assigned.id))
    #expect(pdf.status == 200)
    #expect(pdf.body.starts(with: Data("%PDF-".utf8)))
    let other = try await PlainClient.login("bert", port: client.port)
    #expect([403, 404].contains(try await other.send("GET", Routes.report(assigned.id)).status))
  }

  /// A frozen PACS costs the person nothing, and no receipt is given before the PACS has it.
  @Test(.timeLimit(.minutes(20)))
  func aFrozenPACS() async throws {
    let site = try await site()
    defer { site.close() }
    let client = site.client
    let study = try SyntheticStudy(files: 2, rows: 128)
    let session = try await client.begin(study.plainRequest())
    try await sendAll(study, session, client)
    site.orthanc.freeze()
    async let completing = client.complete(session, wait: 2)
    // Others are served meanwhile.
    for _ in 0..<5 {
      let health = try await RawHTTP.send("GET", "/health", to: client.port, within: .seconds(120))
      #expect(health.status == 200)
    }
    let answer = try client.decode(CompleteAnswer.self, try await completing)
    #expect(answer.status == "success")
    #expect(answer.pacsReceiptID == nil)
    #expect(!answer.warnings.isEmpty)
    #expect(["stored", "forwarding"].contains(try await client.proof(session).state))
    site.orthanc.thaw()
    try await Wait.until("delivery", within: .seconds(300)) {
      ["verified", "committed"].contains(try await client.proof(session).state)
    }
    #expect(try await site.orthanc.instances().count == 2)
    let late = try client.decode(CompleteAnswer.self, await client.complete(session))
    #expect(late.pacsReceiptID?.hasPrefix("STOW-SUCCESS-") == true)
  }

  /// One file that is no DICOM among good ones: the good ones arrive, the bad one has a reason.
  @Test(.timeLimit(.minutes(20)))
  func aBadFileAmongGoodOnes() async throws {
    let site = try await site()
    defer { site.close() }
    let client = site.client
    var study = try SyntheticStudy(files: 3, rows: 64)
    study.files[1].bytes = Data("this is no DICOM file\u{1B}[2J".utf8)
    let session = try await client.begin(study.plainRequest())
    try await sendAll(study, session, client)
    let answer = try client.decode(CompleteAnswer.self, await client.complete(session))
    #expect(answer.status == "partial_success")
    #expect(answer.processedFiles == 2 && answer.failedFiles == 1)
    #expect(answer.pacsReceiptID == nil)
    try await Wait.until("delivery", within: .seconds(120)) {
      try await site.orthanc.instances().count == 2
    }
    let proof = try await client.proof(session)
    let bad = try #require(proof.instances.first { $0.fileID == "file-2" })
    #expect(bad.state == "failed")
    #expect(bad.reason?.isEmpty == false)
    #expect(proof.instances.count { $0.state == "failed" } == 1)
  }

  private func structuredReport(_ study: String, _ folder: URL) async throws -> Data {
    func concept(_ value: String, _ meaning: String) -> String {
      "<concept><value>\(value)</value><scheme><designator>DCM</designator></scheme>"
        + "<meaning>\(meaning)</meaning></concept>"
    }
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <report type="Basic Text SR">
      <sopclass uid="1.2.840.10008.5.1.4.1.1.88.11">BasicTextSRStorage</sopclass>
      <charset>ISO_IR 192</charset><modality>SR</modality>
      <patient><name><first>Study</first><last>Synthetic</last></name></patient>
      <study uid="\(study)"/><series uid="2.25.77"><number>9</number></series>
      <instance uid="2.25.78"><number>1</number></instance>
      <document><completion flag="COMPLETE"/>
      <verification flag="VERIFIED"><observer pos="1"><datetime>2026-01-15T12:00:00</datetime>
      <name><first>Zoë</first><last>Müller</last></name><organization>X</organization></observer>
      </verification><content><date>2026-01-15</date><time>12:00:00</time>
      <container flag="SEPARATE">\(concept("18748-4", "Radiology Report"))
      <text><relationship>CONTAINS</relationship>\(concept("121071", "Finding"))
      <value>No pneumothorax.</value></text></container></content></document></report>
      """
    let source = folder.appendingPathComponent("report.xml")
    let target = folder.appendingPathComponent("report.dcm")
    try Data(text.utf8).write(to: source)
    let made = try await ChildProcess.run("xml2dsr", [source.path, target.path])
    try #require(made.exitStatus == 0, "\(made.errors)")
    return try Data(contentsOf: target)
  }
}
