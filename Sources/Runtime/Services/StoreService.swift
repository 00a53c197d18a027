public import Domain
public import Foundation
public import Store
import Sync
public import Workstation

/// Answers the interface from the store.
public struct StoreService: DataService {
  let store: Store
  private let now: @Sendable () -> Date
  private let timeZone: @Sendable () -> TimeZone

  public init(
    store: Store, now: @escaping @Sendable () -> Date = { Date() },
    timeZone: @escaping @Sendable () -> TimeZone = { .current }
  ) {
    self.store = store
    self.now = now
    self.timeZone = timeZone
  }

  public var changes: AsyncStream<Set<StoreRegion>> { store.changes }

  public func load(_ query: Query) async throws -> Loaded {
    switch query {
    case .uploads(let filter, let window):
      let (page, counts) = try await store.uploads(filter, window)
      return .uploads(filter, window, page, counts)
    case .upload(let id, let fileLimit):
      return .upload(try await store.uploadDetail(id, fileLimit: fileLimit))
    case .reports(let filter, let window):
      let (page, counts) = try await store.reports(filter, window, now: now())
      return .reports(filter, window, page, counts)
    case .report(let id): return .report(try await store.report(id))
    case .cases(let filter, let window):
      let (page, facets) = try await store.cases(filter, window)
      return .cases(filter, window, page, facets)
    case .teachingCase(let id): return .teachingCase(try await store.teachingCase(id))
    case .notifications(let unreadOnly, let window):
      return .notifications(
        unreadOnly: unreadOnly, window,
        try await store.notifications(unreadOnly: unreadOnly, window))
    case .dashboard(let period):
      return .dashboard(try await store.dashboard(period, now: now(), timeZone: timeZone()))
    case .settings: return .settings(try await store.settings())
    case .draft: return .draft(try await unfinished())
    case .templates: return .templates(try await store.templates())
    case .spool: return .spool(try await store.spoolStanding())
    case .frame: return .frame(try await store.frame())
    }
  }

  public func perform(_ action: Action) async throws -> Done {
    let now = now()
    switch action {
    case .enqueue(let drafts):
      let account = try await store.account()
      let ids = try await RewrittenCopies.enqueue(
        drafts, owner: account?.owner ?? .nobody, in: store, now: now)
      // Before the interface knows of it: a crash now must not offer what is queued. That they are
      // queued counts, whatever becomes of the draft.
      try? await store.forgetDrafts()
      return .enqueued(ids)
    case .pause(let id, let term):
      try await store.command(.pause, id, term: term, at: now)
    case .move(let id, let move): try await store.move(id, move, at: now)
    case .setLevel(let id, let level, let history):
      try await store.setLevel(level, of: id, history: history, at: now)
    case .resume(let id): try await store.command(.resume, id, at: now)
    case .retry(let id): try await store.command(.retry, id, at: now)
    case .cancel(let id): try await store.command(.cancel, id, at: now)
    case .forget(let id): try await store.forget(id, at: now)
    case .force(let id, let reason): try await store.command(.force, id, reason: reason, at: now)
    case .takeOver(let id):
      try await store.takeOver(id, for: try await login().owner, at: now)
    case .takeOverAll:
      let owner = try await login().owner
      for upload in try await store.uploadsOfOthers(than: owner) {
        // What was settled meanwhile needs nobody any more; the others do.
        do { try await store.takeOver(upload.id, for: owner, at: now) } catch StoreError
          .notTakenOver
        {}
      }
    case .markReportViewed(let id): try await store.markReportViewed(id, at: now)
    case .markNotificationRead(let id): try await store.markNotificationRead(id, at: now)
    case .markAllNotificationsRead: try await store.markAllNotificationsRead(at: now)
    case .set(let setting, let value):
      try await store.set(setting, value: try Self.checked(setting, value))
    case .saveTemplate(let id, let scope, let values):
      try await store.save(
        UploadTemplate(id: id ?? .make(at: now), scope: scope, values: values), at: now)
    case .deleteTemplate(let id): try await store.deleteTemplate(id, at: now)
    }
    return .performed(action)
  }

  public func keepDraft(_ wizard: WizardState?) async throws {
    guard let wizard else { return try await store.forgetDrafts() }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let content = String(decoding: try encoder.encode(WizardDraft(wizard)), as: UTF8.self)
    try await store.keepDraft(content, at: now())
  }

  /// What cannot be read is of another version, and nothing to go on with.
  private func unfinished() async throws -> UnfinishedSelection? {
    guard let kept = try await store.unfinishedDraft(),
      let draft = try? JSONDecoder().decode(WizardDraft.self, from: Data(kept.content.utf8))
    else { return nil }
    return UnfinishedSelection(draft, at: kept.at)
  }

  public func saveReceipt(_ upload: UploadID, program: String, in folder: String) async throws
    -> String
  {
    try ReceiptMaker.save(
      await ReceiptMaker.make(upload, of: store, program: program, at: now()), in: folder)
  }

  public func estimate() async -> HandoverEstimate {
    let gateway = (try? await store.account())?.server ?? ""
    return HandoverEstimate(
      room: try? await store.intakeRoom(),
      speed: try? await store.lastSpeed(to: gateway, at: now()))
  }

  /// A value as it is kept; throws the words that say what is wrong with it.
  private static func checked(_ setting: Setting, _ value: String) throws -> String {
    switch setting {
    case .uploadLimit: try BandwidthTimetable(value).description
    case .uploadBudget: try ByteBudget.parse(value)?.description ?? "off"
    case .spoolQuota, .spoolReserve: try SpoolOptions.checked(value)
    default: value
    }
  }

  private func login() async throws -> Account {
    guard let account = try await store.account() else { throw SyncError.loggedOut }
    return account
  }
}
