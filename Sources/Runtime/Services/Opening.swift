import Domain
import Foundation
import Synchronization
import Workstation

/// Services that a thread of their own is opening while the screen is already drawn and keys are
/// taken. Work that needs them waits here, off the interface's thread.
final class Opening: Sendable {
  private struct State {
    var result: Result<RuntimeServices, any Error>?
    var waiting: [CheckedContinuation<RuntimeServices, any Error>] = []
  }
  private let state = Mutex(State())

  /// - Parameter open: may block as long as it needs.
  init(_ open: @escaping @Sendable () throws -> RuntimeServices) {
    // Not a task: those share as many threads as there are processors.
    Thread { [self] in finish(Result { try open() }) }.start()
  }

  /// The services, once they are open.
  /// - Throws: what opening threw.
  func result() async throws -> RuntimeServices {
    try await withCheckedThrowingContinuation { continuation in
      let result = state.withLock { state in
        if state.result == nil { state.waiting.append(continuation) }
        return state.result
      }
      if let result { continuation.resume(with: result) }
    }
  }

  /// The same services for those who do not care whether they are open yet.
  var services: RuntimeServices {
    RuntimeServices(
      data: OpeningData(opening: self), sync: OpeningSync(opening: self),
      files: OpeningFiles(opening: self),
      locate: { source in
        // Files on the command line need no store.
        if case .paths(let paths) = source { return paths }
        return try await self.result().locate(source)
      }, stop: { await (try? self.result())?.stop() })
  }

  private func finish(_ result: Result<RuntimeServices, any Error>) {
    let waiting = state.withLock { state in
      state.result = result
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(with: result) }
  }
}

private struct OpeningData: DataService {
  let opening: Opening

  func load(_ query: Query) async throws -> Loaded {
    try await opening.result().data.load(query)
  }

  func perform(_ action: Action) async throws -> Done {
    try await opening.result().data.perform(action)
  }

  func keepDraft(_ wizard: WizardState?) async throws {
    try await opening.result().data.keepDraft(wizard)
  }

  func saveReceipt(_ upload: UploadID, program: String, in folder: String) async throws -> String {
    try await opening.result().data.saveReceipt(upload, program: program, in: folder)
  }

  func estimate() async -> HandoverEstimate {
    await (try? opening.result())?.data.estimate() ?? HandoverEstimate()
  }

  var changes: AsyncStream<Set<StoreRegion>> {
    get async { await (try? opening.result())?.data.changes ?? AsyncStream { $0.finish() } }
  }
}

private struct OpeningSync: SyncService {
  let opening: Opening

  var messages: AsyncStream<Message> {
    get async { await (try? opening.result())?.sync.messages ?? AsyncStream { $0.finish() } }
  }

  func runUntilCancelled() async { await (try? opening.result())?.sync.runUntilCancelled() }

  func login(server: String, username: String, password: String, code: String?) async throws
    -> User
  {
    try await opening.result().sync.login(
      server: server, username: username, password: password, code: code)
  }

  func logout() async throws { try await opening.result().sync.logout() }

  func earlier(_ drafts: [StudyDraft]) async -> AsyncStream<(index: Int, earlier: EarlierSending)> {
    await (try? opening.result())?.sync.earlier(drafts) ?? AsyncStream { $0.finish() }
  }

  func syncNow() async { await (try? opening.result())?.sync.syncNow() }

  func savePDF(_ report: ReportID, to path: String) async throws {
    try await opening.result().sync.savePDF(report, to: path)
  }
}

private struct OpeningFiles: FileService {
  let opening: Opening

  func list(_ path: String) async -> FolderListing {
    do { return try await opening.result().files.list(path) } catch {
      return FolderListing(path: path, entries: [], problem: words(error))
    }
  }

  func scan(_ roots: [String]) async -> AsyncStream<ScanProgress> {
    await (try? opening.result())?.files.scan(roots) ?? AsyncStream { $0.finish() }
  }
}
