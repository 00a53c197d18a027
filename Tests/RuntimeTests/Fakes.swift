import Domain
import Foundation
import Screen
import Store
import Sync
import Synchronization
import Terminal
import Workstation

@testable import Runtime

/// A gate that work waits at until a test opens it.
final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>(
    (false, []))

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// A store in memory whose answers wait for their gates.
final class FakeData: DataService {
  let changes: AsyncStream<Set<StoreRegion>>
  let change: AsyncStream<Set<StoreRegion>>.Continuation
  let state = Mutex<State>(State())

  struct State {
    var gates: [String: Gate] = [:]
    var loads: [Query] = []
    var actions: [Action] = []
    var finished: [Action] = []
    var cancelled: [String] = []
    var failure: String?
    var drafts: [WizardState?] = []
  }

  init() { (changes, change) = AsyncStream.makeStream() }

  var snapshot: State { state.withLock { $0 } }

  /// Makes work of a kind wait.
  func hold(_ kind: String) -> Gate {
    let gate = Gate()
    state.withLock { $0.gates[kind] = gate }
    return gate
  }

  func release(_ kind: String) { state.withLock { $0.gates[kind] = nil } }

  func fail(_ text: String?) { state.withLock { $0.failure = text } }

  func load(_ query: Query) async throws -> Loaded {
    let gate = state.withLock { state in
      state.loads.append(query)
      return state.gates[query.kind]
    }
    await gate?.wait()
    if Task.isCancelled { state.withLock { $0.cancelled.append(query.kind) } }
    switch query {
    case .uploads(let filter, let window):
      return .uploads(filter, window, ListPage(rows: [], total: 0), UploadCounts())
    case .upload: return .upload(nil)
    case .draft: return .draft(nil)
    case .reports(let filter, let window):
      return .reports(filter, window, ListPage(rows: [], total: 0), ReportCounts())
    case .report: return .report(nil)
    case .cases(let filter, let window):
      return .cases(filter, window, ListPage(rows: [], total: 0), CaseFacets())
    case .teachingCase: return .teachingCase(nil)
    case .notifications(let unread, let window):
      return .notifications(unreadOnly: unread, window, ListPage(rows: [], total: 0))
    case .dashboard(let period): return .dashboard(DashboardCounts(period: period, asOf: .now))
    case .settings: return .settings([:])
    case .templates: return .templates([])
    case .spool:
      return .spool(
        SpoolStanding(
          files: 0, bytes: 0, kept: SpoolCopies(), room: nil, quota: nil, reserve: 1 << 30))
    case .frame: return .frame(FrameInfo(user: .tester, server: "https://gateway.example"))
    }
  }

  func perform(_ action: Action) async throws -> Done {
    let gate = state.withLock { state in
      state.actions.append(action)
      return state.gates["action"]
    }
    await gate?.wait()
    if let failure = state.withLock({ $0.failure }) { throw Refusal(description: failure) }
    state.withLock { $0.finished.append(action) }
    return .performed(action)
  }
}

extension FakeData {
  func estimate() async -> HandoverEstimate { HandoverEstimate(room: 1_000_000) }

  func keepDraft(_ wizard: WizardState?) async throws {
    state.withLock { $0.drafts.append(wizard) }
  }

  func saveReceipt(_ upload: UploadID, program: String, in folder: String) async throws -> String {
    "\(folder)/receipt of \(upload) by \(program).pdf"
  }
}

struct Refusal: Error, CustomStringConvertible { let description: String }

extension User {
  static let tester = User(
    id: UserID("u1"), username: "tester", fullName: "T. Ester", role: .clinician,
    facility: Facility(id: FacilityID("f1"), name: "Clinic"))
}

/// A gateway connection that does nothing but wait.
final class FakeSync: SyncService {
  let messages: AsyncStream<Message>
  let news: AsyncStream<Message>.Continuation
  let engineEnded = Mutex(false)
  let loginGate = Gate()

  init() { (messages, news) = AsyncStream.makeStream() }

  func runUntilCancelled() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    engineEnded.withLock { $0 = true }
  }

  func login(server: String, username: String, password: String, code: String?) async throws
    -> User
  {
    await loginGate.wait()
    if password == "right and a code" {
      guard let code else { throw SyncError.codeWanted }
      guard code == "123456" else { throw SyncError.wrongCode }
      return .tester
    }
    guard password == "right" else { throw Refusal(description: "Wrong password.") }
    return .tester
  }

  func logout() async throws {}
  func earlier(_ drafts: [StudyDraft]) -> AsyncStream<(index: Int, earlier: EarlierSending)> {
    AsyncStream { continuation in
      for index in drafts.indices {
        continuation.yield((index, EarlierSending(source: .gateway)))
      }
      continuation.finish()
    }
  }
  func syncNow() async {}
  func savePDF(_ report: ReportID, to path: String) async throws {
    try Data("%PDF".utf8).write(to: URL(fileURLWithPath: path))
  }
}

/// A disk whose scans go on until they are dropped.
final class FakeFiles: FileService {
  let scansEnded = Mutex(0)

  func list(_ path: String) async -> FolderListing { FolderListing(path: path, entries: []) }

  func scan(_ roots: [String]) -> AsyncStream<ScanProgress> {
    AsyncStream { continuation in
      continuation.yield(ScanProgress(files: 1))
      continuation.onTermination = { _ in self.scansEnded.withLock { $0 += 1 } }
    }
  }
}

/// A screen that remembers.
@UIActor
final class FakeDevice: ScreenDevice {
  var frames: [CellBuffer] = []
  var log: [String] = []

  nonisolated init() {}

  func present(_ buffer: CellBuffer) { frames.append(buffer) }
  func redraw() { log.append("redraw") }
  func bell() { log.append("bell") }
  func suspend() { log.append("suspend") }
  func setMouse(_ isOn: Bool) {}
  private(set) var imageModes: [ImageMode] = []
  func setImages(_ mode: ImageMode, lowBandwidth: Bool) {
    if imageModes.last != mode { imageModes.append(mode) }
  }
  func rotateLog() { log.append("rotate") }
  func stop() { log.append("stop") }
}
