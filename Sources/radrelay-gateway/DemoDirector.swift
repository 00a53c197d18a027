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

  /// Makes what is missing.
  /// - Returns: the accounts that were made now.
  func prepare(hasher: PasswordHasher) async throws -> [String] {
    var made: [String] = []
    for account in DemoAccounts.all
    where try await catalogue.account(named: account.username) == nil {
      try await Accounts.add(
        name: account.username, fullName: account.fullName, role: account.role,
        facility: account.facility, password: DemoAccounts.password, to: catalogue, hasher: hasher)
      made.append(account.username)
    }
    guard made.contains(DemoAccounts.user),
      let owner = try await catalogue.account(named: DemoAccounts.user)?.user
    else { return made }
    for teachingCase in try DemoCases.all(on: Date()) {
      try await catalogue.publish(teachingCase)
    }
    let history = DemoHistory.make(
      now: Date(), owner: owner.username, facility: owner.facility.name, gateway: "")
    try await catalogue.importHistory(history.uploads, history.reports, owner: owner)
    return made
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await report()
        } catch is CancellationError {
          return
        } catch {
          logger.warning("the demo radiologist stumbled", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(1))
      }
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
    FileHandle.standardOutput.write(Data(line.utf8))
  }
}
