import DICOM
import Demonstration
import Domain
import Foundation
import Testing

@Suite struct DemonstrationTests {
  static func folder() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("demo-\(UUID())")
  }

  @Test func studiesAreWholeGroupedAndMarked() async throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let written = try DemoStudies.write(to: folder, size: 48)
    #expect(written.count == 8)
    var last: ScanProgress?
    for await progress in StudyScan.run(roots: [folder.path]) { last = progress }
    let scan = try #require(last)
    #expect(scan.skippedCount == 0)
    #expect(scan.studies.count == 8)
    #expect(scan.studies.allSatisfy { $0.warnings.isEmpty })
    #expect(scan.dicomFiles == written.reduce(0) { $0 + $1.files.count })
    for one in written {
      let found = try #require(
        scan.studies.first { $0.study.studyInstanceUID == one.study.studyInstanceUID })
      #expect(found.study.patientName == one.study.patientName)
      #expect(found.files.count == one.study.instanceCount)
      let file = try DICOMFile.read(path: try #require(one.files.first).path)
      #expect(file.problem == nil)
      #expect(file.dataSet.string(.patientComments) == "SYNTHETIC - NOT A PATIENT")
      #expect(file.dataSet.string(.patientID)?.hasPrefix("DEMO-") == true)
      let expected =
        (file.dataSet.int(.rows) ?? 0) * (file.dataSet.int(.columns) ?? 0)
        * (file.dataSet.int(.bitsAllocated) ?? 0) / 8
      #expect(file.dataSet[.pixelData]?.bytes?.count == expected + expected % 2)
    }
  }

  @Test func slicesLieBesideEachOther() throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let head = try #require(DemoStudy.all.first)
    let written = try #require(
      try DemoStudies.write(to: folder, studies: [head], size: 32).first)
    let heights = try written.files.map { file in
      try #require(
        DICOMFile.read(path: file.path).dataSet.doubles(.imagePositionPatient)?.last ?? nil)
    }
    let steps = zip(heights.dropFirst(), heights).map { $0 - $1 }
    #expect(heights.count == 32)
    #expect(steps.allSatisfy { abs($0 - 5) < 1e-9 })
  }

  @Test func filesAreTheSameInEveryRun() throws {
    let folder = Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let ultrasound = DemoStudy.all.filter { $0.key.hasPrefix("us") }
    let a = try DemoStudies.write(
      to: folder.appendingPathComponent("a"), studies: ultrasound, size: 32)
    let b = try DemoStudies.write(
      to: folder.appendingPathComponent("b"), studies: ultrasound, size: 32)
    for (one, two) in zip(a.flatMap(\.files), b.flatMap(\.files)) {
      #expect(try Data(contentsOf: one) == Data(contentsOf: two))
    }
    #expect(a.first?.files.count == 6)
  }

  @Test func casesAreCompleteAndHavePictures() throws {
    let cases = try DemoCases.all(side: 48)
    #expect(cases.count >= 12)
    #expect(Set(cases.map(\.id)).count == cases.count)
    for one in cases {
      #expect((1...5).contains(one.difficulty), "\(one.title)")
      #expect(one.title.count <= 500 && !one.findings.isEmpty && !one.teachingPoints.isEmpty)
      #expect(one.differentials.count >= 3 && !one.tags.isEmpty, "\(one.title)")
      let preview = try #require(one.preview)
      #expect(Set(preview.pixels).count > 20, "\(one.title)")
    }
  }

  @Test func reportsKeepThePatientAndSayWhatTheySay() throws {
    let study = StudySummary(
      studyInstanceUID: "1.2.3", patientName: "DÉMO^Zoë=試験", patientID: "DEMO-1003",
      patientBirthDate: "19850617", patientSex: "F", studyDate: "20260115", studyTime: "080000",
      studyDescription: "CT pulmonary angiography", bodyPart: "CHEST", modality: "CT")
    let report = DemoReport.make(for: study)
    #expect(report.impression.contains("embolism"))
    let at = Date(timeIntervalSince1970: 1_768_470_000)
    let file = try DICOMFile.read(bytes: try report.structuredReport(for: study, signedAt: at))
    #expect(file.problem == nil)
    #expect(file.dataSet.string(.patientName) == "DÉMO^Zoë=試験")
    #expect(file.dataSet.string(.studyInstanceUID) == "1.2.3")
    #expect(file.dataSet.string(.completionFlag) == "COMPLETE")
    #expect(file.dataSet.string(.verificationFlag) == "VERIFIED")
    var texts: [String] = []
    for section in file.dataSet.items(.contentSequence) {
      texts += section.items(.contentSequence).compactMap { $0.string(.textValue) }
    }
    #expect(texts == [report.findings, report.impression])
    let pdf = Array("%PDF-1.4 nothing".utf8)
    let document = try DICOMFile.read(
      bytes: try DemoReport.encapsulated(pdf: pdf, title: "Report", for: study, signedAt: at))
    #expect(document.dataSet[.encapsulatedDocument]?.bytes?.starts(with: pdf) == true)
    #expect(document.dataSet.string(.mimeTypeOfEncapsulatedDocument) == "application/pdf")
  }

  @Test func historyIsPlausible() {
    let now = Date(timeIntervalSince1970: 1_768_470_000)
    let (uploads, reports) = DemoHistory.make(now: now, gateway: "http://127.0.0.1")
    #expect(uploads.count == 300)
    #expect(Set(uploads.map(\.id)).count == 300)
    #expect(uploads.allSatisfy { $0.createdAt < now && $0.updatedAt <= now })
    #expect(uploads.allSatisfy { $0.state.isFinal })
    #expect(uploads.filter { $0.study.modality == "CT" }.count > 60)
    #expect(uploads.filter { $0.serviceLevel == .stat }.count < 60)
    #expect(reports.count > 250)
    #expect(
      reports.filter { $0.status == .ready }.allSatisfy { !$0.text.isEmpty && $0.signedAt != nil })
    #expect(reports.contains { $0.status != .ready })
    let again = DemoHistory.make(now: now, gateway: "http://127.0.0.1")
    #expect(again.uploads == uploads && again.reports == reports)
  }
}
