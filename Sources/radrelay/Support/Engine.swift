import DICOM
import Domain
import Foundation
import GatewayClient
import Logging
import Runtime
import Store
import Sync

/// The sending engine over HTTP, as every part of this program uses it.
enum Engine {
  /// One set of connections for the whole process; it lives as long as the process.
  private static let transport = GatewayTransport()

  /// - Parameter insecure: allow plain `http` to hosts other than this machine.
  /// - Parameter level: what is logged to the standard error output; nil for warnings. The
  ///   environment's `RADRELAY_LOG` wins.
  static func make(
    store: Store, insecure: Bool = false, level: Logger.Level? = nil
  ) -> SyncEngine {
    var options = SyncOptions()
    options.describe = describe
    options.defaults = UserConfiguration.load(folder: store.home.configuration).settings
    var logger = Logger(label: "radrelay") { label in
      StreamLogHandler.standardError(label: label)
    }
    logger.logLevel =
      ProcessInfo.processInfo.environment["RADRELAY_LOG"].flatMap(Logger.Level.init(rawValue:))
      ?? level ?? .warning
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
  /// - Parameters:
  ///   - level: see ``make(store:insecure:level:)``.
  ///   - patience: seconds that requests under way have to end after that; nil for as long as they
  ///     take. What was acknowledged is on the disk by then, so nothing is lost without them.
  ///   - tell: hears what the engine says; runs beside it.
  static func watch(
    store: Store, level: Logger.Level? = nil, patience: Int? = nil,
    tell: (@Sendable (SyncEvent) -> Void)? = nil
  ) async throws {
    let engine = make(store: store, level: level)
    let running = Task { await engine.runUntilCancelled() }
    let telling = tell.map { tell in
      let events = engine.events
      return Task { for await event in events { tell(event) } }
    }
    defer { telling?.cancel() }
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        running.cancel()
        guard let patience else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(patience)) {
          exit(ExitStatus.ok.rawValue)
        }
      }
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
    // What is not understood is most often a network's login page in the gateway's place.
    case let error as LinkError where error.isTransient: .offline
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
