import Domain
import Foundation
import Testing

@testable import Store

/// A folder of its own that goes with the test.
final class Sandbox: Sendable {
  let home: Home
  init() {
    home = Home(folder: NSTemporaryDirectory() + "radrelay-store-" + UUID().uuidString)
  }
  deinit { try? FileManager.default.removeItem(atPath: home.data) }

  func open(_ options: StoreOptions = StoreOptions()) throws -> Store {
    try Store(home: home, options: options)
  }
}

let t0 = Date(timeIntervalSince1970: 1_790_000_000)

func draft(
  name: String = "Doe^Jane", files: Int = 1, bytes: Int64 = 100, level: ServiceLevel = .routine,
  modality: String = "CT", description: String = ""
) -> StudyDraft {
  StudyDraft(
    study: StudySummary(
      studyInstanceUID: "1.2.3", patientName: name, patientID: "P1",
      studyDescription: description, modality: modality),
    serviceLevel: level, clinicalHistory: "",
    files: (0..<files).map { file(number: $0, bytes: bytes) })
}

func file(number: Int = 0, bytes: Int64 = 100) -> DraftFile {
  DraftFile(
    path: "/tmp/file\(number)", byteCount: bytes, modifiedAt: 1, inode: .max,
    sopInstanceUID: "1.2.3.\(number)", sopClassUID: "1", seriesInstanceUID: "1.2.3.4",
    transferSyntaxUID: "1.2.840.10008.1.2.1")
}

extension UploadOwner {
  static let anna = UploadOwner(
    gateway: "http://g", username: "anna", facility: Facility(id: FacilityID("n"), name: "North"))
  static let ben = UploadOwner(
    gateway: "http://g", username: "ben", facility: Facility(id: FacilityID("n"), name: "North"))
}

extension Store {
  func enqueue(_ drafts: [StudyDraft], now: Date = t0) async throws -> [UploadID] {
    try await enqueue(drafts, owner: .anna, now: now)
  }

  /// A chunk that was sent and acknowledged.
  @discardableResult
  func acknowledge(_ file: FileID, chunk: Int, session: String) async throws -> Bool {
    try await acknowledge(beginChunk(chunk, of: file, session: session))
  }

  /// One upload of one session.
  func started(_ draft: StudyDraft, remoteID: String = "r1") async throws -> UploadWork {
    let id = try #require(try await enqueue([draft]).first)
    try await transition(id, to: .sending, at: t0)
    try await beginSession(
      id, GatewaySession(remoteID: remoteID, uploadToken: "t", chunkSize: 30), resumed: false,
      at: t0)
    return try #require(try await work(id))
  }

  func names(_ filter: UploadFilter = UploadFilter(), limit: Int = 1000) async throws -> [String] {
    try await uploads(filter, Window(offset: 0, limit: limit)).page.rows
      .map(\.study.patientName)
  }
}

/// `radrelay-bench store-probe`: another process on the same store.
final class Probe {
  private let process = Process()
  private let output = Pipe()

  init(_ home: Home, _ work: String, count: Int? = nil) throws {
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("radrelay-bench")
    process.arguments =
      ["store-probe", home.data, work] + (count.map { ["--count", "\($0)"] } ?? [])
    process.standardOutput = output
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var pid: Int32 { process.processIdentifier }

  /// Lines until there are `count`, or until the process ends.
  func lines(_ count: Int = .max) -> [String] {
    var text = Data()
    var complete: [String] = []
    while complete.count < count {
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { break }
      text += more
      while let end = text.firstIndex(of: 10) {
        complete.append(String(decoding: text[text.startIndex..<end], as: UTF8.self))
        text = Data(text[text.index(after: end)...])
      }
    }
    return complete
  }

  /// SIGKILL, and everything that it still had said.
  func killNow() -> [String] {
    kill(process.processIdentifier, SIGKILL)
    let rest = lines()
    process.waitUntilExit()
    return rest
  }

  func waitUntilExit() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
