import Domain
import Foundation
import GRDB
import TestSupport
import Testing

@testable import GatewayEmbedded

/// The power goes, at any moment, at both ends at once: what was not flushed is there in part, torn
/// or not at all. Nothing that was acknowledged is lost, nothing claims more than there is, and what
/// was queued arrives when the power is back.
@Suite(
  .serialized,
  .enabled(if: PowerRecording.isPossible, "needs the programs and libpower-log.so beside the tests")
)
struct PowerCutTests {
  @Test(.timeLimit(.minutes(60)))
  func nothingIsLostInAPowerCut() async throws {
    let seed: UInt64 = 20_261_121
    let cuts = KillLoad.isSoak ? SoakCount.of("RADRELAY_SOAK_POWER_CUTS", 1_000) : 40
    let finishes = max(2, cuts / 25)
    var random = SeededRandom(seed: seed)
    let recording = try await PowerRecording.make()
    let log = recording.log.records
    expectComplete(recording)
    // Not before somebody was promised something, but for a few.
    let first = log.firstIndex { $0.kind == .said } ?? 0
    var moments = (0..<cuts).map { cut in
      Int.random(in: (cut % 20 == 0 ? 0 : first)...log.count, using: &random)
    }.sorted()
    var disk = PowerDisk(root: recording.root)
    var promises = PowerPromises()
    var made = 0
    var finished = 0
    var torn = 0
    for (number, record) in log.enumerated() {
      while let moment = moments.first, moment == number {
        moments.removeFirst()
        let findings = try await cut(
          disk, promises, recording,
          finishes: made % max(1, cuts / finishes) == cuts / finishes / 2,
          &finished, &torn, &random)
        #expect(findings.isEmpty, "power cut before record \(number): \(findings.prefix(5))")
        made += 1
      }
      disk.follow(record)
      promises.hear(record)
    }
    #expect(promises.queued.count == 5 && promises.committed.count == 28)
    #expect(promises.chunks.count >= 20, "the recording has too few answers to show anything")
    print(
      "PowerCutTests: seed \(seed), \(made) power cuts within \(log.count) operations, "
        + "\(torn) of them with writes that were not flushed; after \(finished) of them the day went "
        + "on to its end; \(promises.chunks.count) acknowledged chunks, \(promises.queued.count) "
        + "studies, \(promises.committed.count) proven instances")
    #expect(made + moments.count == cuts && torn * 2 > made)
  }

  /// The log accounts for every byte that is there: otherwise it would prove nothing.
  private func expectComplete(_ recording: PowerRecording) {
    var disk = PowerDisk(root: recording.root)
    for record in recording.log.records { disk.follow(record) }
    let image = disk.complete().filter { recording.isOurs($0.key) }
    var files = 0
    for case (let path, let bytes?) in image where !path.hasSuffix("-shm") {
      let found = FileManager.default.contents(atPath: path)
      #expect(found == Data(bytes), "\(path) differs from what was noted")
      files += 1
    }
    for folder in ["workstation", "gateway"] {
      let names = FileManager.default.enumerator(atPath: "\(recording.root)/\(folder)")
      while let name = names?.nextObject() as? String {
        let path = "\(recording.root)/\(folder)/\(name)"
        #expect(image.keys.contains(path), "\(path) was made unnoticed")
      }
    }
    #expect(files > 30, "the recording has only \(files) files")
  }

  /// One power cut: the disks as they may be, checked, and in some cases the rest of the day.
  private func cut(
    _ disk: PowerDisk, _ promises: PowerPromises, _ recording: PowerRecording, finishes: Bool,
    _ finished: inout Int, _ torn: inout Int, _ random: inout SeededRandom
  ) async throws -> [String] {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let image = disk.afterPowerCut(using: &random)
    if image.mapValues({ $0?.count }) != disk.complete().mapValues({ $0?.count }) { torn += 1 }
    for (path, bytes) in image.sorted(by: { $0.key < $1.key }) where recording.isOurs(path) {
      let target = folder.url.path + path.dropFirst(recording.root.count)
      if let bytes {
        #expect(
          FileManager.default.createFile(
            atPath: target, contents: Data(bytes), attributes: [.posixPermissions: 0o600]))
      } else {
        try FileManager.default.createDirectory(
          atPath: target, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
    }
    let check = PowerCutCheck(
      home: folder.url.appendingPathComponent("workstation"),
      data: folder.url.appendingPathComponent("gateway"), promises: promises)
    do {
      let findings = try await check.findings()
      guard findings.isEmpty, finishes, !promises.queued.isEmpty else { return findings }
      finished += 1
      return try await goOn(check, recording)
    } catch {
      return ["\(error)"]
    }
  }

  /// The programs are started again: everything that was queued arrives, once and with its bytes.
  private func goOn(_ check: PowerCutCheck, _ recording: PowerRecording) async throws -> [String] {
    var workplace = try ClientWorkplace()
    workplace.home = check.home
    let gateway = try await GatewayProcess.start(data: check.data, port: recording.port)
    defer { gateway.process.send(9) }
    let sync = try await workplace.run(["sync"])
    guard sync.exitStatus == 0 else {
      return ["sync ended \(sync.exitStatus ?? -1): \(sync.errors)"]
    }
    let queue = try await workplace.queue()
    await gateway.process.stop()
    var found: [String] = []
    for id in check.promises.queued.keys where !queue.contains(where: { $0.uploadId == id }) {
      found.append("upload \(id) is gone")
    }
    let index = try ArchiveIndex.open(check.data.appendingPathComponent("archive/index.sqlite"))
    defer { try? index.close() }
    let held = try await index.read { try InstanceDigests.fetch($0) }
    for upload in queue {
      if !upload.isProven { found.append("\(upload.uploadId) ended \(upload.state)") }
      for study in recording.studies where study.study == upload.studyInstanceUid {
        for file in study.files where held[file.sopInstanceUID] != [file.sha256] {
          found.append(
            "\(file.sopInstanceUID) is in the archive as \(held[file.sopInstanceUID] ?? [])")
        }
      }
    }
    if queue.count > recording.studies.count { found.append("\(queue.count) uploads") }
    // With the bytes, whatever the index says.
    let again = PowerCutCheck(
      home: check.home, data: check.data, promises: check.promises)
    return found + (try await again.findings())
  }
}
