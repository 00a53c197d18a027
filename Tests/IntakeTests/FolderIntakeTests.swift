import Demonstration
import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Intake

/// A real folder under inotify.
@Suite struct FolderIntakeTests {
  /// What an intake did, and how the queue behaves.
  final class Record: Sendable {
    private let state = Mutex<(studies: [ScannedStudy], events: [FolderIntake.Event], fails: Int)>(
      ([], [], 0))
    var studies: [ScannedStudy] { state.withLock { $0.studies } }
    var events: [FolderIntake.Event] { state.withLock { $0.events } }
    func fail(times: Int) { state.withLock { $0.fails = times } }
    func note(_ event: FolderIntake.Event) { state.withLock { $0.events.append(event) } }
    func take(_ study: ScannedStudy) throws {
      try state.withLock { state in
        if state.fails > 0 {
          state.fails -= 1
          throw IntakeError.watching("the queue", "full")
        }
        state.studies.append(study)
      }
    }
  }

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("radrelay-intake-" + UUID().uuidString)
  private let record = Record()

  private func intake(
    quiet: TimeInterval = 0.3, timing: IntakeTiming = .real,
    isQueued: @escaping FolderIntake.IsQueued = { _ in [] }
  ) -> FolderIntake {
    FolderIntake(
      root: folder.path, quiet: quiet, timing: timing, isQueued: isQueued,
      take: { [record] study in
        try record.take(study)
        return .init(files: study.files.count, heldBecause: study.objection)
      }, tell: { [record] in record.note($0) })
  }

  private func withFolder(_ body: () async throws -> Void) async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body()
  }

  /// Writes demonstration studies; sizes are small.
  private func write(_ count: Int, into name: String) throws -> [DemoStudies.Written] {
    try DemoStudies.write(
      to: folder.appendingPathComponent(name), studies: Array(DemoStudy.all.prefix(count)),
      size: 32)
  }

  private func sorted(_ studies: [ScannedStudy]) -> [String] {
    studies.flatMap(\.files).map(\.path).sorted()
  }

  @Test func studiesThatAppearAreTakenOnceAndWhole() async throws {
    try await withFolder {
      let before = try write(1, into: "before")
      let intake = intake()
      let running = Task { try await intake.run() }
      try await Wait.until("the study that was there", within: .seconds(120)) {
        record.studies.count == 1
      }
      let after = try write(2, into: "later/deeper")
      try Data("no DICOM".utf8).write(to: folder.appendingPathComponent("notes.txt"))
      try Data().write(to: folder.appendingPathComponent(".hidden"))
      let files = (before + after).flatMap(\.files).map(\.path).sorted()
      try await Wait.until("all files", within: .seconds(120)) {
        sorted(record.studies) == files
          && record.events.contains { event in
            if case .leftOut(let path, _) = event { return path.hasSuffix("notes.txt") }
            return false
          }
      }
      #expect(record.events.count { if case .leftOut = $0 { true } else { false } } == 1)
      running.cancel()
      await #expect(throws: CancellationError.self) { try await running.value }
    }
  }

  @Test func whatTheQueueHasAlreadyIsNotTakenAgain() async throws {
    try await withFolder {
      let written = try write(2, into: "studies")
      let known = Set(written[0].files.map(\.path))
      let left = try await intake(
        quiet: 0, isQueued: { files in known.intersection(files.keys) }
      ).once()
      #expect(left == 0)
      #expect(sorted(record.studies) == written[1].files.map(\.path).sorted())
    }
  }

  @Test func aQueueThatIsFullForAWhileLosesNothing() async throws {
    try await withFolder {
      let written = try write(1, into: "studies")
      record.fail(times: 3)
      // Time passes when somebody waits for it.
      let left = try await intake(quiet: 5, timing: FastTiming().timing).once()
      #expect(left == 0)
      #expect(sorted(record.studies) == written[0].files.map(\.path).sorted())
      #expect(record.events.count { if case .trouble = $0 { true } else { false } } == 3)
    }
  }

  /// A clock that jumps to the end of each wait.
  private final class FastTiming: Sendable {
    private let now = Mutex<TimeInterval>(0)

    var timing: IntakeTiming {
      IntakeTiming(
        seconds: { self.now.withLock { $0 } }, now: { Date(timeIntervalSince1970: 0) },
        sleep: { wait in self.now.withLock { $0 += wait } })
    }
  }

  @Test func aFolderThatIsNotThereIsSaid() async throws {
    await #expect(throws: IntakeError.self) { try await intake().run() }
    await #expect(throws: IntakeError.self) { _ = try await intake().once() }
  }
}
