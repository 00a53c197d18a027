public import Domain
import Foundation
public import Sync
public import Workstation

/// The gateway through the synchronisation engine.
public struct EngineService: SyncService {
  private let engine: SyncEngine

  public init(_ engine: SyncEngine) { self.engine = engine }

  public var messages: AsyncStream<Message> {
    let events = engine.events
    let (stream, continuation) = AsyncStream.makeStream(of: Message.self)
    let task = Task {
      for await event in events {
        switch event {
        case .connection(let connection): continuation.yield(.connection(connection))
        case .transfer(let status): continuation.yield(.transfer(status))
        case .trouble(let text): continuation.yield(.failed(.sync, text))
        // The rows are in the store, which tells of them itself.
        case .pulled: break
        }
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  public func runUntilCancelled() async { await engine.runUntilCancelled() }

  public func login(server: String, username: String, password: String, code: String?) async throws
    -> User
  {
    try await engine.login(
      server: server, username: username, password: password, code: code)
  }

  public func logout() async throws { try await engine.logout() }

  public func earlier(_ drafts: [StudyDraft]) -> AsyncStream<(index: Int, earlier: EarlierSending)>
  {
    EarlierLook.sendings(of: drafts, by: engine)
  }

  public func syncNow() async { engine.syncNow() }

  public func savePDF(_ report: ReportID, to path: String) async throws {
    try await engine.savePDF(report, to: URL(fileURLWithPath: path))
  }
}
