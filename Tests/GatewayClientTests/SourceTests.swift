import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Sync

@Suite("Sources that change", .timeLimit(.minutes(15)))
struct SourceTests {
  private func overwrite(_ path: String, bytes: Int) throws {
    let new = Data((0..<bytes).map { _ in UInt8.random(in: 0...255) })
    try new.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  @Test(arguments: [true, false])
  func changedBeforeSendingIsHeldAndThenSentAsItIs(extensions: Bool) async throws {
    try await withBench(extensions: extensions) { bench in
      let paths = try bench.write([700, 3 * 1024])
      let id = try await bench.enqueue(paths)
      try overwrite(paths[1], bytes: 3 * 1024)
      let held = try await bench.settle(id)
      #expect(held.state == .held)
      #expect(held.reason.contains(paths[1]))
      #expect(bench.gateway.pacs.isEmpty)

      try await bench.store.command(.retry, id, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state.hasArrived(extensions), "\(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  /// The file changes while its chunks go out: what arrives in the PACS is the old or the new file,
  /// never a mixture.
  @Test(arguments: [true, false], [false, true])
  func changedInTheMiddleNeverMixes(extensions: Bool, sameStat: Bool) async throws {
    var options = Bench.options
    options.parallelChunks = 1
    try await withBench(extensions: extensions, options: options) { bench in
      let paths = try bench.write([20 * 1024])
      let old = try bench.digests(paths)
      let id = try await bench.enqueue(paths)
      let path = paths[0]
      bench.gateway.onChunk { count in
        guard count == 8 else { return }
        var before = stat()
        stat(path, &before)
        // In place, so that the inode stays; with the old time when the change is to be hidden.
        guard let handle = FileHandle(forUpdatingAtPath: path) else { return }
        try? handle.seek(toOffset: 0)
        try? handle.write(contentsOf: Data(repeating: 7, count: 20 * 1024))
        try? handle.close()
        if sameStat {
          var times = [before.st_atim, before.st_mtim]
          utimensat(AT_FDCWD, path, &times, 0)
        }
      }
      let held = try await bench.settle(id)
      #expect(held.state == .held, "\(held.state) \(held.reason)")
      #expect(held.reason.contains(path))
      #expect(bench.gateway.pacs.isEmpty)

      bench.gateway.onChunk(nil)
      try await bench.store.command(.retry, id, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state.hasArrived(extensions), "\(upload.reason)")
      #expect(bench.gateway.pacs == (try bench.digests(paths)))
      #expect(bench.gateway.pacs.isDisjoint(with: old))
    }
  }

  @Test func vanishedAndUnreadableFilesAreNamed() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([700, 800])
      let id = try await bench.enqueue(paths)
      let away = paths[0] + ".away"
      try FileManager.default.moveItem(atPath: paths[0], toPath: away)
      var upload = try await bench.settle(id)
      #expect(upload.state == .held && upload.reason.contains(paths[0]))
      try FileManager.default.moveItem(atPath: away, toPath: paths[0])
      try await bench.store.command(.retry, id, at: bench.clock.now)
      upload = try await bench.settle(id)
      #expect(upload.state.isProven, "\(upload.state) \(upload.reason)")
      try bench.expectNoFalseClaim(upload, paths)
    }
  }

  @Test func aFileThatNowBelongsToAnotherPatientIsNeverSent() async throws {
    var options = Bench.options
    options.describe = { path in
      SourceDescription(
        file: try Bench.draft(path), studyInstanceUID: "1.2.3", patientID: "SOMEBODY ELSE")
    }
    try await withBench(extensions: true, options: options) { bench in
      let paths = try bench.write([700, 800])
      let id = try await bench.enqueue(paths)
      try overwrite(paths[0], bytes: 700)
      #expect(try await bench.settle(id).state == .held)
      try await bench.store.command(.retry, id, at: bench.clock.now)
      let upload = try await bench.settle(id)
      #expect(upload.state == .held)
      #expect(upload.reason.contains("another study or patient"))
      #expect(bench.gateway.requests("PUT chunk") == 0)
    }
  }

  @Test func anEmptyFileIsNamed() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([700, 0])
      let upload = try await bench.settle(try await bench.enqueue(paths))
      #expect(upload.state == .held && upload.reason.contains(paths[1]))
    }
  }
}
