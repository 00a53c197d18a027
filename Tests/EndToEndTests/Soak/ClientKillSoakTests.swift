import Domain
import Foundation
import Store
import Synchronization
import TestSupport
import Testing

/// 10,000 times `kill -9` of the client, by the clock, at whatever it does then: reading, handing
/// over, opening its store, logging in, sending, waiting for proof. CI has its share in
/// ``ClientKillTests``.
@Suite(
  .serialized,
  .enabled(if: KillLoad.isSoak, "a soak: RADRELAY_SOAK=1, or make soak"),
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct ClientKillSoakTests {
  private static let workers = 2
  private static let filesOfStudy = 48
  /// What can be on the wire when a process dies: two chunks for each of the four that are sent at
  /// the same time.
  private static let mostAgain = 8

  /// What a worker saw.
  private struct Tally: Sendable {
    var kills = 0
    var whileHandingOver = 0
    /// Kills after which some files were acknowledged and some were not.
    var whileSending = 0
    var studies = 0
    /// SHA-256 of each instance that was handed over.
    var instances: [String: String] = [:]
    var bytesAgain: Int64 = 0
    var fileSize: Int64 = 1
    var problems: [String] = []
  }

  @Test(.timeLimit(.minutes(600)))
  func theClientIsKilledTenThousandTimes() async throws {
    let kills = SoakCount.of("RADRELAY_SOAK_CLIENT_KILLS", 10_000)
    let site = try ClientWorkplace()
    defer { withExtendedLifetime(site) {} }
    try await GatewayProcess.addUser("anna", data: site.data)
    let gateway = try await GatewayProcess.start(data: site.data)
    defer { gateway.process.send(9) }
    let port = gateway.port
    let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
      for worker in 0..<Self.workers {
        group.addTask { try await Self.work(worker, kills / Self.workers, port) }
      }
      return try await group.reduce(into: [Tally]()) { $0.append($1) }
    }
    await gateway.process.stop()
    var wanted: [String: String] = [:]
    for tally in tallies {
      #expect(tally.problems.isEmpty, "\(tally.problems.prefix(5))")
      wanted.merge(tally.instances) { $0 + $1 }
    }
    let held = try await GatewayHoldings.read(site.data)
    #expect(held.instances == wanted, "instances differ from their files")
    let studies = tallies.reduce(0) { $0 + $1.studies }
    #expect(
      held.uploads == studies, "\(held.uploads) uploads at the gateway for \(studies) studies")
    let made = tallies.reduce(0) { $0 + $1.kills }
    let again = tallies.reduce(0) { $0 + $1.bytesAgain / $1.fileSize }
    print(
      "ClientKillSoakTests: \(made) kills of the client by \(Self.workers) workers, "
        + "\(tallies.reduce(0) { $0 + $1.whileHandingOver }) while handing over, "
        + "\(tallies.reduce(0) { $0 + $1.whileSending }) with a study half sent; \(studies) studies "
        + "of \(Self.filesOfStudy) files arrived once, \(wanted.count) instances with their bytes; "
        + "\(again) chunks were sent again")
    #expect(again <= made * Self.mostAgain)
    #expect(made >= kills / Self.workers * Self.workers)
  }

  private static func work(_ worker: Int, _ kills: Int, _ port: Int) async throws -> Tally {
    let workplace = try ClientWorkplace()
    defer { withExtendedLifetime(workplace) {} }
    try await workplace.logIn(port: port)
    let store = try Store(
      home: Home(folder: workplace.home.path), options: StoreOptions(hearsOtherProcesses: false))
    var random = SeededRandom(seed: UInt64(20_261_121 + worker))
    var tally = Tally()
    var handover = KillPace()
    var sending = KillPace()
    while tally.kills < kills {
      let study = try SyntheticStudy(
        files: filesOfStudy, rows: 16, seed: UInt64(worker * 1_000_000 + tally.studies + 1))
      let folder = try workplace.makeFolder("study")
      for file in study.files {
        try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
        tally.instances[file.sopInstanceUID] = file.sha256
      }
      tally.fileSize = Int64(study.files[0].bytes.count)
      tally.studies += 1
      var queued: Upload?
      var attempts = 0
      while queued == nil {
        attempts += 1
        try #require(attempts < 2_000, "a study cannot be handed over")
        if try await handover.run(["upload", folder.path], workplace, &random) {
          tally.kills += 1
          tally.whileHandingOver += 1
        }
        queued = try await newest(store, study.study)
      }
      guard var upload = queued else { continue }
      if upload.fileCount != filesOfStudy { tally.problems.append("half a handover") }
      while !upload.state.isProven {
        attempts += 1
        try #require(attempts < 4_000, "\(upload.state): \(upload.reason)")
        let wasKilled = try await sending.run(["sync"], workplace, &random)
        upload = try await store.upload(upload.id) ?? upload
        if wasKilled {
          tally.kills += 1
          if upload.sentBytes > 0, upload.sentBytes < upload.byteCount { tally.whileSending += 1 }
        }
        if upload.state.isFinal, !upload.state.isProven {
          tally.problems.append("\(upload.state): \(upload.reason)")
          break
        }
      }
      tally.bytesAgain += upload.resentBytes
      try FileManager.default.removeItem(at: folder)
    }
    let all = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 1)).page.total
    if all != tally.studies { tally.problems.append("\(all) uploads of \(tally.studies) studies") }
    return tally
  }

  private static func newest(_ store: Store, _ study: String) async throws -> Upload? {
    let rows = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 5)).page.rows
    let found = rows.filter { $0.study.studyInstanceUID == study }
    #expect(found.count <= 1, "handed over twice")
    return found.first
  }
}

/// Kills a program at a random moment of the time that it takes when nobody kills it.
struct KillPace {
  /// In microseconds; grows with each end that came before the kill, and shrinks to it.
  private var length = 400_000.0

  /// - Returns: false when the program ended by itself.
  mutating func run(
    _ arguments: [String], _ workplace: ClientWorkplace, _ random: inout SeededRandom
  ) async throws -> Bool {
    let begin = ContinuousClock.now
    let child = try await workplace.start(arguments)
    try await Task.sleep(for: .microseconds(Int.random(in: 0...Int(length * 1.1), using: &random)))
    child.send(9)
    guard try await child.exit() == 128 + 9 else {
      let took = begin.duration(to: .now) / .microseconds(1)
      length = max(20_000, length * 0.8 + min(took, 2_000_000) * 0.2)
      return false
    }
    // Whoever never gets to the end needs more time.
    length = min(2_000_000, length * 1.01)
    return true
  }
}

/// How much of a soak is to be run: all, or what the environment says.
enum SoakCount {
  static func of(_ name: String, _ all: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? all
  }
}
