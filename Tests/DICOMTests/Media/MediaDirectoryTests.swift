import Foundation
import TestSupport
import Testing

@testable import DICOM

@Suite struct MediaDirectoryTests {
  static let tree: [DirectoryMaker.Record] = [
    .record(
      "PATIENT", [],
      [
        .record(
          "STUDY", [],
          [
            .record(
              "SERIES", [],
              [
                .record("IMAGE", ["IMAGES", "A1"], []), .record("IMAGE", ["IMAGES", "A2"], []),
              ]),
            .record("SERIES", [], [.record("IMAGE", ["IMAGES", "SUB", "B1"], [])]),
          ])
      ]),
    .record("PATIENT", [], []),
  ]

  @Test func theTreeFollowsTheOffsets() throws {
    let folder = try TestFolder()
    let path = try folder.write("DICOMDIR", try DirectoryMaker.bytes(Self.tree))
    let index = try MediaDirectory.read(path: path)
    #expect(index.problems.isEmpty && index.root == folder.path)
    #expect(index.records.map(\.type) == ["PATIENT", "PATIENT"])
    let study = try #require(index.records[0].children.first)
    #expect(study.type == "STUDY" && study.children.map(\.children.count) == [2, 1])
    #expect(study.children[1].children[0].fileID == ["IMAGES", "SUB", "B1"])
  }

  @Test func filesAreFoundInAnyCaseAndNowhereElse() throws {
    let folder = try TestFolder()
    try folder.write("outside.dcm", [1])
    try folder.write("cd/images/a1", [1])
    try folder.write("cd/images/A2.;1", [1])
    try folder.link("cd/out", to: "..")
    let path = try folder.write(
      "cd/DICOMDIR",
      try DirectoryMaker.bytes([
        .record("IMAGE", ["IMAGES", "A1"], []), .record("IMAGE", ["IMAGES", "A2"], []),
        .record("IMAGE", ["IMAGES", "A3"], []), .record("IMAGE", ["..", "OUTSIDE.DCM"], []),
        .record("IMAGE", ["OUT", "OUTSIDE.DCM"], []), .record("IMAGE", ["/etc", "passwd"], []),
        .record("IMAGE", [".", "IMAGES", "A1"], []),
        .record("IMAGE", Array(repeating: "IMAGES", count: 70), []),
      ]))
    let found = try MediaDirectory.read(path: path).references()
    #expect(
      found.map { $0.path.map { String($0.dropFirst(folder.path.count)) } } == [
        "/cd/images/a1", "/cd/images/A2.;1", nil, nil, nil, nil, nil, nil,
      ])
    #expect(found[2].problem == "named in the DICOMDIR, and not there")
    #expect(found[4].problem == "a link in its path leads out of the medium")
    #expect(
      found.dropFirst(5).allSatisfy { $0.problem == "its name in the DICOMDIR is no file ID" })
  }

  @Test func circlesAndLostRecordsEnd() throws {
    let circle = try DirectoryMaker.bytes(Self.tree) { items in
      // The last image leads back to the first patient, a study to itself.
      let first = items[1].int(Tag(0x0004, 0x1420)) ?? 0
      items[3].set(Tag(0x0004, 0x1400), .ul, ints: [first])
      items[2].set(Tag(0x0004, 0x1420), .ul, ints: [first])
    }
    let index = try MediaDirectory(try DICOMFile.read(bytes: circle))
    #expect(index.problems.contains { $0.contains("reached twice") })
    var count = 0
    for record in index.records { record.visit { _ in count += 1 } }
    #expect(count == 8)
    // Offsets that lead nowhere: every record is still given.
    let lost = try DirectoryMaker.bytes(Self.tree) { items in
      for place in items.indices {
        items[place].set(Tag(0x0004, 0x1420), .ul, ints: [7])
        items[place].set(Tag(0x0004, 0x1400), .ul, ints: [9])
      }
    }
    let flat = try MediaDirectory(try DICOMFile.read(bytes: lost))
    #expect(flat.records.count == 8 && !flat.problems.isEmpty)
    // Deleted records do not count.
    let deleted = try DirectoryMaker.bytes(Self.tree) { items in
      for place in items.indices { items[place].set(Tag(0x0004, 0x1410), .us, ints: [0]) }
    }
    #expect(try MediaDirectory(try DICOMFile.read(bytes: deleted)).records.isEmpty)
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func directoriesOfTheCorpusAreRead() throws {
    let folder = try #require(SharedData.dicom).appendingPathComponent(
      "pydicom/test_files/dicomdirtests")
    var types: [String: Int] = [:]
    for name in ["DICOMDIR", "DICOMDIR-implicit", "DICOMDIR-bigEnd", "DICOMDIR-reordered"] {
      let index = try MediaDirectory.read(path: folder.appendingPathComponent(name).path)
      #expect(index.problems.isEmpty, "\(name): \(index.problems)")
      for record in index.records { record.visit { types["\(name) \($0.type)", default: 0] += 1 } }
      // All file IDs of the index are on the medium.
      let references = index.references()
      #expect(!references.isEmpty, "\(name)")
      if name == "DICOMDIR" { #expect(references.allSatisfy { $0.problem == nil }) }
    }
    // Four ways of writing one index.
    let counts = Set(types.filter { $0.key.hasSuffix("IMAGE") }.map(\.value))
    #expect(counts.count == 1, "\(types)")
    let empty = try MediaDirectory.read(
      path: folder.appendingPathComponent("DICOMDIR-empty.dcm").path)
    #expect(empty.records.isEmpty && empty.references().isEmpty)
    for name in ["DICOMDIR-nooffset", "DICOMDIR-nopatient"] {
      let index = try? MediaDirectory.read(path: folder.appendingPathComponent(name).path)
      #expect(index?.records.isEmpty != true, "\(name)")
    }
  }
}
