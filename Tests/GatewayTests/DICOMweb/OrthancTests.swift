import Foundation
import Gateway
import TestSupport
import Testing

@Suite(
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"),
  .enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
struct OrthancTests {
  private func archive(_ orthanc: OrthancServer, password: String? = nil) throws
    -> DICOMwebArchive
  {
    var configuration = DICOMwebConfiguration(
      baseURL: try #require(URL(string: orthanc.dicomWeb)), user: orthanc.user,
      password: password ?? orthanc.password, keepsBytes: true)
    configuration.pageSize = 7
    configuration.batchInstances = 20
    return DICOMwebArchive(configuration: configuration)
  }

  @Test func conforms() async throws {
    let orthanc = try await OrthancServer.start(user: "gateway", password: "secret")
    defer { orthanc.kill() }
    var suite = try ArchiveConformance(archive: archive(orthanc))
    // Orthanc 1.10 cannot parse these two.
    suite.mayRefuse = {
      ["explicit_VR-UN.dcm", "SC_rgb_jpeg.dcm"].contains($0.instance.file.lastPathComponent)
    }
    try await suite.run(StorableFiles.all)
    let refused = try archive(orthanc, password: "wrong")
    await #expect(
      throws: ArchiveError.status(
        401, "the PACS wants a user name and password; check them in the gateway's settings")
    ) {
      try await refused.instances(ofStudy: "1.2.3")
    }
  }

  @Test func anotherLengthIsNoProof() async throws {
    let orthanc = try await OrthancServer.start()
    defer { orthanc.kill() }
    let archive = try archive(orthanc, password: "")
    let file = try #require(StorableFiles.some.first)
    let outcome = try await archive.store([file.instance], study: file.study)
    try #require(outcome.map(\.result) == [.stored])
    var sent = SentInstance(
      studyInstanceUID: file.study, seriesInstanceUID: file.series,
      sopInstanceUID: file.instance.sopInstanceUID, byteCount: file.instance.byteCount,
      sha256: TestFile.hex(try Data(contentsOf: file.instance.file)))
    #expect(try await archive.givesBack(sent))
    // More than was sent is other bytes, and the rest is not waited for.
    sent.byteCount -= 2
    #expect(try await !archive.givesBack(sent))
    sent.byteCount += 4
    #expect(try await !archive.givesBack(sent))
  }

  @Test func silenceAndDeathAreUnreachable() async throws {
    let orthanc = try await OrthancServer.start()
    defer { orthanc.kill() }
    var configuration = DICOMwebConfiguration(
      baseURL: try #require(URL(string: orthanc.dicomWeb)), keepsBytes: true)
    configuration.deadline = .milliseconds(1500)
    configuration.slowestBytesPerSecond = .max
    let archive = DICOMwebArchive(configuration: configuration)
    let files = Array(StorableFiles.some.prefix(3))
    let study = files[0].study
    orthanc.freeze()
    await expectUnreachable { _ = try await archive.store(files.map(\.instance), study: study) }
    await expectUnreachable { _ = try await archive.instances(ofStudy: study) }
    orthanc.thaw()
    // The same archive works again as soon as the PACS does, also after a restart of the PACS.
    try await Wait.until("answer") {
      try await archive.store(files.map(\.instance), study: study).allSatisfy {
        $0.result == .stored
      }
    }
    orthanc.process.send(SIGKILL)
    _ = try await orthanc.process.exit()
    await expectUnreachable { _ = try await archive.instances(ofStudy: study) }
    await expectUnreachable { _ = try await archive.store(files.map(\.instance), study: study) }
    let second = try await OrthancServer.start(folder: orthanc.folder, port: orthanc.port)
    defer { second.kill() }
    try await Wait.until("answer") {
      (try? await archive.instances(ofStudy: study).count) == files.count
    }
  }

  private func expectUnreachable(_ body: () async throws -> Void) async {
    do {
      try await body()
      Issue.record("no error")
    } catch ArchiveError.unreachable(let words) {
      #expect(words.contains("127.0.0.1"))
    } catch {
      Issue.record("\(error)")
    }
  }
}
