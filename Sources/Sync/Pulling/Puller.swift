import Domain
import Foundation
import Logging
import Store
import Wire

/// Brings reports, notifications and cases into the store: by cursor where the gateway has one,
/// else by comparing lists. A page is one transaction with its cursor.
actor Puller {
  private let store: Store
  private let keeper: LoginKeeper
  private let kinds: GatewayKinds
  private let timing: Timing
  /// What a plain gateway said last, so that only changes are written.
  private var seenReports: [String: ReportMessage] = [:]
  private var seenNotifications: [String: NotificationMessage] = [:]
  private var seenFor = ""
  /// When the gateway was last asked what the login's facility wants, and for whom.
  private var rulesAsked: (user: String, at: Date)?

  init(store: Store, keeper: LoginKeeper, kinds: GatewayKinds, timing: Timing) {
    self.store = store
    self.keeper = keeper
    self.kinds = kinds
    self.timing = timing
  }

  /// What a pull brought.
  struct Result: Sendable, Equatable {
    var rows = 0
    /// Uploads, by the gateway's name, whose custody moved.
    var uploads: [String] = []
  }

  func pull() async throws -> Result {
    let login = try await keeper.current()
    let kind = try await kinds.kind(of: login.link)
    let result =
      kind.changes ? try await pullChanges(login.account) : try await pullLists(login.account)
    if kind.manifest { try await pullRules(login.account) }
    try await store.recordSync(at: timing.now())
    return result
  }

  /// What the facility wants may change while somebody is logged in: asked once an hour.
  private func pullRules(_ account: Account) async throws {
    let now = timing.now()
    let user = account.user
    if let rulesAsked, rulesAsked.user == user.id.rawValue,
      now.timeIntervalSince(rulesAsked.at) < 3_600
    {
      return
    }
    let me = try await keeper.authorised(as: .owner(account.owner)) { link, access in
      try await link.me(access: access)
    }
    rulesAsked = (user.id.rawValue, now)
    guard me.id == user.id.rawValue, me.clinicalHistoryRequired != user.clinicalHistoryRequired
    else { return }
    try await store.setHistoryRule(me.clinicalHistoryRequired, of: user)
  }

  private func pullChanges(_ account: Account) async throws -> Result {
    let name = "changes:\(account.server):\(account.user.username)"
    var after = Int64(try await store.cursor(name) ?? "") ?? 0
    var result = Result()
    while true {
      let from = after
      let page = try await keeper.authorised(as: .owner(account.owner)) { link, access in
        try await link.changes(after: from, limit: 500, access: access)
      }
      // A cursor that goes back would make us read for ever; one that is behind ours means that
      // the gateway was restored from a copy: everything again.
      if page.next < from {
        guard from > 0 else { throw LinkError.malformed("changes without an end") }
        try await store.forgetCursor(name)
        after = 0
        continue
      }
      let now = timing.now()
      var changes = RemoteChanges(
        reports: page.changes.compactMap { $0.report?.report() },
        notifications: page.changes.compactMap { $0.notification?.item(now: now) },
        cases: page.changes.compactMap(\.teachingCase),
        cursor: .init(name: name, value: String(page.next)))
      changes.templates = page.changes.compactMap { $0.template.flatMap(RemoteTemplate.init) }
      changes.owner = account.owner
      if page.next != from || !page.changes.isEmpty { try await store.apply(changes, at: now) }
      result.rows += page.changes.count
      result.uploads += page.changes.compactMap(\.upload?.uploadID)
      after = page.next
      guard page.hasMore else { return result }
      guard page.next > from else { throw LinkError.malformed("changes that go on without end") }
    }
  }

  private func pullLists(_ account: Account) async throws -> Result {
    let owner = "\(account.server)/\(account.user.username)"
    if seenFor != owner { (seenReports, seenNotifications, seenFor) = ([:], [:], owner) }
    var reports: [ReportMessage] = []
    // A plain gateway's `total` is the length of the page: a short page is the last.
    for page in 0..<100 {
      let rows = try await keeper.authorised(as: .owner(account.owner)) { link, access in
        try await link.reports(limit: 200, offset: page * 200, access: access)
      }.reports
      let news = rows.filter { seenReports[$0.id] != $0 }
      reports += news
      if rows.count < 200 || news.isEmpty { break }
    }
    var notifications: [NotificationMessage] = []
    for page in 0..<100 {
      let rows = try await keeper.authorised(as: .owner(account.owner)) { link, access in
        try await link.notifications(limit: 200, offset: page * 200, access: access)
      }.notifications
      let news = rows.filter { seenNotifications[$0.id] != $0 }
      notifications += news
      if rows.count < 200 || news.isEmpty { break }
    }
    let now = timing.now()
    let changes = RemoteChanges(
      reports: reports.compactMap { $0.report() },
      notifications: notifications.map { $0.item(now: now) })
    if !reports.isEmpty || !notifications.isEmpty { try await store.apply(changes, at: now) }
    for report in reports { seenReports[report.id] = report }
    for notification in notifications { seenNotifications[notification.id] = notification }
    return Result(rows: reports.count + notifications.count)
  }
}
