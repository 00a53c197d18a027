import ArgumentParser
import Domain
import Foundation
import Store

/// Fills a store with synthetic rows, an account included, so that the application opens on data
/// without a gateway. The same numbers give the same rows.
struct Seed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fill a store with synthetic cases, uploads and reports.")

  @Argument(help: "The folder that RADRELAY_HOME will name; made if there is none.")
  var folder: String
  @Option(help: "Teaching cases.") var cases = 1_000
  @Option(help: "Uploads.") var uploads = 1_000
  @Option(help: "Reports, each of an upload while there are any.") var reports = 1_000
  @Option(help: "Notifications.") var notifications = 40

  func run() async throws {
    let store = try Store(home: Home(folder: folder))
    var rows = SyntheticRows(now: Date(), uploads: uploads)
    let begin = ContinuousClock.now
    try await store.save(rows.account)
    try await inBatches(of: uploads) { try await store.importHistory(rows.uploads($0)) }
    try await inBatches(of: reports) {
      try await store.apply(RemoteChanges(reports: rows.reports($0)), at: rows.now)
    }
    try await inBatches(of: cases) {
      try await store.apply(RemoteChanges(cases: rows.cases($0)), at: rows.now)
    }
    try await store.apply(
      RemoteChanges(notifications: rows.notifications(0..<notifications)), at: rows.now)
    try await store.recordSync(at: rows.now)
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    print(
      "\(folder): \(uploads) uploads, \(reports) reports, \(cases) cases, "
        + "\(notifications) notifications in \(String(format: "%.1f", seconds)) s")
  }

  private func inBatches(
    of total: Int, _ work: (Range<Int>) async throws -> Void
  ) async throws {
    for start in stride(from: 0, to: max(0, total), by: 5_000) {
      try await work(start..<min(total, start + 5_000))
    }
  }
}
