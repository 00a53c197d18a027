import DICOM
import Foundation
import TestSupport
import Testing

/// Two patients under one Study Instance UID, taken apart by keys, sent, and read back.
@Suite(
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"),
  .enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
struct OrganiserEndToEndTests {
  /// Attributes that may differ in a rewritten copy, and what is no attribute of the instance.
  private static let rewritten: Set<UInt32> = [
    0x0008_0018, 0x0020_000D, 0x0020_000E, 0x0400_0561,
  ]

  private static func attributes(_ bytes: Data, except: Set<UInt32>) throws -> [String] {
    var options = ReadOptions()
    options.maximumValueBytes = 64 << 20
    let file = try DICOMFile.read(bytes: [UInt8](bytes), options: options)
    #expect(file.problem == nil)
    return file.dataSet.elements.filter { !except.contains($0.tag.rawValue) }.map {
      "\($0.tag) \($0.vr) \($0.bytes.map { sha256(Data($0)) } ?? "\($0.items.count) items")"
    }
  }

  @Test(.timeLimit(.minutes(5))) func aMixedFolderIsTakenApart() async throws {
    let site = try await ClientSite.open()
    defer { site.close() }
    let folder = try site.workplace.makeFolder("mixed")
    let made = try SyntheticStudy(files: 5, rows: 64)
    var sources: [String: (digest: String, bytes: Data, isSecond: Bool)] = [:]
    for (number, file) in made.files.enumerated() {
      var set = try DICOMFile.read(bytes: [UInt8](file.bytes)).dataSet
      if number >= 3 {
        set.set(.patientName, .pn, "SYNTHETIC^OTHER")
        set.set(.patientID, .lo, "SYN-2")
      }
      let bytes = Data(try DICOMWriter.part10(set))
      let path = folder.appendingPathComponent("\(file.id).dcm")
      try bytes.write(to: path)
      sources[path.path] = (sha256(bytes), bytes, number >= 3)
    }
    let screen = try ClientScreen(site.workplace)
    try await screen.see("● online")
    screen.type("2")
    try await screen.see("No uploads yet")
    try await screen.openWizard(folder, shows: "5 files")
    screen.type("n")
    try await screen.see("Read 5 files")
    try await screen.see("[!]")
    screen.type("o")
    try await screen.see("! 2 patients")
    screen.type("s")
    try await screen.see("± 2 changed")
    screen.type("\r")
    try await screen.see("2 studies of 2 patients")
    screen.type("n")
    try await screen.see("How urgent")
    screen.type("n")
    try await screen.see("Enter queue")
    screen.type("\r")
    try await Wait.until("the proof of both studies", within: .seconds(120)) {
      let queue = try await site.workplace.queue()
      return queue.count == 2 && queue.allSatisfy(\.isProven)
    }
    // What the history says of it.
    var histories: [String] = []
    for row in try await site.workplace.queue() {
      let shown = try await site.workplace.run(["queue", "show", row.uploadId])
      histories.append(shown.output)
    }
    #expect(histories.contains { $0.contains("2 images moved here from study \(made.study)") })

    // Read back: the first patient's images have their very bytes, the second one's differ in what
    // was meant to differ.
    var untouched = 0
    var copies: Set<String> = []
    for id in try await site.orthanc.instances() {
      let bytes = try await site.orthanc.get("/instances/\(id)/file").body
      if sources.values.contains(where: { $0.digest == sha256(bytes) && !$0.isSecond }) {
        untouched += 1
        continue
      }
      let set = try DICOMFile.read(bytes: [UInt8](bytes)).dataSet
      #expect(set.string(.patientID) == "SYN-2")
      #expect(set.string(.studyInstanceUID) != made.study)
      copies.insert(set.string(.studyInstanceUID) ?? "")
      let note = try #require(set.items(.originalAttributesSequence).last)
      let former = try #require(note.items(.modifiedAttributesSequence).first)
      #expect(former.string(.studyInstanceUID) == made.study)
      #expect(note.string(.modifyingSystem) == "RadRelay")
      let uid = try #require(former.string(.sopInstanceUID))
      let source = try #require(
        sources.values.first {
          (try? DICOMFile.read(bytes: [UInt8]($0.bytes)))?.dataSet.string(.sopInstanceUID) == uid
        })
      #expect(source.isSecond)
      #expect(
        try Self.attributes(bytes, except: Self.rewritten)
          == Self.attributes(source.bytes, except: Self.rewritten))
    }
    #expect(untouched == 3)
    #expect(try await site.orthanc.instances().count == 5)
    #expect(copies.count == 1)
    // The sources are what they were.
    for (path, source) in sources {
      #expect(sha256(try Data(contentsOf: URL(fileURLWithPath: path))) == source.digest)
    }
    try await screen.leave()
  }
}
