import DICOM
import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Runtime

/// Studies of which a person says something else than their files: from a folder and an archive.
@Suite struct OverriddenCopiesTests {
  private final class Place {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("overrides-\(UUID().uuidString.prefix(8))")
    init() throws {
      try FileManager.default.createDirectory(
        at: url.appendingPathComponent("in"), withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }
  }

  /// Two images of a study, one of which spells its description otherwise.
  private static func images(_ study: String) throws -> [Data] {
    try (1...2).map { number in
      var set = DataSet()
      set.useUTF8()
      set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
      set.set(.sopInstanceUID, .ui, "\(study).3.\(number)")
      set.set(.studyInstanceUID, .ui, study)
      set.set(.seriesInstanceUID, .ui, "\(study).3")
      set.set(.patientName, .pn, "Ada^Test")
      set.set(.patientID, .lo, "P1")
      set.set(.studyDescription, .lo, number == 1 ? "head" : "Head")
      set.set(.modality, .cs, "OT")
      return Data(try DICOMWriter.part10(set))
    }
  }

  private static func scan(_ folder: URL) async -> [ScannedStudy] {
    var studies: [ScannedStudy] = []
    for await progress in StudyScan.run(roots: [folder.path]) { studies = progress.studies }
    return studies.sorted { $0.study.studyInstanceUID < $1.study.studyInstanceUID }
  }

  @Test func filesAndArchivesGoOutAsTheyWereSaidToBe() async throws {
    let place = try Place()
    let sources = place.url.appendingPathComponent("in")
    for (number, bytes) in try Self.images("1.1").enumerated() {
      try bytes.write(to: sources.appendingPathComponent("\(number).dcm"))
    }
    let archived = try Self.images("1.2")
    let zip = sources.appendingPathComponent("cd.zip")
    // Two entries of one name, as a careless program writes them.
    try StoredZip.make(archived.map { ("IM", $0) }).write(to: zip)
    let before = try FileManager.default.contentsOfDirectory(
      at: sources, includingPropertiesForKeys: nil
    ).map { ($0, try Data(contentsOf: $0)) }

    let studies = await Self.scan(sources)
    #expect(studies.map(\.study.studyInstanceUID) == ["1.1", "1.2"])
    let drafts = studies.map { study in
      var draft = StudyDraft(
        study: study.study, serviceLevel: .routine, clinicalHistory: "", files: study.files)
      draft.change(
        [.patientName: "Ada^Corrected", .studyDescription: "skull", .bodyPart: "HEAD"],
        reason: "typed wrongly")
      return draft
    }
    let store = try Store(home: Home(folder: place.url.appendingPathComponent("home").path))
    // Nothing goes into the queue that does not say yet what it was said to be.
    await #expect(throws: StoreError.self) {
      _ = try await store.enqueue([drafts[0]], owner: .nobody, now: Date())
    }
    let ids = try await RewrittenCopies.enqueue(drafts, owner: .nobody, in: store, now: Date())
    // The unpacked images that the rewriting read are gone: one copy of each image is left.
    #expect(try store.spoolUsage().files == 4)
    for (number, id) in ids.enumerated() {
      let work = try #require(try await store.work(id))
      #expect(work.upload.study.patientName == "Ada^Corrected")
      #expect(work.overridden == [.bodyPart: ""], "the files say the rest themselves")
      #expect(work.files.count == 2)
      for file in work.files.map(\.file) {
        let header = try ScannedInstance.read(path: file.path)
        #expect(header.patientName == "Ada^Corrected" && header.patientID == "P1")
        #expect(header.studyDescription == "skull")
        #expect(header.sopInstanceUID == file.sopInstanceUID)
        let set = try DICOMFile.read(
          bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: file.path)))
        )
        .dataSet
        let note = try #require(set.items(.originalAttributesSequence).first)
        let former = try #require(note.items(.modifiedAttributesSequence).first)
        #expect(former.string(.patientName) == "Ada^Test")
        #expect(former.string(.sopInstanceUID)?.hasPrefix("1.\(number + 1).3.") == true)
      }
      let log = try #require(try await store.uploadDetail(id, fileLimit: 10)).log
      #expect(log.contains { $0.text.hasSuffix("reason: typed wrongly") })
    }
    for (url, bytes) in before { #expect(try Data(contentsOf: url) == bytes) }
  }

  /// Images inside of an archive are moved like others.
  @Test func theOrganiserMovesImagesOutOfArchives() async throws {
    let place = try Place()
    let sources = place.url.appendingPathComponent("in")
    try StoredZip.make(
      try Self.images("1.1").enumerated().map { ("A/\($0.offset)", $0.element) }
        + Self.images("1.2").enumerated().map { ("B/\($0.offset)", $0.element) }
    ).write(to: sources.appendingPathComponent("cd.zip"))
    var organiser = await HeaderReading.organiser(of: await Self.scan(sources))
    #expect(organiser.instances.count == 4 && organiser.instances.allSatisfy { $0.problem == nil })
    let isMerged = organiser.merge([0], into: 1)
    #expect(isMerged)
    let study = try #require(organiser.result().first)
    let draft = StudyDraft(
      study: study.scanned.study, serviceLevel: .routine, clinicalHistory: "",
      files: study.scanned.files)
    let store = try Store(home: Home(folder: place.url.appendingPathComponent("home").path))
    let id = try #require(
      try await RewrittenCopies.enqueue([draft], owner: .nobody, in: store, now: Date()).first)
    #expect(try store.spoolUsage().files == 4)
    let files = try #require(try await store.work(id)).files.map(\.file)
    let studies = try files.map { try ScannedInstance.read(path: $0.path).studyInstanceUID }
    #expect(studies == ["1.2", "1.2", "1.2", "1.2"])
  }

  @Test func aFileThatIsGoneStopsAllOfIt() async throws {
    let place = try Place()
    let sources = place.url.appendingPathComponent("in")
    for (number, bytes) in try Self.images("1.1").enumerated() {
      try bytes.write(to: sources.appendingPathComponent("\(number).dcm"))
    }
    let study = try #require(await Self.scan(sources).first)
    try FileManager.default.removeItem(at: sources.appendingPathComponent("1.dcm"))
    var draft = StudyDraft(
      study: study.study, serviceLevel: .routine, clinicalHistory: "", files: study.files)
    draft.change([.patientID: "P2"], reason: "x")
    let store = try Store(home: Home(folder: place.url.appendingPathComponent("home").path))
    await #expect(throws: StoreError.self) {
      _ = try await RewrittenCopies.enqueue([draft], owner: .nobody, in: store, now: Date())
    }
    #expect(try store.spoolUsage().files == 0)
  }
}
