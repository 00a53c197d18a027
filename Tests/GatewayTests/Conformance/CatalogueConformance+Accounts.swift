import Domain
import Foundation
import Gateway
import Testing
import Wire

/// Accounts, their logins and second factors, the audit log, templates.
extension CatalogueConformance {
  /// Changes of templates by several hands: nothing is lost, nothing is applied twice, nobody else's
  /// is seen or touched.
  func templates() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let bert = try await user("bert", catalogue)
    let south = try await user("south", catalogue, facility: "South")
    let id = TemplateID("00000000-0000-4000-8000-000000000001")
    let first = TemplateValues([.name: "A", .serviceLevel: "routine"])
    func change(
      _ values: TemplateValues, edit: String, base: TemplateValues? = nil, version: Int64 = 0,
      scope: UploadTemplate.Scope = .user, id: TemplateID? = nil, at seconds: Double = 0,
      by user: User? = nil
    ) async throws -> TemplateResult {
      let template = UploadTemplate(
        id: id ?? TemplateID("00000000-0000-4000-8000-000000000001"), scope: scope, values: values)
      return try await catalogue.apply(
        TemplateRequest(
          editID: edit, template: template, base: base, version: version,
          changedAt: now.addingTimeInterval(seconds)),
        by: user ?? anna,
        audit: AuditEvent(
          at: now, actor: (user ?? anna).username, .saveTemplate, entity: "template",
          template.id.rawValue))
    }
    let made = try await change(first, edit: "e1")
    #expect(made.record.version == 1 && made.copy == nil)
    #expect(try await change(first, edit: "e1") == made, "a repetition")
    // Two fields from two sides.
    var level = first
    level[.serviceLevel] = "stat"
    var history = first
    history[.clinicalHistory] = "here"
    _ = try await change(level, edit: "e2", base: first, version: 1)
    let both = try await change(history, edit: "e3", base: first, version: 1)
    #expect(both.record.version == 3 && both.copy == nil)
    #expect(both.record.template.values[.serviceLevel] == "stat")
    #expect(both.record.template.values[.clinicalHistory] == "here")
    // One field from two sides: the later one wins, the other is kept.
    let base = both.record.template.values
    var later = base
    later[.clinicalHistory] = "later"
    var earlier = base
    earlier[.clinicalHistory] = "earlier"
    _ = try await change(later, edit: "e4", base: base, version: 3, at: 20)
    let contested = try await change(earlier, edit: "e5", base: base, version: 3, at: 10)
    #expect(contested.record.template.values[.clinicalHistory] == "later")
    let copy = try #require(contested.copy)
    #expect(copy.template.values[.clinicalHistory] == "earlier")
    #expect(copy.template.name == "A" + TemplateMerge.suffix && copy.owner == anna.id)
    #expect(try await change(earlier, edit: "e5", base: base, version: 3, at: 10).copy == nil)
    // Nobody else's.
    await #expect(throws: CatalogueError.missing) {
      try await change(first, edit: "e6", by: bert)
    }
    await #expect(throws: CatalogueError.missing) {
      try await change(first, edit: "e7", scope: .facility)
    }
    await #expect(throws: CatalogueError.missing) {
      try await catalogue.deleteTemplate(id, version: 99, by: bert, now: now, audit: nil)
    }
    // A facility's is its users', whoever made it.
    let ward = TemplateID("00000000-0000-4000-8000-000000000002")
    _ = try await change(first, edit: "w1", scope: .facility, id: ward)
    _ = try await change(
      level, edit: "w2", base: first, version: 1, scope: .facility, id: ward, by: bert)
    await #expect(throws: CatalogueError.missing) {
      try await change(first, edit: "w3", scope: .facility, id: ward, by: south)
    }
    func seen(_ user: User) async throws -> Set<String> {
      let answer = try await catalogue.changes(
        after: 0, scope: Scope(user), facility: user.facility.id, limit: 100)
      return Set(answer.changes.compactMap { $0.template?.id })
    }
    let own = Set([id, copy.template.id, ward].map(\.rawValue))
    #expect(try await seen(anna) == own)
    #expect(try await seen(bert) == [ward.rawValue])
    #expect(try await seen(south).isEmpty)
    // What was changed since is not deleted; what was not, is, and comes back when it is changed.
    let kept = try await catalogue.deleteTemplate(id, version: 3, by: anna, now: now, audit: nil)
    #expect(!kept.isDeleted && kept.version > 3)
    let gone = try await catalogue.deleteTemplate(
      id, version: kept.version, by: anna, now: now, audit: nil)
    #expect(gone.isDeleted && gone.template.values == TemplateValues())
    #expect(
      try await catalogue.deleteTemplate(id, version: 0, by: anna, now: now, audit: nil) == gone)
    let back = try await change(later, edit: "e8", base: base, version: 3)
    #expect(!back.record.isDeleted && back.record.template.values == later)
    #expect(try await catalogue.template(id) == back.record)
    // Repetitions and refusals are not in the log.
    let logged = try await catalogue.auditRows(AuditQuery(action: "template"))
    #expect(logged.count == 8 && logged.allSatisfy { $0.action == "template.saved" })
  }

  func accounts() async throws {
    let catalogue = try await make()
    let anna = try await user("Anna", catalogue)
    #expect(try await catalogue.account(named: "aNNa")?.user == anna)
    #expect(try await catalogue.account(id: anna.id)?.user == anna)
    await #expect(throws: CatalogueError.taken("username")) {
      _ = try await user("ANNA", catalogue)
    }
    let one = try await catalogue.facility(named: "North")
    #expect(one == anna.facility)
    #expect(try await catalogue.facility(named: "South") != one)
  }

  func logins() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let later = now.addingTimeInterval(1_000)
    try await catalogue.begin(
      LoginFamily(id: "f", account: anna.id, rotatedAt: now, expiresAt: later))
    func rotate(_ generation: Int, _ date: Date) async throws -> Rotation {
      try await catalogue.rotate(
        family: "f", presenting: generation, now: date, grace: 10, expiresAt: later)
    }
    #expect(try await rotate(0, now) == .granted(generation: 1, account: anna.id))
    #expect(try await rotate(0, now) == .granted(generation: 1, account: anna.id))
    #expect(try await catalogue.account(ofFamily: "f")?.user == anna)
    #expect(try await rotate(0, now.addingTimeInterval(11)) == .reused)
    #expect(try await rotate(1, now) == .refused)
    #expect(try await catalogue.account(ofFamily: "f") == nil)
    #expect(
      try await catalogue.rotate(
        family: "none", presenting: 0, now: now, grace: 10, expiresAt: later) == .refused)
  }

  func secondFactors() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue).id
    let bert = try await user("bert", catalogue).id
    let event = AuditEvent(at: now, actor: "anna", .enableSecondFactor, entity: "account", "a")
    func logged() async throws -> Int {
      try await catalogue.auditRows(AuditQuery(actor: "anna")).count
    }
    #expect(try await catalogue.secondFactor(of: anna) == nil)
    #expect(
      try await !catalogue.enable(
        Data([1]), of: anna, step: 5, recoveryCodes: [], audit: event))
    #expect(try await !catalogue.take(step: 9, of: anna))
    #expect(try await !catalogue.disable(of: anna, audit: event))
    try await catalogue.propose(Data([1]), of: anna)
    try await catalogue.propose(Data([2]), of: anna)
    #expect(try await catalogue.secondFactor(of: anna) == SecondFactor(pending: Data([2])))
    #expect(try await !catalogue.take(step: 9, of: anna), "pending is not in force")
    let codes = ["a", "b"].map { String(repeating: $0, count: 64) }
    #expect(
      try await !catalogue.enable(
        Data([1]), of: anna, step: 5, recoveryCodes: codes, audit: event), "an older proposal")
    #expect(try await logged() == 0)
    #expect(
      try await catalogue.enable(Data([2]), of: anna, step: 5, recoveryCodes: codes, audit: event))
    #expect(
      try await catalogue.secondFactor(of: anna)
        == SecondFactor(secret: Data([2]), lastStep: 5, recoveryCodesLeft: 2))
    #expect(try await logged() == 1)
    #expect(try await catalogue.secondFactor(of: bert) == nil)
    // A step once, and none before it.
    #expect(try await !catalogue.take(step: 5, of: anna))
    let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { try await catalogue.take(step: 7, of: anna) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(taken.count { $0 } == 1)
    #expect(try await !catalogue.take(step: 6, of: anna))
    #expect(try await catalogue.take(step: 8, of: anna))
    // A recovery code once, of its account.
    func take(_ code: String, of account: UserID) async throws -> Bool {
      try await catalogue.take(recoveryCode: code, of: account, now: now, audit: event)
    }
    #expect(try await !take(codes[0], of: bert))
    #expect(try await take(codes[0], of: anna))
    #expect(try await !take(codes[0], of: anna))
    #expect(try await catalogue.secondFactor(of: anna)?.recoveryCodesLeft == 1)
    #expect(try await logged() == 2)
    // A proposal beside one in force changes nothing until that is ended.
    try await catalogue.propose(Data([3]), of: anna)
    #expect(
      try await !catalogue.enable(
        Data([3]), of: anna, step: 9, recoveryCodes: codes, audit: event))
    #expect(try await catalogue.disable(of: anna, audit: event))
    #expect(try await !catalogue.disable(of: anna, audit: event))
    #expect(try await catalogue.secondFactor(of: anna) == nil)
    #expect(try await !take(codes[1], of: anna))
    #expect(try await logged() == 3)
  }

  /// Rows are numbered without gaps, each linked to the one before, with the change that they tell
  /// of or not at all.
  func auditLog() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let later = now.addingTimeInterval(1_000)
    func event(_ action: AuditAction) -> AuditEvent {
      AuditEvent(
        at: now, actor: "anna", address: "192.0.2.1", action, entity: "account",
        anna.id.rawValue)
    }
    try await catalogue.append([])
    try await catalogue.append([event(.search), event(.retrieve)])
    let family = LoginFamily(id: "f", account: anna.id, rotatedAt: now, expiresAt: later)
    try await catalogue.begin(family, audit: event(.login))
    await #expect(throws: (any Error).self, "the same family again") {
      try await catalogue.begin(family, audit: event(.login))
    }
    func rotate(_ generation: Int, _ date: Date) async throws -> Rotation {
      try await catalogue.rotate(
        family: "f", presenting: generation, now: date, grace: 10, expiresAt: later,
        audit: event(.refreshReuse))
    }
    _ = try await rotate(0, now)
    #expect(try await rotate(0, now.addingTimeInterval(11)) == .reused)
    #expect(try await rotate(0, now) == .refused)
    try await catalogue.revoke(family: "f", now: now, audit: event(.logout))
    try await catalogue.revoke(family: "none", now: now, audit: event(.logout))
    let (record, files) = upload(anna, client: nil)
    try await catalogue.open(record, files: files, chunks: [], audit: event(.openUpload))
    #expect(
      try await catalogue.cancel(record.id, reason: "", now: now, audit: event(.cancelUpload)))
    #expect(
      try await !catalogue.cancel(record.id, reason: "", now: now, audit: event(.cancelUpload)))
    var (second, secondFiles) = upload(anna, client: nil)
    try await catalogue.open(second, files: secondFiles, chunks: [], audit: nil)
    second.state = .stored
    secondFiles[0].state = .stored
    try await catalogue.seal(
      second, files: secondFiles, report: nil, audit: event(.completeUpload))
    await #expect(throws: CatalogueError.missing) {
      try await catalogue.seal(
        second, files: secondFiles, report: nil, audit: event(.completeUpload))
    }
    try await catalogue.record(
      [InstanceProgress(file: 0, state: .verified, isSent: true)], of: second.id, now: now,
      audit: event(.forward))
    for _ in 1...2 {
      try await catalogue.conclude(
        second.id, state: .verified, reason: "", nextAttemptAt: nil, now: now,
        audit: event(.verify))
    }
    let rows = try await catalogue.auditRows(AuditQuery(actor: "anna"))
    #expect(
      rows.map(\.action) == [
        "archive.search", "archive.retrieve", "login", "login.refresh-reuse",
        "upload.initialised", "upload.cancelled", "upload.completed", "delivery.forwarded",
        "delivery.verified",
      ])
    #expect(rows.allSatisfy { $0.at == 1_800_000_000_000_000 && $0.address == "192.0.2.1" })
    var check = AuditCheck(noted: [])
    for row in try await catalogue.auditRows(AuditQuery()) { #expect(check.take(row) == nil) }
    #expect(check.finish() == nil && check.head.number == 10)
  }
}
