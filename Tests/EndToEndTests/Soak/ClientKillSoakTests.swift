import Domain
import Foundation
import Store
import TestSupport
import Testing

/// 10,000 times `kill -9` of the client at whatever it does then: reading, handing over, opening its
/// store, logging in, sending, completing, waiting for proof; by the clock, and at a random byte of
/// what it sends. A relay between the two counts. CI has its share in ``ClientKillTests``.
@Suite(
  .serialized,
  .enabled(if: KillLoad.isSoak, "a soak: RADRELAY_SOAK=1, or make soak"),
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct ClientKillSoakTests {
  private static let workers = 2
  /// Requests with chunks that can be under way when a process dies: two for each of the four that
  /// a process begins with.
  private static let mostOnTheWay = 8

  /// What a kill met, by what the store has of the study afterwards.
  private enum Stage: String, CaseIterable {
    case handover = "while reading and handing over"
    case beginning = "before the first chunk"
    case sending = "with a study half sent"
    case completing = "with every chunk sent"
    case proof = "while waiting for proof"
  }

  /// What a worker saw.
  private struct Tally: Sendable {
    var kills: [Stage: Int] = [:]
    var allKills: Int { kills.values.reduce(0, +) }
    /// Kills that met chunks on their way, their bytes, and the most of one kill.
    var whileOnTheWay = 0
    var onTheWay: Int64 = 0
    var most = 0
    var studies = 0
    var bytes: Int64 = 0
    /// SHA-256 of each instance that was handed over.
    var instances: [String: String] = [:]
    /// Bytes of chunks that the relay saw beyond one time each; that the client says of itself.
    var again: Int64 = 0
    var told: Int64 = 0
    var problems: [String] = []

    mutating func count(_ onTheWay: CountingRelay.OnTheWay, _ stage: Stage) {
      kills[stage, default: 0] += 1
      if onTheWay.chunks > 0 { whileOnTheWay += 1 }
      self.onTheWay += onTheWay.bytes
      most = max(most, onTheWay.chunks)
    }
  }

  @Test(.timeLimit(.minutes(600)))
  func theClientIsKilledTenThousandTimes() async throws {
    let kills = SoakCount.of("RADRELAY_SOAK_CLIENT_KILLS", 10_000)
    let began = ContinuousClock.now
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
    func sum<T: AdditiveArithmetic>(_ value: (Tally) -> T) -> T {
      tallies.reduce(.zero) { $0 + value($1) }
    }
    var wanted: [String: String] = [:]
    for tally in tallies {
      #expect(tally.problems.isEmpty, "\(tally.problems.prefix(5))")
      wanted.merge(tally.instances) { $0 + $1 }
    }
    let held = try await GatewayHoldings.read(site.data)
    #expect(held.instances == wanted, "instances differ from their files")
    let (made, studies) = (sum(\.allKills), sum(\.studies))
    #expect(
      held.uploads == studies, "\(held.uploads) uploads at the gateway for \(studies) studies")
    let stages = Stage.allCases.map { stage in "\(sum { $0.kills[stage] ?? 0 }) \(stage.rawValue)" }
    let most = tallies.map(\.most).max() ?? 0
    print(
      "ClientKillSoakTests: \(made) kills of the client by \(Self.workers) workers in "
        + "\(began.duration(to: .now).components.seconds) s: \(stages.joined(separator: ", ")); "
        + "\(sum(\.whileOnTheWay)) of them with chunks on their way (\(sum(\.onTheWay)) bytes, at "
        + "most \(most) requests); \(studies) studies of \(sum(\.bytes)) bytes arrived once, "
        + "\(wanted.count) instances with their bytes; \(sum(\.again)) bytes went over the wire "
        + "again, \(made > 0 ? sum(\.again) / Int64(made) : 0) for each kill; told were "
        + "\(sum(\.told))")
    #expect(sum(\.again) <= sum(\.onTheWay), "more than what was on its way at the kills")
    #expect(sum(\.again) <= sum(\.told), "the client tells less than it sent again")
    #expect(most <= Self.mostOnTheWay)
    #expect(made >= kills / Self.workers * Self.workers)
    for stage in Stage.allCases {
      #expect(sum { $0.kills[stage] ?? 0 } * 100 >= made, "too few kills \(stage.rawValue)")
    }
  }

  private static func work(_ worker: Int, _ kills: Int, _ port: Int) async throws -> Tally {
    let workplace = try ClientWorkplace()
    defer { withExtendedLifetime(workplace) {} }
    let relay = try CountingRelay(to: port)
    defer { relay.close() }
    try await workplace.logIn(port: relay.port)
    let store = try Store(
      home: Home(folder: workplace.home.path), options: StoreOptions(hearsOtherProcesses: false))
    var random = SeededRandom(seed: UInt64(20_261_121 + worker))
    var tally = Tally()
    var handover = KillPace()
    var sending = KillPace()
    while tally.allKills < kills {
      let study = try load(tally.studies, seed: worker * 1_000_000 + tally.studies + 1)
      let folder = try workplace.makeFolder("study")
      for file in study.files {
        try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
        tally.instances[file.sopInstanceUID] = file.sha256
      }
      tally.studies += 1
      tally.bytes += study.byteCount
      let before = relay.payloadBytes
      var queued: Upload?
      var attempts = 0
      while queued == nil {
        attempts += 1
        try #require(attempts < 2_000, "a study cannot be handed over")
        let end = try await handover.run(["upload", folder.path], workplace, relay, &random)
        if case .killed(let onTheWay) = end { tally.count(onTheWay, .handover) }
        queued = try await newest(store, study.study)
      }
      guard var upload = queued else { continue }
      if upload.fileCount != study.files.count { tally.problems.append("half a handover") }
      while !upload.state.isProven {
        attempts += 1
        try #require(attempts < 4_000, "\(upload.state): \(upload.reason)")
        let left = upload.byteCount - upload.sentBytes
        let end =
          left > 0 && Int.random(in: 0..<3, using: &random) > 0
          ? try await KillPace.run(
            ["sync"], workplace, relay, after: .random(in: 0...(left + 8_192), using: &random))
          : try await sending.run(["sync"], workplace, relay, &random)
        upload = try await store.upload(upload.id) ?? upload
        if case .killed(let onTheWay) = end { tally.count(onTheWay, stage(upload)) }
        // Nothing is told to be there that never went out.
        if upload.sentBytes > relay.payloadBytes - before {
          tally.problems.append("told \(upload.sentBytes) bytes that were not sent")
        }
        if upload.state.isFinal, !upload.state.isProven {
          tally.problems.append("\(upload.state): \(upload.reason)")
          break
        }
      }
      tally.again += relay.payloadBytes - before - study.byteCount
      tally.told += upload.resentBytes
      try FileManager.default.removeItem(at: folder)
    }
    let all = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 1)).page.total
    if all != tally.studies { tally.problems.append("\(all) uploads of \(tally.studies) studies") }
    return tally
  }

  /// By turns: many small files, which travel together, some of a middle size, and two of several
  /// chunks. None of them gets clearly smaller by compression: what the relay counts are the chunks'
  /// bytes.
  private static func load(_ number: Int, seed: Int) throws -> SyntheticStudy {
    let (files, rows) = [(32, 64), (12, 128), (2, 560)][number % 3]
    return try SyntheticStudy(files: files, rows: rows, seed: UInt64(seed), isIncompressible: true)
  }

  private static func stage(_ upload: Upload) -> Stage {
    if upload.state == .stored || upload.state.isProven { return .proof }
    if upload.sentBytes == 0 { return .beginning }
    return upload.sentBytes < upload.byteCount ? .sending : .completing
  }

  private static func newest(_ store: Store, _ study: String) async throws -> Upload? {
    let rows = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 5)).page.rows
    let found = rows.filter { $0.study.studyInstanceUID == study }
    #expect(found.count <= 1, "handed over twice")
    return found.first
  }
}
