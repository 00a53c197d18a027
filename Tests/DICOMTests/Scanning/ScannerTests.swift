import DICOM
import Domain
import Foundation
import TestSupport
import Testing

@Suite struct ScannerTests {
  static func instance(study: String, number: Int, patient: String = "DEMO^A", id: String = "1")
    -> DataSet
  {
    var set = DataSet()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.2")
    set.set(.sopInstanceUID, .ui, "\(study).9.\(number)")
    set.set(.studyInstanceUID, .ui, study)
    set.set(.seriesInstanceUID, .ui, "\(study).1")
    set.set(.patientName, .pn, patient)
    set.set(.patientID, .lo, id)
    set.set(.modality, .cs, "CT")
    set.set(.studyDate, .da, "20260102")
    set.set(.instanceNumber, .is, ints: [number])
    set.set(.bitsAllocated, .us, ints: [16])
    set.set(.pixelData, .ow, bytes: [UInt8](repeating: 0, count: 4096))
    return set
  }

  static func scan(_ roots: [String]) async -> (
    instances: [ScannedInstance], skipped: [String: String], counts: ScanCounts
  ) {
    var instances: [ScannedInstance] = []
    var skipped: [String: String] = [:]
    var counts = ScanCounts()
    var finished = 0
    for await event in Scanner.scan(roots: roots) {
      instances += event.instances
      for skip in event.skipped { skipped[(skip.path as NSString).lastPathComponent] = skip.reason }
      counts = event.counts
      if event.isFinished { finished += 1 }
    }
    #expect(finished == 1)
    return (instances, skipped, counts)
  }

  @Test(.timeLimit(.minutes(15)))
  func everyFileIsTakenOrHasAReason() async throws {
    let folder = try TestFolder()
    let good = try DICOMWriter.part10(Self.instance(study: "1.2.3", number: 1))
    try folder.write("a/one", good)
    try folder.write(
      "a/b/two.dcm", try DICOMWriter.part10(Self.instance(study: "1.2.3", number: 2)))
    let bare = try DICOMWriter.encode(Self.instance(study: "1.2.3", number: 3))
    try folder.write("a/bare", bare)
    try folder.write("cut.dcm", Array(good.dropLast(100)))
    try folder.write("cut-in-header.dcm", Array(good.prefix(300)))
    try folder.write("empty.dcm", [])
    try folder.write("readme.txt", Array("hello, this is text".utf8))
    // A block of the disk was lost: the name is all that tells of an image.
    try folder.write("lost.DCM", [UInt8](repeating: 0xAA, count: 600))
    try folder.write("broken.zip", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 7, count: 200))
    try folder.write("DICOMDIR", try DirectoryMaker.bytes([.record("IMAGE", ["A", "ONE"], [])]))
    try folder.link("a/b/loop", to: "../..")
    try folder.link("a/again", to: "one")
    try folder.link("nowhere", to: "/does/not/exist")
    let found = await Self.scan([folder.url.path, folder.url.appendingPathComponent("a").path])
    #expect(
      Set(found.instances.map(\.sopInstanceUID)) == ["1.2.3.9.1", "1.2.3.9.2", "1.2.3.9.3"])
    #expect(found.instances.count == 3)
    #expect(found.counts.dicomFiles == 3)
    #expect(found.counts.otherFiles == 3)
    #expect(
      found.skipped.keys.sorted() == [
        "broken.zip", "cut-in-header.dcm", "cut.dcm", "empty.dcm", "lost.DCM", "nowhere",
      ])
    #expect(found.counts.skipped == 6)
    #expect(found.skipped["lost.DCM"]?.contains("in spite of its name") == true)
    #expect(found.skipped["cut.dcm"]?.contains("truncated") == true)
    #expect(found.skipped["cut-in-header.dcm"]?.contains("truncated") == true)
    #expect(found.skipped["empty.dcm"]?.contains("empty") == true)
    #expect(found.counts.folders == 3)
    let missing = await Self.scan(["/does/not/exist"])
    #expect(missing.skipped["exist"]?.contains("No such file") == true)
  }

  @Test(.timeLimit(.minutes(15)))
  func aScanEndsWithGroupedStudies() async throws {
    let folder = try TestFolder()
    for number in 1...150 {
      let study = number % 3 == 0 ? "1.2.30" : "1.2.31"
      let set = Self.instance(study: study, number: number, patient: "DEMO^\(study)")
      try folder.write("\(number)", try DICOMWriter.part10(set))
    }
    var last: ScanProgress?
    for await progress in StudyScan.run(roots: [folder.url.path]) { last = progress }
    let end = try #require(last)
    #expect(end.isFinished)
    #expect(end.studies.map(\.study.instanceCount) == [50, 100])
    #expect(end.dicomFiles == 150 && end.files == 150)
    #expect(end.bytes == end.studies.reduce(0) { $0 + $1.byteCount })
  }

  @Test(.timeLimit(.minutes(15)))
  func aScanStopsWhenItsReaderDoes() async throws {
    let folder = try TestFolder()
    for number in 0..<300 {
      try folder.write(
        "\(number)/file", try DICOMWriter.part10(Self.instance(study: "1.2", number: number)))
    }
    var options = ScanOptions()
    options.maximumWaitingEvents = 2
    var events = 0
    for await _ in Scanner.scan(roots: [folder.url.path], options: options) {
      events += 1
      if events == 3 { break }
    }
    #expect(events == 3)
    // Cancellation of the task that reads.
    let path = folder.url.path
    let task = Task {
      var count = 0
      for await _ in Scanner.scan(roots: [path], options: options) { count += 1 }
      return count
    }
    task.cancel()
    #expect(await task.value <= 301)
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"), .timeLimit(.minutes(15)))
  func headersAgreeWithTheWholeReader() async throws {
    let folder = try #require(SharedData.dicom)
    var compared = 0
    for row in try TruthTests.rows() where !row.isMalformed {
      let path = folder.appendingPathComponent(row.path).path
      guard let instance = try? ScannedInstance.read(path: path) else { continue }
      let set = try DICOMFile.read(path: path, options: .header).dataSet
      #expect(instance.sopInstanceUID == set.string(.sopInstanceUID) ?? "", "\(row.path)")
      #expect(instance.studyInstanceUID == set.string(.studyInstanceUID) ?? "", "\(row.path)")
      #expect(
        instance.patientName == set.strings(.patientName)?.joined(separator: "\\") ?? ""
          || set.string(.patientName)?.contains("=") == true, "\(row.path)")
      #expect(instance.studyDate == set.date(.studyDate) ?? "", "\(row.path)")
      #expect(instance.instanceNumber == set.int(.instanceNumber), "\(row.path)")
      compared += 1
    }
    print("headers: \(compared) compared")
    #expect(compared > 400)
    // What pydicom's users know to be cut must not be offered.
    for name in ["MR_truncated.dcm", "rtplan_truncated.dcm"] {
      let path = folder.appendingPathComponent("pydicom/test_files/\(name)").path
      #expect {
        _ = try ScannedInstance.read(path: path)
      } throws: { ($0 as? DICOMError)?.isTruncation == true }
    }
  }
}
