import ArgumentParser
import Domain
import Foundation
import GatewayClient
import Logging
import Store
import Sync

/// `radrelay-bench stat`: how soon a STAT study is on the wire while four routine studies are being
/// sent over a slow line.
struct StatSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stat",
    abstract: "The first byte of a STAT study with four routine ones running, on a slow line.")

  @Option(help: "Bytes a second of the line.") var rate = 2_000_000
  @Option(help: "Milliseconds of one way.") var delay = 10
  @Option(help: "Repetitions; all are shown.") var runs = 3

  func run() async throws {
    var rows: [[String]] = []
    for number in 1...max(1, runs) { rows.append(try await once(number)) }
    Table.print(["STAT", "to its first chunk, ms", "chunk time, ms (median, longest)"], rows)
  }

  private func once(_ number: Int) async throws -> [String] {
    let root = NSTemporaryDirectory() + "radrelay-bench-stat-\(getpid())-\(number)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let gateway = try await LoopbackGateway(folder: root)
    defer { gateway.stop() }
    guard let port = URL(string: gateway.origin)?.port else { throw BenchError("no port") }
    let proxy = try ThrottledProxy(
      to: port, rate: Double(rate), delay: Double(delay) / 1_000)
    defer { proxy.end() }
    let store = try Store(home: Home(folder: root + "/home"))
    defer { try? store.close() }
    let transport = GatewayTransport()
    let engine = SyncEngine(
      store: store, makeLink: GatewayClient.linkMaker(transport),
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    _ = try await engine.login(
      server: "http://127.0.0.1:\(proxy.port)", username: LoopbackGateway.user,
      password: LoopbackGateway.password)
    let owner = try await store.account()?.owner ?? .nobody
    let running = Task { await engine.runUntilCancelled() }
    for study in 0..<4 {
      let files = try UploadFiles(count: 40, pixels: 523_000, in: root + "/routine-\(study)")
      _ = try await enqueue(files, .routine, owner, store)
    }
    // All four are well under way.
    while proxy.requests.count(where: { $0.line.contains("/chunk") }) < 24 {
      try await Task.sleep(for: .milliseconds(10))
    }
    let files = try UploadFiles(count: 4, pixels: 523_000, in: root + "/stat")
    let drafts = try await self.drafts(files, .stat)
    let begin = proxy.now
    let ids = try await store.enqueue(drafts, owner: owner, now: Date())
    var first: Double?
    while first == nil {
      try await Task.sleep(for: .milliseconds(2))
      guard let remote = try await store.upload(ids[0])?.remoteID else { continue }
      first = proxy.requests.first { $0.line.contains("/\(remote)/chunk") }?.at
    }
    running.cancel()
    await running.value
    await transport.shutdown()
    // A chunk's time: from its request to the next one on the same connection.
    var last: [Int: Double] = [:]
    var times: [Double] = []
    for request in proxy.requests where request.at < (first ?? 0) {
      if let before = last[request.connection] { times.append(request.at - before) }
      last[request.connection] = request.line.contains("/chunk") ? request.at : nil
    }
    times.sort()
    let median = times.isEmpty ? 0 : times[times.count / 2]
    return [
      "\(rate / 1_000) kB/s, \(delay) ms", String(format: "%.0f", ((first ?? 0) - begin) * 1_000),
      String(format: "%.0f, %.0f", median * 1_000, (times.last ?? 0) * 1_000),
    ]
  }

  private func drafts(_ study: UploadFiles, _ level: ServiceLevel) async throws -> [StudyDraft] {
    var last = ScanProgress()
    for await progress in StudyScan.run(roots: [study.folder]) { last = progress }
    return last.studies.map {
      StudyDraft(
        study: $0.study, serviceLevel: level, clinicalHistory: "bench", files: $0.files)
    }
  }

  private func enqueue(
    _ study: UploadFiles, _ level: ServiceLevel, _ owner: UploadOwner, _ store: Store
  ) async throws -> [UploadID] {
    try await store.enqueue(try await drafts(study, level), owner: owner, now: Date())
  }
}

/// `radrelay-bench proxy`: a slow line to a port of this machine, until it is ended.
struct ProxyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy", abstract: "A slow line on loopback: prints its port and serves.")

  @Option(help: "Port of the server on 127.0.0.1.") var to: Int
  @Option(help: "Bytes a second in each direction.") var rate = 48_000
  @Option(help: "Milliseconds of one way.") var delay = 300

  func run() async throws {
    let proxy = try ThrottledProxy(to: to, rate: Double(rate), delay: Double(delay) / 1_000)
    print("{\"listening\":\(proxy.port)}")
    fflush(nil)
    while true { try await Task.sleep(for: .seconds(3_600)) }
  }
}
