import DICOM
import Domain
import Foundation
import GatewayClient
import Logging
import Store
import Sync

/// The sending engine over HTTP, as every part of this program uses it.
enum Engine {
  /// One set of connections for the whole process; it lives as long as the process.
  private static let transport = GatewayTransport()

  /// - Parameter insecure: allow plain `http` to hosts other than this machine.
  static func make(store: Store, insecure: Bool = false) -> SyncEngine {
    var options = SyncOptions()
    options.describe = describe
    var logger = Logger(label: "radrelay") { label in
      StreamLogHandler.standardError(label: label)
    }
    logger.logLevel =
      ProcessInfo.processInfo.environment["RADRELAY_LOG"].flatMap(Logger.Level.init(rawValue:))
      ?? .warning
    return SyncEngine(
      store: store,
      // The connections are made when the first one is needed: their threads take a while.
      makeLink: { try GatewayClient.linkMaker(transport, insecure: insecure)($0) },
      options: options, logger: logger)
  }

  /// Sends the uploads, or watches another process send them, until none can move without a
  /// person.
  /// - Parameter timeout: seconds; the queue is kept when they are over.
  static func send(_ ids: [UploadID], store: Store, timeout: Int?) async throws {
    let engine = make(store: store)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await engine.waitUntilSettled(ids) }
      if let timeout {
        group.addTask { try await Task.sleep(for: .seconds(max(0, timeout))) }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  /// One round: what is due goes out, what is new comes in.
  static func once(store: Store) async throws -> SyncRound {
    try await make(store: store).syncOnce()
  }

  /// Asks a gateway for what everybody may know; nothing is sent but the question.
  /// - Throws: a `LinkError`, also when there is no answer within five seconds.
  static func greet(_ server: String) async throws {
    let link = try GatewayClient.linkMaker(transport)(server)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await link.capabilities() }
      group.addTask {
        try await Task.sleep(for: .seconds(5))
        throw LinkError.timedOut
      }
      try await group.next()
      group.cancelAll()
    }
  }

  /// Until the process is told to stop.
  static func watch(store: Store) async throws {
    let engine = make(store: store)
    let running = Task { await engine.runUntilCancelled() }
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { running.cancel() }
      source.resume()
      return source
    }
    await running.value
    for source in signals { source.cancel() }
  }

  /// The documented exit status of what an engine cannot do.
  static func status(of error: any Error) -> ExitStatus {
    switch error {
    case SyncError.loggedOut, SyncError.loginExpired, SyncError.wrongPassword, SyncError.codeWanted,
      SyncError.wrongCode:
      .authentication
    case SyncError.noPDF: .notFound
    case LinkError.unauthorized, LinkError.secondFactor, LinkError.forbidden: .authentication
    case LinkError.noConnection, LinkError.unreachable, LinkError.timedOut, LinkError.server,
      LinkError.rateLimited:
      .offline
    case SyncError.otherOwner, SyncError.otherGateway: .authentication
    case LinkError.notFound: .notFound
    case LinkError.address: .usage
    default: .rejected
    }
  }

  /// What a file holds now, for a study whose files changed since they were queued.
  private static func describe(_ path: String) throws -> SourceDescription {
    let instance = try ScannedInstance.read(path: path)
    return SourceDescription(
      file: DraftFile(instance), studyInstanceUID: instance.studyInstanceUID,
      patientID: instance.patientID)
  }
}
