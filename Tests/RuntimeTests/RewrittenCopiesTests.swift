import DICOM
import Domain
import Foundation
import Store
import Testing

@testable import Runtime

/// Files that go out under another identity: copies in the spool, sources untouched.
@Suite struct RewrittenCopiesTests {
  private static func folder() throws -> URL {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("copies-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  private static func image(_ patient: String, _ number: Int) throws -> Data {
    var set = DataSet()
    set.useUTF8()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    set.set(.sopInstanceUID, .ui, "1.2.3.\(number)")
    set.set(.studyInstanceUID, .ui, "1.2")
    set.set(.seriesInstanceUID, .ui, "1.2.3")
    set.set(.patientName, .pn, "\(patient)^Test")
    set.set(.patientID, .lo, patient)
    set.set(.modality, .cs, "OT")
    set.set(.instanceNumber, .is, "\(number)")
    return Data(try DICOMWriter.part10(set))
  }

  @Test func copiesLieInTheSpoolAndTheHistoryTells() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let sources = folder.appendingPathComponent("in")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    var before: [String: Data] = [:]
    for number in 1...4 {
      let data = try Self.image(number > 2 ? "BOB" : "ADA", number)
      let path = sources.appendingPathComponent("\(number).dcm")
      try data.write(to: path)
      before[path.path] = data
    }
    var studies: [ScannedStudy] = []
    for await progress in StudyScan.run(roots: [sources.path]) { studies = progress.studies }
    #expect(studies.count == 1 && studies.first?.objection != nil)
    var organiser = await HeaderReading.organiser(of: studies)
    organiser.split(0, by: .patient)
    let drafts = organiser.result().map { study in
      var draft = StudyDraft(
        study: study.scanned.study, serviceLevel: .routine, clinicalHistory: "",
        files: study.scanned.files)
      draft.notes = study.record
      return draft
    }
    #expect(drafts.count == 2)
    let store = try Store(home: Home(folder: folder.appendingPathComponent("home").path))
    // The store itself takes no file that is still to be rewritten.
    await #expect(throws: StoreError.self) {
      _ = try await store.enqueue(drafts, owner: .nobody, now: Date())
    }
    let ids = try await RewrittenCopies.enqueue(
      drafts, owner: .nobody, in: store, now: Date(timeIntervalSince1970: 1_700_000_000))
    #expect(ids.count == 2)
    #expect(try store.spoolUsage().files == 2)
    let second = try #require(try await store.uploadDetail(ids[1], fileLimit: 10))
    #expect(second.log.contains { $0.text.contains("2 images moved here from study 1.2") })
    for file in second.files {
      #expect(!file.path.hasPrefix(sources.path))
      let header = try ScannedInstance.read(path: file.path)
      #expect(header.patientID == "BOB")
      #expect(header.studyInstanceUID == second.upload.study.studyInstanceUID)
      #expect(header.studyInstanceUID != "1.2")
      #expect(header.sopInstanceUID == file.sopInstanceUID)
      #expect(header.byteCount == file.byteCount)
    }
    let first = try #require(try await store.uploadDetail(ids[0], fileLimit: 10))
    #expect(first.files.allSatisfy { before[$0.path] != nil })
    for (path, data) in before {
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == data)
    }
  }

  /// A file under a wrong patient goes to the right one, and takes nothing of the other along.
  @Test func theOtherPatientsDataStaysOnlyInTheRecord() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let sources = folder.appendingPathComponent("in")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    let comments = DICOM.Tag(0x0010, 0x4000)
    let others = DICOM.Tag(0x0010, 0x1002)
    for number in 1...4 {
      let (patient, study) = number > 3 ? ("BOB", "1.9") : ("ADA", "1.2")
      var set = try DICOMFile.read(bytes: [UInt8](Self.image(patient, number))).dataSet
      set.set(.studyInstanceUID, .ui, study)
      set.set(.seriesInstanceUID, .ui, study + ".3")
      set.set(comments, .lt, "comment on \(patient)")
      set.set(.referringPhysicianName, .pn, "DOCTOR^\(patient)")
      set.set(.studyID, .sh, patient + (number == 1 ? "-1" : ""))
      set.set(DICOM.Tag(0x0010, 0x2180), .sh, "job of \(patient)")
      var item = DataSet()
      item.set(.patientID, .lo, "other-\(patient)")
      set.set(others, items: [item])
      try Data(DICOMWriter.part10(set)).write(to: sources.appendingPathComponent("\(number).dcm"))
    }
    var studies: [ScannedStudy] = []
    for await progress in StudyScan.run(roots: [sources.path]) { studies = progress.studies }
    var organiser = await HeaderReading.organiser(of: studies)
    let place = try #require(organiser.instances.firstIndex { $0.found.patientID == "BOB" })
    let target = try #require(organiser.containers.first { $0.identity.patientID == "ADA" }).id
    var moved = RangeSet<Int>()
    moved.insert(contentsOf: place..<place + 1)
    organiser.move(moved, to: target)
    organiser.override(target, reason: "wrong worklist entry")
    let result = try #require(organiser.result().first { $0.id == target })
    let draft = StudyDraft(
      study: result.scanned.study, serviceLevel: .routine, clinicalHistory: "",
      files: result.scanned.files)
    let store = try Store(home: Home(folder: folder.appendingPathComponent("home").path))
    let ids = try await RewrittenCopies.enqueue([draft], owner: .nobody, in: store, now: Date())
    let detail = try #require(try await store.uploadDetail(ids[0], fileLimit: 10))
    let copy = try #require(detail.files.first { !$0.path.hasPrefix(sources.path) })
    var set = try DICOMFile.read(path: copy.path).dataSet
    let note = try #require(set.items(.originalAttributesSequence).last)
    let former = try #require(note.items(.modifiedAttributesSequence).first)
    #expect(former.string(comments) == "comment on BOB")
    #expect(former.items(others).first?.string(.patientID) == "other-BOB")
    #expect(former.string(.patientID) == "BOB")
    set[.originalAttributesSequence] = nil
    set.visit { element in
      let text = element.bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
      #expect(!text.contains("BOB"), "\(element.tag)")
    }
    // What the right patient's files agree on.
    #expect(set.string(comments) == "comment on ADA")
    #expect(set.items(others).first?.string(.patientID) == "other-ADA")
    #expect(set.string(.referringPhysicianName) == "DOCTOR^ADA")
    #expect(set[.studyID]?.bytes == [], "they do not agree on it")
  }

  @Test func aSourceThatChangedLeavesNothingInTheSpool() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("1.dcm")
    try Self.image("ADA", 1).write(to: path)
    let found = try ScannedInstance.read(path: path.path)
    var file = DraftFile(found)
    file.modifiedAt += 1
    file.rewrite = InstanceRewrite(
      changes: [AttributeChange(tag: .sopInstanceUID, from: "1.2.3.1", to: "2.25.1")])
    let draft = StudyDraft(
      study: StudySummary(studyInstanceUID: "1.2"), serviceLevel: .routine, clinicalHistory: "",
      files: [file])
    let store = try Store(home: Home(folder: folder.appendingPathComponent("home").path))
    await #expect(throws: DICOMError.self) {
      _ = try await RewrittenCopies.enqueue([draft], owner: .nobody, in: store, now: Date())
    }
    #expect(try store.spoolUsage().files == 0)
  }
}
