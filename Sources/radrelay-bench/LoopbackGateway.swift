import Domain
import Foundation
import GatewayClient
import Logging
import Store
import Sync
import Wire

/// The real `radrelay-gateway` with its built-in archive, on a free loopback port.
struct LoopbackGateway {
  /// One set of connections; it lives as long as the process.
  static let transport = GatewayTransport()
  static let user = "bench"
  static let password = "Correct-Horse-9"
  private let folder: String
  let origin: String
  let child: Child

  init(folder: String) async throws {
    self.folder = folder
    let program = try Machine.sibling("radrelay-gateway")
    let data = folder + "/gateway"
    try Child.run(
      program,
      [
        "user", "add", Self.user, "--role", "radiographer", "--data", data, "--password-stdin",
      ], input: Self.password + "\n")
    let pipe = try Child.makePipe()
    child = try Child.start(
      program, ["serve", "--data", data, "--port", "0", "--quiet"], output: pipe[1])
    close(pipe[1])
    defer { close(pipe[0]) }
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 4_096, read(pipe[0], &byte, 1) == 1, byte != 0x0A { line.append(byte) }
    guard
      let answer = try? JSONDecoder().decode([String: String].self, from: Data(line)),
      let origin = answer["listening"]
    else {
      child.end()
      throw BenchError("the gateway did not start")
    }
    self.origin = origin
  }

  func stop() { child.end() }

  /// What one upload took: wall seconds to stored and to proven, processor seconds of the client and
  /// of the gateway, archive included.
  struct Sent {
    var stored = 0.0
    var proven = 0.0
    var cpu = 0.0
    var gateway = 0.0
  }

  /// Sends a study as the workstation does: scan first, then (measured) hand over and send.
  func take(_ study: UploadFiles, home: String) async throws -> Sent {
    let store = try Store(home: Home(folder: home))
    defer { try? store.close() }
    let engine = SyncEngine(
      store: store, makeLink: GatewayClient.linkMaker(Self.transport),
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    _ = try await engine.login(
      server: origin, username: Self.user, password: Self.password)
    var last = ScanProgress()
    for await progress in StudyScan.run(roots: [study.folder]) { last = progress }
    let drafts = last.studies.map {
      StudyDraft(study: $0.study, serviceLevel: .routine, clinicalHistory: "", files: $0.files)
    }
    let gatewayBefore = child.cpuSeconds
    let clock = ContinuousClock.now
    let begin = Measure.now()
    let owner = try await store.account()?.owner ?? .nobody
    let ids = try await store.enqueue(drafts, owner: owner, now: Date())
    let watch = Task { () -> Double in
      for await _ in store.changes {
        for id in ids {
          if let state = try? await store.upload(id)?.state,
            [.stored, .verified, .committed].contains(state)
          {
            return clock.duration(to: .now) / .seconds(1)
          }
        }
      }
      return Double.infinity
    }
    let uploads = try await engine.waitUntilSettled(ids)
    var sent = Sent()
    let taken = Measure.since(begin)
    sent.proven = taken.wall
    sent.cpu = taken.cpu
    sent.gateway = child.cpuSeconds - gatewayBefore
    sent.stored = min(await watch.value, taken.wall)
    guard !uploads.isEmpty, uploads.allSatisfy({ $0.state.isProven }) else {
      throw BenchError(
        "the upload ended as \(uploads.map { "\($0.state.rawValue): \($0.reason)" })")
    }
    return sent
  }

  /// Sends the same bytes by curl to the chunk endpoint of one session, a file a chunk.
  func takeRaw(_ study: UploadFiles, parallel: Int) async throws -> Double {
    let link = GatewayClient(try GatewayOrigin(origin), transport: Self.transport)
    let pair = try await link.login(LoginRequest(username: Self.user, password: Self.password))
    let answer = try await link.initialise(
      InitRequest(
        studyMetadata: StudyMetadata(
          patientName: "Bench^Raw", studyDate: "20260101", modality: "MR"),
        totalFiles: study.paths.count,
        totalSizeBytes: Int64(study.paths.reduce(0) { $0 + $1.size })),
      access: pair.accessToken)
    let address = origin + Routes.base + Routes.chunk(answer.uploadID)
    let seconds = try Curl.put(
      study.paths.enumerated().map {
        ($1.path, "\(address)?chunk_index=0&file_id=file-\($0)")
      },
      headers: [
        "Authorization: Bearer \(answer.uploadToken)", "Content-Type: application/octet-stream",
        "Expect:",
      ], configuration: folder + "/curl-raw.conf", parallel: parallel)
    try await link.cancel(answer.uploadID, access: pair.accessToken)
    return seconds
  }
}
