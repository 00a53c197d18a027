import DICOM
import Demonstration
import Domain
import Foundation
import TestSupport
import Testing

/// Real files, from a folder through the gateway into Orthanc, and a report back.
@Suite(
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"),
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"),
  .enabled(if: SharedData.dicom != nil, "needs RADRELAY_SHARED"))
struct ClientToPACSTests {
  /// What pydicom says of a file.
  private struct Truth: Decodable {
    var path: String
    var sha256: String
    var isPart10: Bool?
    var isReadable: Bool
    var instance: String?
    var study: String?
    private enum CodingKeys: String, CodingKey {
      case path, sha256
      case isPart10 = "part10"
      case isReadable = "parse_ok"
      case instance = "SOPInstanceUID"
      case study = "StudyInstanceUID"
    }
  }

  private static let folders = [
    "pydicom", "series_ct_ge", "series_mr_mayo", "transcoded", "pydicom-data", "dicomParser",
  ]

  private static func truth(_ root: URL) throws -> [Truth] {
    let lines = try String(
      contentsOf: root.appendingPathComponent("truth.jsonl"), encoding: .utf8)
    return try lines.split(separator: "\n").map {
      try JSONDecoder().decode(Truth.self, from: Data($0.utf8))
    }.filter { row in folders.contains { row.path.hasPrefix($0 + "/") } }
  }

