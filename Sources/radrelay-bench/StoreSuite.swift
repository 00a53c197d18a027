import ArgumentParser
import Domain
import Foundation
import Store

/// Times of the store's queries and commits on a store that `seed` filled.
struct StoreSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Measure queries and durable commits of a seeded store.")

  @Argument(help: "A folder filled by `radrelay-bench seed`.") var folder: String
  @Option(help: "Runs of each query.") var runs = 30

  func run() async throws {
    let home = Home(folder: folder)
    let opening = ContinuousClock.now
    let store = try Store(home: home)
    row("open", [ContinuousClock.now - opening])
    try await measure("frame") { _ = try await store.frame() }
    try await uploads(store)
    try await reports(store)
    try await cases(store)
    for period in [DashboardPeriod.oneMonth, .sixMonths, .all] {
      try await measure("dashboard \(period.rawValue)") {
        _ = try await store.dashboard(period, now: Date(), timeZone: .current)
      }
    }
    try await commits(store)
  }

  private func uploads(_ store: Store) async throws {
    let total = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 1)).page.total
    for offset in [0, total / 4, total / 2, max(0, total - 100)] {
      try await measure("uploads at \(offset) of \(total)") {
        _ = try await store.uploads(UploadFilter(), Window(offset: offset, limit: 100))
      }
    }
    let proven: Set<UploadState> = [.verified, .committed]
    for (name, filter) in [
      ("state failed", UploadFilter(states: [.failed])),
      ("states verified, committed", UploadFilter(states: proven)),
      ("text müller", UploadFilter(text: "müller")), ("text c", UploadFilter(text: "c")),
      ("text sato ct, failed", UploadFilter(text: "sato ct", states: [.failed])),
    ] {
      let count = try await store.uploads(filter, Window(offset: 0, limit: 1)).page.total
      for offset in [0, max(0, count - 100)] {
        try await measure("uploads \(name) at \(offset) of \(count)") {
          _ = try await store.uploads(filter, Window(offset: offset, limit: 100))
        }
      }
    }
  }

  private func reports(_ store: Store) async throws {
    for (name, filter) in [
      ("all", ReportFilter()), ("ready", ReportFilter(status: .ready)),
      ("text pneumo", ReportFilter(text: "pneumo")),
      ("text small eff, ready", ReportFilter(text: "small eff", status: .ready)),
    ] {
      let count = try await store.reports(filter, Window(offset: 0, limit: 1)).page.total
      for offset in [0, count / 2] {
        try await measure("reports \(name) at \(offset) of \(count)") {
          _ = try await store.reports(filter, Window(offset: offset, limit: 100))
        }
      }
    }
  }

  private func cases(_ store: Store) async throws {
    for (name, filter) in [
      ("all", CaseFilter()), ("CT", CaseFilter(modality: "CT")),
      ("CT head", CaseFilter(modality: "CT", bodyPart: "Head")),
      ("text chronic frac", CaseFilter(text: "chronic frac")),
    ] {
      let count = try await store.cases(filter, Window(offset: 0, limit: 1)).page.total
      for offset in [0, count / 2] {
        try await measure("cases \(name) at \(offset) of \(count)") {
          _ = try await store.cases(filter, Window(offset: offset, limit: 100))
        }
      }
    }
  }

  /// Durable commits in a store of its own beside the seeded one, on the same disk.
  private func commits(_ store: Store) async throws {
    let scratch = folder + "/scratch-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let store = try Store(home: Home(folder: scratch))
    let chunks = 2_000
    let ids = try await store.enqueue(
      [StoreProbe.draft(files: 1, number: 0, bytes: Int64(chunks) * 10)], owner: StoreProbe.owner,
      now: Date())
    guard let id = ids.first, let file = try await store.work(id)?.files.first?.file.id else {
      return
    }
    let session = GatewaySession(remoteID: "r", uploadToken: "t", chunkSize: 10)
    for lanes in [1, 4, 16] {
      try await store.beginSession(id, session, resumed: false, at: Date())
      let begin = ContinuousClock.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<lanes {
          group.addTask {
            for chunk in stride(from: lane, to: chunks, by: lanes) {
              try await store.acknowledge(store.beginChunk(chunk, of: file, session: "r"))
            }
          }
        }
        try await group.waitForAll()
      }
      let seconds = (ContinuousClock.now - begin) / .seconds(1)
      print(
        "durable chunk acknowledgements, \(lanes) at a time: "
          + "\(Int(Double(chunks) / seconds)) a second")
    }
  }

  private func measure(_ name: String, _ work: () async throws -> Void) async throws {
    var times: [Duration] = []
    for _ in 0..<max(1, runs) {
      let begin = ContinuousClock.now
      try await work()
      times.append(ContinuousClock.now - begin)
    }
    row(name, times)
  }

  private func row(_ name: String, _ times: [Duration]) {
    let sorted = times.sorted()
    let median = sorted[sorted.count / 2] / .milliseconds(1)
    let worst = (sorted.last ?? .zero) / .milliseconds(1)
    let padded = name.padding(toLength: 48, withPad: " ", startingAt: 0)
    print(padded + String(format: "median %8.2f ms   worst %8.2f ms", median, worst))
  }
}
