import Domain
import Foundation
import GatewayClient
import Store
import TestSupport
import Testing

@testable import Sync

/// Against a gateway that runs: `RADRELAY_GATEWAY=http://127.0.0.1:8000`, `RADRELAY_GATEWAY_LOGIN`
/// `name:password`, `RADRELAY_GATEWAY_FILES` a folder of DICOM files.
@Suite(
  "A running gateway", .timeLimit(.minutes(15)),
  .enabled(
    if: ProcessInfo.processInfo.environment["RADRELAY_GATEWAY"] != nil, "needs RADRELAY_GATEWAY"))
struct LiveTests {
  @Test func everyStudyOfTheFolderArrives() async throws {
    let environment = ProcessInfo.processInfo.environment
    let origin = try #require(environment["RADRELAY_GATEWAY"])
    let login = try #require(environment["RADRELAY_GATEWAY_LOGIN"]).split(separator: ":")
    let folder = try #require(environment["RADRELAY_GATEWAY_FILES"])
    let home = FileManager.default.temporaryDirectory.appendingPathComponent(
      "radrelay-live-\(UInt64.random(in: 0 ... .max))")
    let store = try Store(home: Home(folder: home.path))
    let transport = GatewayTransport()
    let engine = SyncEngine(store: store, makeLink: GatewayClient.linkMaker(transport))
    _ = try await engine.login(
      server: origin, username: String(login[0]), password: String(login[1]))
    var scan = ScanProgress()
    for await progress in StudyScan.run(roots: [folder]) { scan = progress }
    let drafts = scan.studies.map {
      StudyDraft(study: $0.study, serviceLevel: .routine, clinicalHistory: "", files: $0.files)
    }
    let ids = try await store.enqueue(
      drafts, owner: try #require(try await store.account()).owner, now: Date())
    let begin = ContinuousClock.now
    let uploads = try await engine.waitUntilSettled(ids)
    let seconds = begin.duration(to: .now) / .seconds(1)
    for upload in uploads {
      print(
        "LIVE \(upload.state) files=\(upload.fileCount) bytes=\(upload.byteCount) "
          + "verified=\(upload.verifiedFiles) resent=\(upload.resentBytes) \(upload.reason)")
    }
    print("LIVE \(uploads.count) studies in \(seconds) s")
    #expect(uploads.allSatisfy { !$0.reason.isEmpty || $0.state.isProven })
    try await engine.syncOnce()
    let reports = try await store.reports(ReportFilter(), Window(offset: 0, limit: 200)).page.total
    print("LIVE reports \(reports)")
    await transport.shutdown()
    try store.close()
    try FileManager.default.removeItem(at: home)
  }
}
