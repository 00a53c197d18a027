import Domain
import Foundation
import Testing

@testable import Store

@Suite struct RecordTests {
  let sandbox = Sandbox()

  func report(_ id: String = "r", upload: String = "remote", at: Date = t0) -> Report {
    Report(
      id: ReportID(id), remoteUploadID: upload, status: .ready, text: "normal", hasPDF: true,
      createdAt: t0, updatedAt: at)
  }

  @Test func aReportShowsTheLocalStudy() async throws {
    let store = try sandbox.open()
    // Before the upload is known by that name, and after.
    try await store.apply(RemoteChanges(reports: [report("early", upload: "r1")]), at: t0)
    _ = try await store.started(draft(name: "Roe^Richard"))
    try await store.apply(RemoteChanges(reports: [report("late", upload: "r1")]), at: t0)
    // A later message that again names no study takes nothing away.
    try await store.apply(
      RemoteChanges(reports: [report("late", upload: "r1", at: t0 + 1)]), at: t0)
    for id in ["early", "late"] {
      #expect(try await store.report(ReportID(id))?.study.patientName == "Roe^Richard")
    }
    let window = Window(offset: 0, limit: 10)
    #expect(try await store.reports(ReportFilter(text: "roe"), window).page.total == 2)
    #expect(try await store.reports(ReportFilter(), window).page.rows.first?.text == "")
    let upload = try #require(try await store.upload(remoteID: "r1"))
    #expect(try await store.reports(of: upload.id).count == 2)
  }

