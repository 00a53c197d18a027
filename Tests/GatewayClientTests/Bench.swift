import Crypto
import Domain
import Foundation
import GatewayClient
import Store
import Synchronization
import TestSupport
import Testing

@testable import Sync

/// A clock that jumps: sleeping takes a millisecond and moves the time by what was asked.
final class FastClock: Sendable {
  private let offset = Mutex<TimeInterval>(0)
  private let begin = Date()
  private let slept = Mutex<Int>(0)

  var now: Date { begin.addingTimeInterval(offset.withLock { $0 }) }
  var sleeps: Int { slept.withLock { $0 } }

  /// Somebody sets the clock.
  func set(by seconds: TimeInterval) { offset.withLock { $0 += seconds } }

  var timing: Timing {
    Timing(
      now: { self.now },
      sleep: { seconds in
        try await Task.sleep(for: .milliseconds(1))
        self.offset.withLock { $0 += max(0, min(seconds, 600)) }
        self.slept.withLock { $0 += 1 }
      }, random: { 0.5 })
  }
}

/// A workstation on a fault gateway: a store in a folder of its own, synthetic files, an engine.
final class Bench: Sendable {
  let folder: URL
  let store: Store
  let gateway: FaultGateway
  let clock = FastClock()
  let transport: GatewayTransport
  let engine: SyncEngine

  init(
    _ gateway: FaultGateway, options: SyncOptions? = nil,
    limits: GatewayTransport.Limits = .init(
      connect: 10, request: 20, complete: 20, chunk: 20, eventSilence: 20),
    folder: URL? = nil,
    through wrap: @escaping @Sendable (any GatewayLink) -> any GatewayLink = { $0 }
  ) throws {
    self.gateway = gateway
    self.folder =
      folder
      ?? FileManager.default.temporaryDirectory.appendingPathComponent(
        "radrelay-sync-\(UInt64.random(in: 0 ... .max))")
    store = try Store(home: Home(folder: self.folder.appendingPathComponent("home").path))
    transport = GatewayTransport(limits: limits)
    engine = SyncEngine(
      store: store,
      makeLink: { [transport] in wrap(try GatewayClient.linkMaker(transport)($0)) },
      options: options ?? Bench.options, timing: clock.timing)
  }

  static var options: SyncOptions {
    SyncOptions(
      parallelChunks: 4, chunkSize: 1024,
      describe: { path in
        SourceDescription(
          file: try Bench.draft(path), studyInstanceUID: "1.2.3", patientID: "P1")
      })
  }

  func login() async throws {
    _ = try await engine.login(server: gateway.origin, username: "ann", password: "secret")
  }

  func tearDown() async {
    await transport.shutdown()
    try? store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  static func draft(_ path: String) throws -> DraftFile {
    var status = stat()
    guard stat(path, &status) == 0 else { throw POSIXError(.ENOENT) }
    return DraftFile(
      path: path, byteCount: Int64(status.st_size),
      modifiedAt: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      inode: UInt64(status.st_ino),
      sopInstanceUID: "1.2.3.\(abs(path.hashValue % 1_000_000))",
      sopClassUID: "1.2.840.10008.5.1.4.1.1.2",
      seriesInstanceUID: "1.2.3.1", transferSyntaxUID: "1.2.840.10008.1.2.1")
  }

  /// Writes files of the given sizes and returns their paths.
  func write(_ sizes: [Int], study: String = "a") throws -> [String] {
    let place = folder.appendingPathComponent("study-\(study)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    return try sizes.enumerated().map { number, size in
      let file = place.appendingPathComponent("\(number).dcm")
      try Data((0..<size).map { _ in UInt8.random(in: 0...255) }).write(to: file)
      return file.path
    }
  }

  func enqueue(
    _ paths: [String], name: String = "DOE^JANE", level: ServiceLevel = .routine,
    study: String = "1.2.3", owner: UploadOwner? = nil
  ) async throws -> UploadID {
    let login = try await store.account()?.owner
    return try await store.enqueue(
      [
        StudyDraft(
          study: StudySummary(
            studyInstanceUID: study, patientName: name, patientID: "P1", studyDate: "20260101",
            modality: "CT", instanceCount: paths.count),
          serviceLevel: level, clinicalHistory: "", files: paths.map(Bench.draft))
      ], owner: owner ?? login ?? .nobody, now: clock.now)[0]
  }

  func digests(_ paths: [String]) throws -> Set<String> {
    Set(
      try paths.map { path in
        SHA256.hash(data: try Data(contentsOf: URL(fileURLWithPath: path)))
          .map { String(format: "%02x", $0) }.joined()
      })
  }

  /// Sends until the upload is settled; fails when that takes too many attempts.
  func settle(_ id: UploadID) async throws -> Upload {
    let uploads = try await engine.waitUntilSettled([id])
    return try #require(uploads.first)
  }

  /// The truth: an upload that claims to be in the PACS is there, byte for byte.
  func expectNoFalseClaim(
    _ upload: Upload, _ paths: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(gateway.oddNames == [], sourceLocation: sourceLocation)
    let isAllThere = try digests(paths).isSubset(of: gateway.pacs)
    if upload.state.isProven || upload.state == .unproven {
      #expect(
        isAllThere, "\(upload.state) although the PACS lacks something: \(upload.reason)",
        sourceLocation: sourceLocation)
    } else {
      #expect(
        !upload.reason.isEmpty, "\(upload.state) without a word", sourceLocation: sourceLocation)
    }
  }
}

/// Runs a test on a fresh gateway and workstation.
func withBench(
  extensions: Bool, options: SyncOptions? = nil,
  limits: GatewayTransport.Limits = .init(
    connect: 10, request: 20, complete: 20, chunk: 20, eventSilence: 20),
  _ body: (Bench) async throws -> Void
) async throws {
  let gateway = try await FaultGateway(extensions: extensions)
  let bench = try Bench(gateway, options: options, limits: limits)
  do {
    try await bench.login()
    try await body(bench)
  } catch {
    await bench.tearDown()
    await gateway.stop()
    throw error
  }
  await bench.tearDown()
  await gateway.stop()
}

extension UploadState {
  /// True when the study is where it should be, as far as the gateway can say.
  func hasArrived(_ extensions: Bool) -> Bool { extensions ? isProven : self == .unproven }
}
