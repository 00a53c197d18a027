import Domain
import Foundation
import Gateway
import Testing
import Wire

/// What every ``Catalogue`` must do, run over each of them.
struct CatalogueConformance {
  /// An empty catalogue.
  let make: @Sendable () async throws -> any Catalogue
  let now = Date(timeIntervalSince1970: 1_800_000_000)

  init(make: @escaping @Sendable () async throws -> any Catalogue) { self.make = make }

  func user(_ name: String, _ catalogue: any Catalogue, facility: String = "North")
    async throws -> User
  {
    try await Accounts.add(
      name: name, fullName: "", role: .radiographer, facility: facility,
      password: "Correct-Horse-9", to: catalogue, hasher: try PasswordHasher(cost: 4))
  }

  func upload(
    _ owner: User, client: String?, files: Int = 1, bytes: Int64 = 100, manifest: Bool = true
  ) -> (UploadRecord, [FileRecord]) {
    let record = UploadRecord(
      id: .make(), owner: owner.id, ownerName: owner.username, facility: owner.facility.id,
      clientUploadID: client,
      metadata: StudyMetadata(patientName: "A^B", studyDate: "20260101", modality: "CT"),
      serviceLevel: .routine, studyInstanceUID: "1.2", totalFiles: files, totalBytes: bytes,
      chunkSize: 10, hasManifest: manifest, createdAt: now, expiresAt: now.addingTimeInterval(60))
    let rows = (0..<(manifest ? files : 0)).map {
      FileRecord(
        ordinal: $0, fileID: "f\($0)", expectedSize: bytes / Int64(files),
        expectedSHA256: String(repeating: "a", count: 64), expectedSOPInstanceUID: "1.2.\($0)")
    }
    return (record, rows)
  }

  func run() async throws {
    try await accounts()
    try await logins()
    try await secondFactors()
    try await auditLog()
    try await sessions()
    try await ledger()
    try await severalChunks()
    try await pieces()
    try await known()
    try await custody()
    try await revisions()
    try await notifications()
    try await reportVersions()
    try await templates()
  }

  /// A reader that follows the cursor while many write sees every row at its last revision.
  func revisions() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let uploads = (0..<40).map { _ in upload(anna, client: nil) }
    let seen = try await withThrowingTaskGroup(of: Void.self) { group in
      for (record, files) in uploads {
        group.addTask {
          try await catalogue.open(record, files: files)
          _ = try await catalogue.cancel(record.id, reason: "", now: Date())
        }
      }
      var seen: [String] = []
      var after: Int64 = 0
      var isDone = false
      while true {
        let page = try await catalogue.changes(after: after, scope: .own(anna.id), limit: 7)
        #expect(page.changes.allSatisfy { $0.revision > after })
        seen += page.changes.compactMap(\.upload?.uploadID)
        after = page.next
        if page.hasMore { continue }
        if isDone { break }
        if try await catalogue.outstandingBytes(now: now) == 0, seen.count == uploads.count {
          try await group.waitForAll()
          isDone = true
        }
      }
      return seen
    }
    #expect(Set(seen) == Set(uploads.map(\.0.id.rawValue)) && seen.count == uploads.count)
    let stranger = UserID("stranger")
    #expect(
      try await catalogue.changes(after: 0, scope: .own(stranger), limit: 9).changes.isEmpty)
  }

  func notifications() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    var (record, files) = upload(anna, client: nil)
    try await catalogue.open(record, files: files)
    record.state = .failed
    files[0].state = .failed
    try await catalogue.seal(record, files: files, report: nil)
    let window = Window(offset: 0, limit: 10)
    let (page, unread) = try await catalogue.notifications(
      of: anna.id, unreadOnly: false, window: window)
    #expect(page.total == 1 && unread == 1)
    let id = try #require(page.rows.first?.id)
    #expect(try await !catalogue.markRead(id, of: UserID("stranger"), now: now))
    #expect(try await catalogue.markRead(id, of: anna.id, now: now))
    #expect(try await catalogue.markRead(id, of: anna.id, now: now.addingTimeInterval(9)))
    let read = try await catalogue.notifications(of: anna.id, unreadOnly: false, window: window)
    #expect(read.page.rows.first?.readAt == now && read.unread == 0)
    #expect(try await catalogue.markAllRead(of: anna.id, now: now) == 0)
  }

  /// Versions are only added, in order, once.
  func reportVersions() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    var (record, files) = upload(anna, client: nil)
    try await catalogue.open(record, files: files)
    record.state = .stored
    files[0].state = .stored
    var report = ReportRecord(
      id: .make(), upload: record.id, owner: anna.id, ownerName: "anna",
      facility: anna.facility.id, studyInstanceUID: "1.2", serviceLevel: .routine,
      study: StudySummary(), createdAt: now, updatedAt: now, nextPollAt: now)
    try await catalogue.seal(record, files: files, report: report)
    let notice = NotificationItem(
      id: .make(), kind: .reportReady, title: "t", message: "m", createdAt: now)
    func version(_ number: Int, _ kind: ReportVersion.Kind) -> ReportVersionRecord {
      ReportVersionRecord(
        number: number, kind: kind, radiologist: "R", text: "text \(number)", isPDFText: false,
        pdf: BlobKey("p\(number)"), signedAt: now, receivedAt: now, sources: ["1.\(number)"])
    }
    report.versions = [version(1, .first)]
    report.version = 1
    report.text = "text 1"
    let first = report
    #expect(try await catalogue.addVersions(first, notice: notice))
    #expect(try await !catalogue.addVersions(first, notice: notice))
    #expect(try await !catalogue.update(first, notice: nil), "ready does not go back")
    report.versions = [version(1, .first), version(2, .addendum), version(3, .amended)]
    report.version = 3
    let third = report
    #expect(try await catalogue.addVersions(third, notice: notice.again(.make())))
    let kept = try #require(try await catalogue.report(report.id))
    #expect(kept.status == .ready && kept.versions == report.versions && kept.version == 3)
    let listed = try await catalogue.reports(
      scope: .own(anna.id), status: .ready, window: Window(offset: 0, limit: 5))
    #expect(listed.rows == [kept])
    // Ready ones are asked about, after those that nobody has signed.
    #expect(try await catalogue.duePolls(now: now, limit: 5).map(\.versions.count) == [3])
    try await catalogue.schedulePoll(report.id, at: nil)
    #expect(try await catalogue.duePolls(now: .distantFuture, limit: 5).isEmpty)
    #expect(try await !catalogue.schedulePolls(ofStudy: "9.9", at: now))
    #expect(try await catalogue.schedulePolls(ofStudy: "1.2", at: now.addingTimeInterval(9)))
    #expect(try await catalogue.schedulePolls(ofStudy: "1.2", at: now.addingTimeInterval(99)))
    #expect(try await catalogue.duePolls(now: now.addingTimeInterval(9), limit: 5).count == 1)
    let window = Window(offset: 0, limit: 10)
    #expect(
      try await catalogue.notifications(of: anna.id, unreadOnly: true, window: window).unread == 2)
  }
}

extension NotificationItem {
  fileprivate func again(_ id: NotificationID) -> Self {
    var item = self
    item.id = id
    return item
  }
}
