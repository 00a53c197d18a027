import ArgumentParser
import Domain
import Foundation
import Store

/// A second process on a store, for the tests of locking, crashes and notices. Prints a line for
/// everything that the store has confirmed.
struct StoreProbe: AsyncParsableCommand {
  enum Work: String, ExpressibleByArgument { case enqueue, acknowledge, lease }

  static let configuration = CommandConfiguration(
    commandName: "store-probe", abstract: "A second process on a store, for tests.",
    shouldDisplay: false)

  @Argument(help: "The store's folder.") var folder: String
  @Argument(help: "enqueue, acknowledge or lease.") var work: Work
  @Option(help: "How many times.") var count = 1_000_000

  func run() async throws {
    let home = Home(folder: folder)
    switch work {
    case .enqueue: try await enqueue(Store(home: home))
    case .acknowledge: try await acknowledge(Store(home: home))
    case .lease:
      let lease = try await SenderLease.acquire(home, program: "probe")
      say("acquired")
      try await Task.sleep(for: .seconds(600))
      withExtendedLifetime(lease) {}
    }
  }

  private func enqueue(_ store: Store) async throws {
    for number in 0..<count {
      let ids = try await store.enqueue(
        [Self.draft(files: 2, number: number)], owner: Self.owner, now: Date())
      for id in ids { say(id.rawValue) }
    }
  }

  /// Sends one upload's chunks, eight at a time.
  private func acknowledge(_ store: Store) async throws {
    let ids = try await store.enqueue(
      [Self.draft(files: 1, number: 0, bytes: Int64(count) * 10)], owner: Self.owner, now: Date())
    guard let id = ids.first, let file = try await store.work(id)?.files.first?.file.id else {
      return
    }
    let session = GatewaySession(remoteID: id.rawValue, uploadToken: "t", chunkSize: 10)
    try await store.beginSession(id, session, resumed: false, at: Date())
    say(id.rawValue)
    await withTaskGroup(of: Void.self) { group in
      for lane in 0..<8 {
        group.addTask {
          for chunk in stride(from: lane, to: count, by: 8) {
            do {
              let attempt = store.beginChunk(chunk, of: file, session: id.rawValue)
              try await store.acknowledge(attempt)
              say("\(chunk)")
            } catch { say("failed: \(error)") }
          }
        }
      }
    }
  }

  private func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    FileHandle.standardOutput.write(Data(bytes))
  }

  static let owner = UploadOwner(
    gateway: "http://localhost", username: "probe",
    facility: Facility(id: FacilityID("n"), name: "North"))

  static func draft(files: Int, number: Int, bytes: Int64 = 1000) -> StudyDraft {
    StudyDraft(
      study: StudySummary(
        studyInstanceUID: "1.2.3.\(number)", patientName: "Probe^\(number)", modality: "CT"),
      serviceLevel: .routine, clinicalHistory: "",
      files: (0..<files).map {
        DraftFile(
          path: "/nowhere/\($0)", byteCount: bytes, modifiedAt: 0, inode: 0,
          sopInstanceUID: "1.2.3.\(number).\($0)", sopClassUID: "1.2", seriesInstanceUID: "1.2.3.4",
          transferSyntaxUID: "1.2.840.10008.1.2.1")
      })
  }
}
