import DICOM
import Foundation
import Gateway
import GatewayEmbedded
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
struct BuiltInArchiveTests {
  @Test func conforms() async throws {
    let folder = try TemporaryFolder()
    let archive = try BuiltInArchive(folder: folder.url)
    #expect(archive.keepsBytes)
    try await ArchiveConformance(archive: archive).run(StorableFiles.all)
  }

  @Test func otherBytesUnderOneUIDAreRefusedAndTheFirstStay() async throws {
    let folder = try TemporaryFolder()
    let archive = try BuiltInArchive(folder: folder.url.appendingPathComponent("archive"))
    let file = try #require(StorableFiles.some.first)
    _ = try await archive.store([file.instance], study: file.study)
    var bytes = try Data(contentsOf: file.instance.file)
    bytes[bytes.count - 1] ^= 1
    let other = try folder.instance(file.instance.sopInstanceUID, bytes)
    guard
      case .refused(let reason, true) = try await archive.store([other], study: file.study)[0]
        .result
    else {
      Issue.record("not refused for good")
      return
    }
    #expect(reason.contains("same SOP Instance UID"))
    let kept = try await archive.retrieve(
      study: file.study, series: file.series, instance: file.instance.sopInstanceUID,
      limit: 1 << 24)
    #expect(try kept == Data(contentsOf: file.instance.file))
    // Another study than announced.
    let second = StorableFiles.some[1]
    guard
      case .refused(_, true) = try await archive.store([second.instance], study: "1.2.3")[0].result
    else {
      Issue.record("not refused")
      return
    }
  }

  @Test func survivesReopeningAndFindsDamage() async throws {
    let folder = try TemporaryFolder()
    let file = try #require(StorableFiles.some.first)
    do {
      let archive = try BuiltInArchive(folder: folder.url)
      _ = try await archive.store([file.instance], study: file.study)
    }
    let archive = try BuiltInArchive(folder: folder.url)
    let kept = try #require(
      try await archive.files(study: file.study, series: nil, instance: nil).first)
    #expect(try Data(contentsOf: kept.file) == Data(contentsOf: file.instance.file))
    let mode = try FileManager.default.attributesOfItem(atPath: kept.file.path)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o600)
    // No name on the disk says anything about a patient or a study.
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
    #expect(
      !names.contains { $0.contains(file.study) || $0.contains(file.instance.sopInstanceUID) })
    var bytes = try Data(contentsOf: kept.file)
    bytes[1000] ^= 0xFF
    try bytes.write(to: kept.file)
    await #expect(throws: ArchiveError.self) {
      try await archive.retrieve(
        study: file.study, series: file.series, instance: file.instance.sopInstanceUID,
        limit: 1 << 24)
    }
  }

  /// A settled file gets a second name, any other is copied; both outlive their source.
  @Test func whatIsSettledIsNotCopied() async throws {
    let folder = try TemporaryFolder()
    let archive = try BuiltInArchive(folder: folder.url.appendingPathComponent("archive"))
    for (number, isSettled) in [(0, true), (1, false)] {
      let file = StorableFiles.some[number]
      let bytes = try Data(contentsOf: file.instance.file)
      var instance = try folder.instance(file.instance.sopInstanceUID, bytes)
      instance.isSettled = isSettled
      let outcome = try await archive.store([instance], study: file.study)
      try #require(outcome.map(\.result) == [.stored])
      let kept = try #require(
        try await archive.files(
          study: file.study, series: file.series, instance: instance.sopInstanceUID
        ).first)
      func node(_ url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path)[.systemFileNumber] as? Int
      }
      #expect(try (node(kept.file) == node(instance.file)) == isSettled)
      try FileManager.default.removeItem(at: instance.file)
      #expect(try Data(contentsOf: kept.file) == bytes)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: archive.incomingFolder.path)
    #expect(left.isEmpty)
  }

  @Test func searches() async throws {
    let folder = try TemporaryFolder()
    let archive = try BuiltInArchive(folder: folder.url)
    for (study, files) in StorableFiles.byStudy(StorableFiles.all) {
      _ = try await archive.store(files.map(\.instance), study: study)
    }
    func names(_ match: ArchiveQuery.Match) async throws -> [String] {
      try await archive.search(ArchiveQuery(level: .study, matches: [.patientName: match]))
        .map { $0.text("00100010") }
    }
    #expect(try await names(.pattern("compressedsamples^c*")).contains("CompressedSamples^CT1"))
    #expect(try await names(.pattern("CompressedSamples^MR?")).contains("CompressedSamples^MR1"))
    #expect(try await names(.anyOf(["COMPRESSEDSAMPLES^CT1"])).count >= 1)
    #expect(try await names(.pattern("[A-Z]*")).isEmpty)
    let dated = try await archive.search(
      ArchiveQuery(level: .study, matches: [.studyDate: .range("20040101", "20041231")]))
    #expect(!dated.isEmpty)
    #expect(dated.allSatisfy { $0.text("00080020").hasPrefix("2004") })
    let modality = try await archive.search(
      ArchiveQuery(level: .study, matches: [.modalitiesInStudy: .anyOf(["SR"])]))
    #expect(!modality.isEmpty)
    // Pages do not overlap and lose nothing.
    var uids: [String] = []
    while true {
      let page = try await archive.search(
        ArchiveQuery(level: .instance, limit: 37, offset: uids.count))
      if page.isEmpty { break }
      uids += page.map { $0.text("00080018") }
    }
    #expect(uids.count == StorableFiles.all.count)
    #expect(Set(uids) == Set(StorableFiles.all.map(\.instance.sopInstanceUID)))
  }
}
