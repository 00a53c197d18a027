import Foundation
import Gateway
import TestSupport
import Testing

/// What every ``Archive`` must do, run over each of them.
struct ArchiveConformance {
  let archive: any Archive
  /// Why an archive may refuse a sound file, by SOP class; empty for none.
  var mayRefuse: (StorableFiles.File) -> Bool = { _ in false }

  func run(_ files: [StorableFiles.File]) async throws {
    try #require(!files.isEmpty)
    try await unknown()
    var stored: [StorableFiles.File] = []
    for (study, files) in StorableFiles.byStudy(files) {
      let instances = files.map(\.instance)
      let outcomes = try await archive.store(instances, study: study)
      try #require(outcomes.map(\.sopInstanceUID) == instances.map(\.sopInstanceUID))
      for (file, outcome) in zip(files, outcomes) {
        if outcome.result == .stored {
          stored.append(file)
        } else {
          let name = file.instance.file.lastPathComponent
          #expect(mayRefuse(file), "\(name): \(outcome.result)")
        }
      }
    }
    for (study, files) in StorableFiles.byStudy(stored) {
      // Everything stored is found, nothing else, with what the files say about themselves.
      let found = try await archive.instances(ofStudy: study)
      let expected = files.map {
        ArchivedInstance(
          seriesInstanceUID: $0.series, sopInstanceUID: $0.instance.sopInstanceUID,
          sopClassUID: $0.instance.sopClassUID, modality: $0.modality)
      }
      #expect(found.count == Set(found).count)
      #expect(Set(found) == Set(expected))
      // Once more is no error.
      let again = try await archive.store(files.map(\.instance), study: study)
      #expect(again.allSatisfy { $0.result == .stored })
      #expect(try await archive.instances(ofStudy: study).count == files.count)
    }
    try await retrieval(stored)
    try await corrupt(files)
  }

  private func unknown() async throws {
    #expect(try await archive.instances(ofStudy: "1.2.3.4.5") == [])
    await #expect(throws: ArchiveError.notFound) {
      try await archive.retrieve(study: "1.2.3", series: "1.2", instance: "1", limit: 1 << 20)
    }
  }

  private func retrieval(_ stored: [StorableFiles.File]) async throws {
    for file in stored {
      let bytes = try await archive.retrieve(
        study: file.study, series: file.series, instance: file.instance.sopInstanceUID,
        limit: 64 << 20)
      if archive.keepsBytes {
        let original = try Data(contentsOf: file.instance.file)
        #expect(bytes == original, "\(file.instance.file.lastPathComponent) is not the same")
        try await comparison(file, original)
      } else {
        #expect(bytes.dropFirst(128).prefix(4) == Data("DICM".utf8))
      }
    }
    let largest = try #require(stored.max { $0.instance.byteCount < $1.instance.byteCount })
    await #expect(throws: ArchiveError.self) {
      try await archive.retrieve(
        study: largest.study, series: largest.series, instance: largest.instance.sopInstanceUID,
        limit: Int(largest.instance.byteCount) - 1)
    }
  }

  private func comparison(_ file: StorableFiles.File, _ bytes: Data) async throws {
    let sent = SentInstance(
      studyInstanceUID: file.study, seriesInstanceUID: file.series,
      sopInstanceUID: file.instance.sopInstanceUID, byteCount: Int64(bytes.count),
      sha256: TestFile.hex(bytes))
    #expect(try await archive.givesBack(sent))
    var other = sent
    other.sha256 = TestFile.hex(bytes + [0])
    #expect(try await !archive.givesBack(other))
    var unknown = sent
    unknown.sopInstanceUID += ".1"
    await #expect(throws: ArchiveError.notFound) { try await archive.givesBack(unknown) }
  }

  /// Bad files among good ones: each has its own result, and the good ones are stored.
  private func corrupt(_ files: [StorableFiles.File]) async throws {
    let folder = try TemporaryFolder()
    let largest = try #require(
      StorableFiles.byStudy(files).max { $0.files.count < $1.files.count })
    try #require(largest.files.count >= 4)
    let good = largest.files.prefix(4).map(\.instance)
    let noise = Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 151 >> 3) })
    let whole = try Data(contentsOf: good[1].file)
    let bad = [
      try folder.instance("1.2.3.1", noise),
      try folder.instance("1.2.3.2", whole.prefix(whole.count / 2)),
      OutgoingInstance(
        sopInstanceUID: "1.2.3.3", sopClassUID: "1.2",
        file: URL(fileURLWithPath: "/does/not/exist"),
        byteCount: 100),
    ]
    let mixed = [good[0], bad[0], good[1], good[2], bad[1], bad[2], good[3]]
    let outcomes = try await archive.store(mixed, study: largest.study)
    try #require(outcomes.map(\.sopInstanceUID) == mixed.map(\.sopInstanceUID))
    #expect([0, 2, 3, 6].allSatisfy { outcomes[$0].result == .stored })
    for index in [1, 4, 5] {
      guard case .refused(let reason, let isFinal) = outcomes[index].result else {
        Issue.record("a bad file counts as stored")
        continue
      }
      #expect(!reason.isEmpty)
      // The missing file is the gateway's fault and may come back.
      #expect(isFinal == (index != 5), "\(reason)")
    }
  }
}