  @Test func countsAreOfAllReports() async throws {
    let store = try sandbox.open()
    var all = (0..<5).map { report("r\($0)", upload: "u\($0)") }
    all[0].status = .ready
    all[1].status = .ready
    all[2].dueAt = t0 - 1
    all[3].dueAt = t0 + 60
    all[4].dueAt = nil
    for index in 2..<5 { all[index].status = .pending }
    try await store.apply(RemoteChanges(reports: all), at: t0)
    try await store.markReportViewed(ReportID("r1"), at: t0)
    let none = Window(offset: 0, limit: 1)
    func counts(at now: Date) async throws -> ReportCounts {
      try await store.reports(ReportFilter(status: .assigned), none, now: now).counts
    }
    #expect(
      try await counts(at: t0)
        == ReportCounts(
          byStatus: [.ready: 2, .pending: 3], unread: 1, overdue: 1, asOf: t0))
    #expect(try await counts(at: t0 + 61).overdue == 2)
  }

  @Test func lateAndRepeatedMessagesDoNoHarm() async throws {
    let store = try sandbox.open()
    var newer = report(at: t0 + 10)
    newer.radiologist = "Dr. New"
    try await store.apply(RemoteChanges(reports: [newer]), at: t0)
    try await store.markReportViewed(ReportID("r"), at: t0 + 20)
    try await store.apply(RemoteChanges(reports: [report(), newer, newer]), at: t0)
    let kept = try #require(try await store.report(ReportID("r")))
    #expect(kept.radiologist == "Dr. New" && kept.viewedAt == t0 + 20)
    #expect(try await store.frame().unreadReports == 0)

    let item = NotificationItem(
      id: NotificationID("n"), kind: .other("new_kind"), title: "t", message: "m", createdAt: t0)
    var read = item
    read.readAt = t0 + 5
    try await store.apply(RemoteChanges(notifications: [item]), at: t0)
    #expect(try await store.frame().unread == 1)
    try await store.markNotificationRead(NotificationID("n"), at: t0 + 9)
    try await store.markNotificationRead(NotificationID("n"), at: t0 + 11)
    try await store.apply(RemoteChanges(notifications: [item, read, item]), at: t0)
    let window = Window(offset: 0, limit: 10)
    #expect(try await store.notifications(unreadOnly: false, window).rows == [read])
    #expect(try await store.notifications(unreadOnly: true, window).total == 0)
    #expect(try await store.outbox().map(\.change) == [.markNotificationRead(NotificationID("n"))])
  }

  @Test func rowsAndCursorGoTogether() async throws {
    let store = try sandbox.open()
    let cursor = RemoteChanges.Cursor(name: "changes", value: "7")
    var bad = report("bad")
    bad.id = ReportID("")
    await #expect(throws: StoreError.self) {
      try await store.apply(
        RemoteChanges(reports: [report("good"), bad], cursor: cursor), at: t0)
    }
    #expect(try await store.report(ReportID("good")) == nil)
    #expect(try await store.cursor("changes") == nil)
    try await store.apply(RemoteChanges(reports: [report("good")], cursor: cursor), at: t0)
    #expect(try await store.cursor("changes") == "7")
  }

  @Test func accountSettingsAndOutbox() async throws {
    let store = try sandbox.open()
    let id = try #require(
      try await store.enqueue([draft()], owner: .nobody, now: t0).first)
    let user = User(
      id: UserID("u"), username: "anna", fullName: "Anna", role: .radiographer,
      facility: Facility(id: FacilityID("f"), name: "North"))
    let account = Account(
      server: "https://g", user: user, accessToken: "a", refreshToken: "b",
      accessExpiresAt: t0)
    try await store.save(account)
    #expect(try await store.account() == account)
    // What was queued before the login now has somewhere to go.
    #expect(try await store.upload(id)?.belongsTo == account.owner)
    try await store.set(.theme, value: "dark")
    try await store.set(.theme, value: "light")
    #expect(try await store.settings() == [.theme: "light"])
    let mutation = Mutation(
      id: MutationID("m"), change: .markAllNotificationsRead(before: t0), createdAt: t0)
    try await store.addToOutbox(mutation)
    try await store.addToOutbox(mutation)
    try await store.outboxFailed(MutationID("m"), error: "offline", nextAttemptAt: t0 + 1)
    let waiting = try await store.outbox()
    #expect(waiting.count == 1 && waiting[0].attempts == 1 && waiting[0].lastError == "offline")
    try await store.recordSync(at: t0)
    let frame = try await store.frame()
    #expect(frame.user == user && frame.outbox == 1 && frame.lastSyncedAt == t0)
    try await store.outboxDone(MutationID("m"))
    try await store.clearAccount()
    #expect(try await store.frame().user == nil)
    #expect(try await store.upload(id) != nil)
  }

  @Test func aNewVersionOfAReportIsNewAgain() async throws {
    let store = try sandbox.open()
    func apply(_ report: Report) async throws {
      try await store.apply(RemoteChanges(reports: [report]), at: t0)
    }
    var first = report()
    first.version = 1
    try await apply(first)
    try await store.markReportViewed(ReportID("r"), at: t0 + 1)
    // The same again, and the same version with another due time: seen stays seen.
    try await apply(first)
    first.updatedAt = t0 + 2
    first.dueAt = t0 + 3
    try await apply(first)
    #expect(try await store.frame().unreadReports == 0)

    var second = first
    second.updatedAt = t0 + 10
    second.version = 2
    second.versionKind = .addendum
    second.text = "addendum to normal"
    second.versions = [
      ReportVersion(
        number: 2, kind: .addendum, radiologist: "B", text: "addendum", hasPDF: false,
        signedAt: t0 + 9, receivedAt: t0 + 10),
      ReportVersion(
        number: 1, kind: .first, radiologist: "A", text: "normal", hasPDF: true, signedAt: nil,
        receivedAt: t0),
    ]
    try await apply(second)
    let kept = try #require(try await store.report(ReportID("r")))
    #expect(kept == second && kept.viewedAt == nil && kept.standing == "addendum")
    #expect(try await store.frame().unreadReports == 1)
    let row = try await store.reports(ReportFilter(), Window(offset: 0, limit: 1)).page.rows.first
    #expect(row?.version == 2 && row?.versionKind == .addendum && row?.versions == [])
    // The old version comes late: nothing goes back, and what is seen stays seen.
    try await store.markReportViewed(ReportID("r"), at: t0 + 20)
    try await apply(first)
    try await apply(second)
    let later = try #require(try await store.report(ReportID("r")))
    #expect(later.version == 2 && later.viewedAt == t0 + 20)
    #expect(try await store.frame().unreadReports == 0)
    // A plain gateway does not count versions: another signed text is new all the same.
    var plain = report("p")
    try await apply(plain)
    try await store.markReportViewed(ReportID("p"), at: t0 + 1)
    plain.text = "not normal"
    plain.updatedAt = t0 + 5
    try await apply(plain)
    #expect(try await store.report(ReportID("p"))?.viewedAt == nil)
  }
}
