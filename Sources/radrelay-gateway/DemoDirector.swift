import Demonstration
import Domain
import Foundation
import Gateway
import GatewayEmbedded
import Logging
import ServiceLifecycle

/// Plays the people around a demonstration: makes accounts, teaching cases and past work at the
/// first start, and writes a report some seconds after a study has arrived.
struct DemoDirector: Service {
  let catalogue: SQLiteCatalogue
  let archive: any Archive
  let temporary: URL
  /// Seconds from the arrival of a study to its report, shortest.
  let delay: TimeInterval
  let logger: Logger

  /// Makes the accounts that are missing.
  /// - Returns: their names.
  func prepare(hasher: PasswordHasher) async throws -> [String] {
    // At the same time: hashing a password takes long by design.
    try await withThrowingTaskGroup(of: String.self) { group in
      for account in DemoAccounts.all
      where try await catalogue.account(named: account.username) == nil {
        group.addTask {
          try await Accounts.add(
            name: account.username, fullName: account.fullName, role: account.role,
            facility: account.facility, password: DemoAccounts.password, to: catalogue,
            hasher: hasher)
          return account.username
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted()
    }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await attempt("the demonstration's past") { try await fill() }
      while !Task.isCancelled {
        await attempt("the demo radiologist") { try await report() }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func attempt(_ what: String, _ work: () async throws -> Void) async {
    do {
      try await work()
    } catch is CancellationError {
      return
    } catch {
      logger.warning("\(what) failed", metadata: ["error": "\(error)"])
    }
  }

  /// Past work and teaching cases, unless they are there. While the gateway answers already:
  /// drawing the pictures takes a while.
  private func fill() async throws {
    guard let owner = try await catalogue.account(named: DemoAccounts.user)?.user else { return }
    let nothing = Window(offset: 0, limit: 0)
    if try await catalogue.reports(scope: .own(owner.id), status: nil, window: nothing).total == 0 {
      let history = DemoHistory.make(
        now: Date(), owner: owner.username, facility: owner.facility.name, gateway: "")
      try await catalogue.importHistory(history.uploads, history.reports, owner: owner)
    }
    if try await catalogue.teachingCaseCount() == 0 {
      try await catalogue.publish(try DemoCases.all(on: Date()))
    }
  }

  /// Writes the reports that are due. Text and identifiers follow from the study, so that a report
  /// written twice is the same report.
  private func report() async throws {
    let page = try await catalogue.reports(
      scope: .all(UserID("")), status: .assigned, window: Window(offset: 0, limit: 20))
    for waiting in page.rows {
      guard let upload = try await catalogue.upload(waiting.upload),
        let verifiedAt = upload.verifiedAt, !upload.ownerName.isEmpty
      else { continue }
      let signedAt = verifiedAt.addingTimeInterval(delay)
      guard signedAt <= Date() else { continue }
      let demo = DemoReport.make(for: waiting.study)
      let bytes = Data(try demo.structuredReport(for: waiting.study, signedAt: signedAt))
      let facts = try await write(bytes) { file in
        let facts = try DICOMInstanceReader().read(file)
        let instance = OutgoingInstance(
          sopInstanceUID: facts.sopInstanceUID, sopClassUID: facts.sopClassUID, file: file,
          byteCount: Int64(bytes.count))
        _ = try await archive.store([instance], study: facts.studyInstanceUID)
        return facts
      }
      logger.debug("the demo radiologist signed", metadata: ["class": "\(facts.sopClassUID)"])
    }
  }

  private func write<Value>(_ bytes: Data, _ use: (URL) async throws -> Value) async throws -> Value
  {
    let file = temporary.appendingPathComponent("report-\(UUID().uuidString)")
    try bytes.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await use(file)
  }

  /// One line of JSON with the accounts that were made, for people and scripts.
  static func announce(_ accounts: [String]) {
    guard !accounts.isEmpty else { return }
    let names = accounts.map { "\"\($0)\"" }.joined(separator: ",")
    let line = "{\"demo_accounts\":[\(names)],\"password\":\"\(DemoAccounts.password)\"}\n"
    StandardStream.write(Data(line.utf8), to: STDOUT_FILENO)
  }
}
