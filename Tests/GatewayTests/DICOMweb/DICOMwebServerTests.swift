import DICOM
import Foundation
import Gateway
import GatewayEmbedded
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

/// Our routes over the built-in archive, asked by our client, by raw HTTP, and by curl.
@Suite(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
struct DICOMwebServerTests {
  private func withServer(_ body: @Sendable (Int, BuiltInArchive) async throws -> Void) async throws
  {
    let folder = try TemporaryFolder()
    let archive = try BuiltInArchive(folder: folder.url)
    let router = Router()
    DICOMwebRoutes(archive: archive).add(to: router.group("/dicom-web"))
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    try await application.test(.live) { client in
      try await body(try #require(client.port), archive)
    }
  }

  private func client(_ port: Int) throws -> DICOMwebArchive {
    var configuration = DICOMwebConfiguration(
      baseURL: try #require(URL(string: "http://127.0.0.1:\(port)/dicom-web/")), keepsBytes: true)
    configuration.pageSize = 7
    configuration.batchBytes = 3 << 20
    return DICOMwebArchive(configuration: configuration)
  }

  @Test func ourClientConformsOverOurServer() async throws {
    try await withServer { port, _ in
      try await ArchiveConformance(archive: client(port)).run(StorableFiles.all)
    }
  }

  @Test func answersOnTheWire() async throws {
    try await withServer { port, archive in
      let files = Array(StorableFiles.some.prefix(3))
      let study = files[0].study
      // STOW-RS: two good ones and noise.
      var body = Data()
      for file in files.prefix(2) {
        body += Data("--x y\r\nContent-Type: application/dicom\r\n\r\n".utf8)
        body += try Data(contentsOf: file.instance.file) + Data("\r\n".utf8)
      }
      body += Data("--x y\r\n\r\nnoise\r\n--x y--\r\n".utf8)
      let headers = [
        "Content-Type": "multipart/related; type=\"application/dicom\"; boundary=\"x y\"",
        "Accept": "application/dicom+json",
      ]
      let stored = try await RawHTTP.send(
        "POST", "/dicom-web/studies", headers: headers, body: body, to: port)
      #expect(stored.status == 202)
      #expect(stored.headers["content-type"] == "application/dicom+json")
      let response = try #require(StoreResponse(json: stored.body))
      #expect(response.stored == Set(files.prefix(2).map(\.instance.sopInstanceUID)))
      #expect(stored.text.contains("http://127.0.0.1:\(port)/dicom-web/studies/\(study)/series/"))
      // Cut off: nothing is acknowledged, nothing is left behind.
      let cut = try await RawHTTP.send(
        "POST", "/dicom-web/studies", headers: headers, body: body.dropLast(6), to: port)
      #expect(cut.status == 400)
      let left = try FileManager.default.contentsOfDirectory(atPath: archive.incomingFolder.path)
      #expect(left.isEmpty)
      #expect(
        try await RawHTTP.send("POST", "/dicom-web/studies", body: body, to: port).status == 415)
      // QIDO-RS.
      let path = "/dicom-web/studies/\(study)"
      let query = "/dicom-web/studies?PatientID=\(try await patientID(archive))&limit=1"
      for address in [query, "/dicom-web/studies?00080061=CT", path + "/series"] {
        let found = try await RawHTTP.send("GET", address, to: port)
        #expect(found.status == 200)
        #expect(try DICOMJSON.list(found.body).first?.text("0020000D") == study)
      }
      let none = try await RawHTTP.send("GET", "/dicom-web/studies?PatientID=nobody", to: port)
      #expect(none.status == 204)
      let wrong = try await RawHTTP.send("GET", "/dicom-web/studies?Nonsense=1", to: port)
      #expect(wrong.status == 400)
      // WADO-RS and metadata.
      let got = try await RawHTTP.send("GET", path, to: port)
      #expect(got.status == 200)
      let type = try #require(MediaType(got.headers["content-type"] ?? ""))
      #expect(type.name == "multipart/related")
      #expect(type.parameters["type"] == "application/dicom")
      let originals = try files.prefix(2).map { try Data(contentsOf: $0.instance.file) }
      for original in originals { #expect(got.body.range(of: original) != nil) }
      let metadata = try await RawHTTP.send("GET", path + "/metadata", to: port)
      let sets = try DICOMJSON.list(metadata.body)
      #expect(sets.count == 2)
      #expect(sets.allSatisfy { $0.integer("00280010") == 512 && $0.attributes["7FE00010"] == nil })
      let missing = try await RawHTTP.send("GET", "/dicom-web/studies/1.2/metadata", to: port)
      #expect(missing.status == 404)
    }
  }

  private func patientID(_ archive: BuiltInArchive) async throws -> String {
    let study = try await archive.search(ArchiveQuery(level: .study)).first
    let id = try #require(study?.text("00100020"))
    return try #require(id.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
  }

  /// A damaged file goes out as a broken answer, never as a whole one.
  @Test func damageCutsTheAnswer() async throws {
    try await withServer { port, archive in
      let file = try #require(StorableFiles.some.first)
      _ = try await archive.store([file.instance], study: file.study)
      let kept = try #require(
        try await archive.files(study: file.study, series: nil, instance: nil).first)
      var bytes = try Data(contentsOf: kept.file)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: kept.file)
      await #expect(throws: RawHTTPError.cut) {
        try await RawHTTP.send("GET", "/dicom-web/studies/\(file.study)", to: port)
      }
      await #expect(throws: ArchiveError.self) {
        try await client(port).retrieve(
          study: file.study, series: file.series, instance: file.instance.sopInstanceUID,
          limit: 1 << 24)
      }
    }
  }
}