  @Test(.timeLimit(.minutes(20)))
  func everyStorableInstanceArrivesWithItsBytes() async throws {
    let root = try #require(SharedData.dicom)
    let site = try await ClientSite.open()
    defer { site.close() }
    let upload = try await site.workplace.run(
      ["upload"] + Self.folders.map { root.appendingPathComponent($0).path }
        + ["--wait", "--json"], within: .seconds(400))
    let rows = try ClientUpload.lines(upload.output)
    #expect(rows.count > 50, "\(upload.errors)")
    #expect(Set(rows.map(\.studyInstanceUid)).count == rows.count)
    // Files that are no image were left out: some of it was done, some was not.
    #expect(upload.exitStatus == 6)
    #expect(upload.errors.contains("left out "))
    #expect(!upload.errors.contains("\u{1B}"))
    for row in rows where row.isProven {
      #expect(row.instancesVerified == row.instances && row.instancesSent == row.instances)
      #expect(row.bytesSent == row.bytes && row.bytesSentAgain == 0 && row.reason.isEmpty)
    }
    let truth = try Self.truth(root)
    let held = try await site.orthanc.held()
    #expect(Set(held.map(\.sopInstanceUID)).count == held.count, "an instance is there twice")
    // What is there has the bytes of one of the files that carry its identifier.
    let sources = Dictionary(grouping: truth.filter { $0.instance != nil }) {
      $0.instance ?? ""
    }
    for instance in held {
      let candidates = sources[instance.sopInstanceUID] ?? []
      #expect(
        candidates.contains { $0.sha256 == instance.sha256 || $0.isPart10 == false },
        "\(instance.sopInstanceUID) has other bytes than \(candidates.map(\.path))")
    }
    // What is not there has a reason: this very file is refused from anybody, or was left out aloud.
    let arrived = Set(held.map(\.sopInstanceUID))
    var files: [String: ClientUploadDetail.File] = [:]
    for row in rows where !row.isProven {
      for file in try await site.workplace.detail(row.uploadId).files {
        files[file.sopInstanceUid] = file
      }
    }
    let wanted = truth.filter {
      $0.isReadable && $0.instance?.isEmpty == false && $0.study?.isEmpty == false
    }
    for row in wanted where !arrived.contains(row.instance ?? "") {
      guard let file = files[row.instance ?? ""] else {
        let name = root.appendingPathComponent(row.path).path
        #expect(
          upload.errors.contains("left out \(name): "), "nobody was told of \(row.path)")
        continue
      }
      #expect(file.state == "failed" && !file.reason.isEmpty)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
      #expect(
        try await site.orthanc.store(bytes) != 200, "\(file.path) is storable and did not arrive")
    }
    // The gateway's proof and the client's record agree.
    let failed = rows.filter { !$0.isProven }
    for row in failed {
      #expect(!row.reason.isEmpty, "\(row.studyInstanceUid) is \(row.state) without a reason")
    }
  }

  /// With `--pacs-keeps-bytes` the end is committed; an instance of which Orthanc has other bytes
  /// from before, and which it does not replace, ends in words instead of green.
  @Test(.timeLimit(.minutes(20)))
  func whatThePACSGivesBackIsCommitted() async throws {
    let root = try #require(SharedData.dicom)
    let site = try await ClientSite.open(options: ["--pacs-keeps-bytes"])
    defer { site.close() }
    let good = root.appendingPathComponent("series_mr_mayo")
    let other = root.appendingPathComponent("series_ct_ge")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: other.path).sorted().first)
    var changed = try Data(contentsOf: other.appendingPathComponent(name))
    changed[changed.count - 1] ^= 1
    try #require(try await site.orthanc.store(changed) == 200)
    let upload = try await site.workplace.run(
      ["upload", good.path, other.path, "--wait", "--json"], within: .seconds(400))
    let rows = try ClientUpload.lines(upload.output)
    #expect(rows.map(\.state).sorted() == ["committed", "failed"], "\(upload.errors)")
    let failed = try #require(rows.first { $0.state == "failed" })
    #expect(failed.reason.contains("1 of \(failed.instances) instances"), "\(failed.reason)")
    #expect(failed.reason.contains("other bytes under this SOP Instance UID"))
    let files = try await site.workplace.detail(failed.uploadId).files
    #expect(
      files.filter { $0.state == "failed" }.map { URL(fileURLWithPath: $0.path) }
        .map(\.lastPathComponent) == [name])
    #expect(files.count { $0.state == "committed" } == failed.instances - 1)
  }

  @Test(
    .timeLimit(.minutes(20)), .enabled(if: ChildProcess.find("pdf2dcm") != nil, "needs dcmtk"))
  func theReportShowsUpByItself() async throws {
    let root = try #require(SharedData.dicom)
    let site = try await ClientSite.open()
    defer { site.close() }
    let workplace = site.workplace
    let series = ["series_ct_ge", "series_mr_mayo"].map { root.appendingPathComponent($0).path }
    let upload = try await workplace.run(["upload"] + series + ["--wait", "--json"])
    let rows = try ClientUpload.lines(upload.output)
    #expect(upload.exitStatus == 0, "\(upload.errors)")
    try #require(rows.count == 2 && rows.allSatisfy(\.isProven))
    let files = try FileManager.default.contentsOfDirectory(atPath: series[0])
    let sample = try ScannedInstance.read(path: series[0] + "/" + (files.sorted().first ?? ""))
    let first = try #require(
      rows.first { $0.studyInstanceUid == sample.studyInstanceUID })
    let second = try #require(rows.first { $0.uploadId != first.uploadId })

    let screen = try ClientScreen(workplace, rows: 40, columns: 120)
    try await screen.see("● online")
    screen.type("3")
    try await screen.see("Assigned 2")
    try await screen.see("Ready 0")
    // From here on nobody touches a key.
    let study = StudySummary(
      studyInstanceUID: sample.studyInstanceUID, patientName: sample.patientName,
      patientID: sample.patientID, studyDate: sample.studyDate, modality: sample.modality)
    let report = DemoReport(
      radiologist: "Müller^Zoë", findings: "No pneumothorax. Both lungs are clear.",
      impression: "Normal chest.")
    let signed = try Data(
      report.structuredReport(for: study, signedAt: Date(timeIntervalSince1970: 1_784_000_000)))
    try await put(signed, site)
    try await screen.see("Ready 1")
    try await screen.see("● ready")
    let pdf = Self.pdf("Report as PDF")
    try await put(try await encapsulated(pdf, second.studyInstanceUid, site), site)
    try await screen.see("Ready 2")
    try await screen.see("Assigned 0")
    try await put(try Self.addendum("The nodule is old.", to: study), site)
    try await screen.see("● addendum")
    screen.type("q")
    #expect(try await screen.end() == .code(0))
    screen.expectRestored()

    let reports = try await workplace.reports()
    #expect(reports.map(\.status) == ["ready", "ready"])
    let shown = try await workplace.run(["reports", "show", first.uploadId])
    #expect(shown.exitStatus == 0)
    #expect(shown.output.contains("addendum, Ada Lind"))
    #expect(shown.output.contains("The nodule is old."))
    #expect(shown.output.contains("No pneumothorax."))
    #expect(shown.output.contains("Normal chest."))
    #expect(shown.output.contains("Müller"))
    let target = workplace.folder.url.appendingPathComponent("report.pdf")
    let fetched = try await workplace.run(
      ["reports", "pdf", second.uploadId, "--output", target.path])
    #expect(fetched.exitStatus == 0, "\(fetched.errors)")
    #expect(try Data(contentsOf: target).starts(with: pdf), "the PACS's own document")
    let made = try await workplace.run(
      ["reports", "pdf", first.uploadId, "--output", target.path + "2"])
    #expect(made.exitStatus == 0, "\(made.errors)")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: target.path + "2")).starts(with: "%PDF-".utf8))
  }

  /// A signed addendum that repeats nothing of the report.
  private static func addendum(_ text: String, to study: StudySummary) throws -> Data {
    let report = DemoReport(radiologist: "Lind^Ada", findings: text, impression: "")
    let bytes = try report.structuredReport(
      for: study, signedAt: Date(timeIntervalSince1970: 1_784_010_000))
    var set = try DICOMFile.read(bytes: bytes, name: "addendum").dataSet
    var title = DataSet()
    title.set(.codeValue, .sh, "55107-7")
    title.set(.codingSchemeDesignator, .sh, "LN")
    title.set(.codeMeaning, .lo, "Addendum Document")
    set.set(.conceptNameCodeSequence, items: [title])
    return Data(try DICOMWriter.part10(set))
  }

  private func put(_ bytes: Data, _ site: ClientSite) async throws {
    let answer = try await RawHTTP.send("POST", "/instances", body: bytes, to: site.orthanc.port)
    try #require(answer.status == 200, "\(answer.text)")
  }

  private func encapsulated(_ pdf: Data, _ study: String, _ site: ClientSite) async throws -> Data {
    let folder = site.workplace.folder.url
    let source = folder.appendingPathComponent("source.pdf")
    let target = folder.appendingPathComponent("pdf.dcm")
    try pdf.write(to: source)
    let made = try await ChildProcess.run(
      "pdf2dcm",
      [
        "--title", "Report", "-k", "StudyInstanceUID=\(study)", "-k", "SeriesInstanceUID=2.25.1234",
        source.path, target.path,
      ])
    try #require(made.exitStatus == 0, "\(made.errors)")
    return try Data(contentsOf: target)
  }

  /// One page with one line of text, of an even number of bytes.
  private static func pdf(_ text: String) -> Data {
    let content = "BT /F1 18 Tf 72 720 Td (\(text)) Tj ET"
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        + "/Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    var text = "%PDF-1.4\n"
    var places: [Int] = []
    for (number, object) in objects.enumerated() {
      places.append(text.utf8.count)
      text += "\(number + 1) 0 obj\n\(object)\nendobj\n"
    }
    let start = text.utf8.count
    text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
    for place in places {
      let digits = String(place)
      text += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
    }
    text += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
    if text.utf8.count % 2 == 1 { text += "\n" }
    return Data(text.utf8)
  }
}
