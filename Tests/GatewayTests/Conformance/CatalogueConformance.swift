import Domain
import Foundation
import Gateway
import Testing
import Wire

/// What every ``Catalogue`` must do, run over each of them.
struct CatalogueConformance {
  /// An empty catalogue.
  let make: @Sendable () async throws -> any Catalogue
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  init(make: @escaping @Sendable () async throws -> any Catalogue) { self.make = make }

  private func user(_ name: String, _ catalogue: any Catalogue, facility: String = "North")
    async throws -> User
  {
    try await Accounts.add(
      name: name, fullName: "", role: .radiographer, facility: facility,
      password: "Correct-Horse-9", to: catalogue, hasher: try PasswordHasher(cost: 4))
  }

  private func upload(
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

  func sessions() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: "c")
    try await catalogue.open(record, files: files)
    #expect(try await catalogue.upload(owner: anna.id, clientUploadID: "c")?.id == record.id)
    let (second, secondFiles) = upload(anna, client: "c")
    await #expect(throws: (any Error).self) {
      try await catalogue.open(second, files: secondFiles)
    }
    #expect(try await catalogue.upload(second.id) == nil)
    let over = now.addingTimeInterval(61)
    #expect(try await catalogue.expired(before: now, emptyBefore: now) == [])
    #expect(try await catalogue.expired(before: now, emptyBefore: over) == [record.id])
    #expect(try await catalogue.expired(before: over, emptyBefore: over) == [record.id])
    #expect(try await catalogue.outstandingBytes(now: now) == 100)
    #expect(try await catalogue.outstandingBytes(now: over) == 0, "nobody will send them")
    #expect(try await catalogue.cancel(record.id, reason: "x", now: now))
    #expect(try await !catalogue.cancel(record.id, reason: "x", now: now))
    #expect(try await catalogue.outstandingBytes(now: now) == 0)
    try await catalogue.open(second, files: secondFiles)
  }

  func ledger() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: nil, bytes: 25)
    try await catalogue.open(record, files: files)
    let later = now.addingTimeInterval(500)
    func put(
      _ index: Int, _ size: Int, _ sha: String, file: String = "f0", to upload: UploadID? = nil
    ) async throws -> ChunkOutcome {
      try await catalogue.record(
        ChunkRecord(file: 0, index: index, size: size, sha256: sha, place: "x:\(index)"),
        fileID: file, of: upload ?? record.id, expiresAt: later)
    }
    let before = try await catalogue.standing(of: "f0", 0, in: record.id, by: anna.id)
    #expect(before.file?.ordinal == 0 && before.chunk == nil && before.hasRoom)
    #expect(before.account?.user == anna && before.upload?.id == record.id)
    let nobody = try await catalogue.standing(of: "f0", 0, in: .make(), by: .make())
    #expect(nobody == ChunkStanding(account: nil, upload: nil))
    let outcomes = try await withThrowingTaskGroup(of: ChunkOutcome.self) { group in
      for _ in 0..<8 { group.addTask { try await put(0, 10, "a") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 == .recorded }.count == 1)
    #expect(outcomes.filter { $0 == .same }.count == 7)
    #expect(try await put(0, 10, "b") == .conflict)
    #expect(try await put(2, 16, "c") == .tooLarge)
    #expect(try await put(2, 5, "c") == .recorded)
    #expect(try await catalogue.chunks(of: record.id).map(\.index) == [0, 2])
    #expect(try await catalogue.upload(record.id)?.expiresAt == later)
    try await catalogue.forget(0, file: 0, of: record.id)
    #expect(try await put(0, 10, "b") == .recorded)
    let known = try await catalogue.standing(of: "f0", 0, in: record.id, by: anna.id)
    #expect(known.chunk?.sha256 == "b" && known.chunk?.place == "x:0")
    #expect(try await !catalogue.standing(of: "other", 0, in: record.id, by: anna.id).hasRoom)
    #expect(try await put(0, 1, "a", file: "other") == .tooLarge)
    // Without a manifest files appear with their first chunk, as many as were announced.
    let (plain, _) = upload(anna, client: nil, files: 2, manifest: false)
    try await catalogue.open(plain, files: [])
    #expect(try await catalogue.standing(of: "x", 0, in: plain.id, by: anna.id).hasRoom)
    let names = ["x", "y", "x", "z"]
    var begun: [ChunkOutcome] = []
    for (index, name) in names.enumerated() {
      begun.append(try await put(index, 1, "a", file: name, to: plain.id))
    }
    #expect(begun == [.recorded, .recorded, .recorded, .tooLarge])
    #expect(try await catalogue.files(of: plain.id).map(\.fileID) == ["x", "y"])
    #expect(try await catalogue.chunks(of: plain.id).map(\.file) == [0, 0, 1])
    #expect(try await !catalogue.standing(of: "z", 0, in: plain.id, by: anna.id).hasRoom)
    #expect(try await catalogue.standing(of: "y", 0, in: plain.id, by: anna.id).hasRoom)
    #expect(try await catalogue.cancel(record.id, reason: "", now: now))
    #expect(try await put(1, 1, "d") == .closed)
  }

  /// Chunks recorded together: each for itself, all in one commit.
  func severalChunks() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: nil, files: 2, bytes: 40)
    try await catalogue.open(record, files: files)
    func named(_ file: String, _ index: Int, _ size: Int, _ sha: String) -> NamedChunk {
      NamedChunk(
        fileID: file,
        chunk: ChunkRecord(file: 0, index: index, size: size, sha256: sha, place: "x:0"))
    }
    let later = now.addingTimeInterval(500)
    let outcomes = try await catalogue.record(
      [
        named("f0", 0, 10, "a"), named("f1", 0, 10, "b"), named("f0", 0, 10, "a"),
        named("f1", 0, 10, "z"), named("f1", 1, 21, "c"), named("none", 0, 1, "d"),
        named("f0", 1, 10, "e"),
      ], of: record.id, expiresAt: later)
    #expect(
      outcomes == [.recorded, .recorded, .same, .conflict, .tooLarge, .tooLarge, .recorded])
    let begun = try await catalogue.upload(record.id)
    #expect(begun?.receivedBytes == 30 && begun?.expiresAt == later)
    let standings = try await catalogue.standings(
      of: [
        ChunkName(fileID: "f1", index: 0), ChunkName(fileID: "f1", index: 1),
        ChunkName(fileID: "none", index: 0),
      ], in: record.id, by: anna.id)
    #expect(standings.map(\.chunk?.sha256) == ["b", nil, nil])
    #expect(standings.map(\.hasRoom) == [true, true, false])
    #expect(standings.allSatisfy { $0.account?.user == anna && $0.upload?.id == record.id })
    let nowhere = try await catalogue.record(
      [named("f0", 0, 1, "a"), named("f0", 1, 1, "a")], of: .make(), expiresAt: later)
    #expect(nowhere == [.closed, .closed])
    // Chunks that are known when the session is made count from the beginning.
    let (second, secondFiles) = upload(anna, client: nil, files: 2, bytes: 40)
    try await catalogue.open(
      second, files: secondFiles,
      chunks: [ChunkRecord(file: 1, index: 0, size: 7, sha256: "k", place: "o0:0")], audit: nil)
    #expect(try await catalogue.upload(second.id)?.receivedBytes == 7)
    #expect(try await catalogue.chunks(of: second.id).map(\.file) == [1])
    #expect(try await catalogue.outstandingBytes(now: now) == 10 + 33)
  }

  func pieces() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let (record, files) = upload(anna, client: nil, files: 2, bytes: 40)
    try await catalogue.open(record, files: files)
    let later = now.addingTimeInterval(500)
    func piece(_ start: Int, _ size: Int, _ sha: String, chunk: Int = 0) -> PieceRecord {
      PieceRecord(file: 1, chunk: chunk, start: start, size: size, sha256: sha, place: "p:\(start)")
    }
    func put(_ piece: PieceRecord, agreeing: [PieceRecord] = [], to id: UploadID? = nil)
      async throws -> PieceOutcome
    {
      try await catalogue.record(
        piece, agreeing: agreeing, of: id ?? record.id, expiresAt: later)
    }
    let first = piece(0, 4, "a")
    #expect(try await put(first) == .recorded)
    #expect(try await catalogue.upload(record.id)?.expiresAt == later)
    #expect(try await catalogue.upload(record.id)?.receivedBytes == 0, "no chunk yet")
    #expect(try await put(first) == .same)
    #expect(try await put(piece(0, 4, "b")) == .changed)
    #expect(try await put(piece(3, 4, "c")) == .changed)
    #expect(try await put(piece(3, 4, "c"), agreeing: [first]) == .recorded)
    #expect(try await put(piece(7, 3, "d")) == .recorded)
    #expect(try await put(piece(0, 4, "e", chunk: 1)) == .recorded)
    #expect(try await catalogue.pieces(of: record.id).count == 4)
    let ranges = try await catalogue.pieces(of: 0, file: 1, of: record.id).map(\.range)
    #expect(ranges == [0..<4, 3..<7, 7..<10])
    #expect(try await catalogue.expired(before: now, emptyBefore: .distantFuture) == [])
    try await catalogue.forgetPieces(of: 1, file: 1, of: record.id)
    #expect(try await catalogue.pieces(of: 1, file: 1, of: record.id).isEmpty)
    // The chunk takes the place of its pieces.
    let whole = ChunkRecord(file: 1, index: 0, size: 10, sha256: "w", place: "x:0")
    #expect(
      try await catalogue.record(whole, fileID: "f1", of: record.id, expiresAt: later)
        == .recorded)
    #expect(try await catalogue.pieces(of: record.id).isEmpty)
    #expect(try await put(first) == .whole)
    #expect(try await put(first, to: .make()) == .closed)
  }

  /// Bytes by digest, of the same user; instances by UID, of the same facility.
  func known() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    let bert = try await user("bert", catalogue)
    let cora = try await user("cora", catalogue, facility: "South")
    let digest = String(repeating: "a", count: 64)
    let wanted = FileRecord(
      ordinal: 5, fileID: "new", expectedSize: 50, expectedSHA256: digest)
    var other = wanted
    other.expectedSize = 49
    var unread = wanted
    unread.expectedSHA256 = nil
    func found(_ owner: User) async throws -> [KnownContent?] {
      try await catalogue.knownContent(of: [wanted, other, unread], owner: owner.id)
    }
    var (record, files) = upload(anna, client: "k", files: 2)
    files[1].expectedSHA256 = nil
    try await catalogue.open(record, files: files)
    #expect(try await found(anna) == [nil, nil, nil], "nothing came yet")
    let chunk = ChunkRecord(file: 0, index: 1, size: 10, sha256: "c", place: "x:7")
    _ = try await catalogue.record(chunk, fileID: "f0", of: record.id, expiresAt: now)
    let begun = KnownContent(
      upload: record.id, file: 0, chunkSize: 10, object: nil, chunks: [chunk])
    #expect(try await found(anna) == [begun, nil, nil])
    #expect(try await found(bert) == [nil, nil, nil])
    // A digest that comes later is kept once.
    try await catalogue.announce([0: "x", 1: "late"], of: record.id)
    try await catalogue.announce([1: "later"], of: record.id)
    #expect(try await catalogue.files(of: record.id).map(\.expectedSHA256) == [digest, "late"])
    record.state = .stored
    record.nextAttemptAt = now
    for index in files.indices {
      files[index].state = .stored
      files[index].storedAt = now
      files[index].size = 50
      files[index].sha256 = digest
      files[index].blob = BlobKey("2027/01/15/upload-\(record.id.rawValue)/k\(index)")
      files[index].instance = InstanceFacts(
        sopClassUID: "1.2", sopInstanceUID: "1.2.\(index)", studyInstanceUID: "1.2",
        seriesInstanceUID: "1.2")
    }
    try await catalogue.seal(record, files: files, report: nil)
    let kept = try await found(anna)
    #expect(kept[0]?.object == files[0].blob || kept[0]?.object == files[1].blob)
    #expect(kept[1] == nil && kept[2] == nil)
    #expect(try await found(bert) == [nil, nil, nil])
    // Instances, with their furthest state.
    func instances(_ user: User) async throws -> [KnownInstance] {
      try await catalogue.knownInstances(["1.2.1", "1.2.0", "9.9"], facility: user.facility.id)
    }
    let stored = try await instances(bert)
    #expect(stored.map(\.sopInstanceUID) == ["1.2.0", "1.2.1"])
    #expect(stored.allSatisfy { $0.state == .stored && $0.at == now && $0.sha256 == digest })
    #expect(try await instances(cora).isEmpty)
    let later = now.addingTimeInterval(9)
    try await catalogue.record(
      [
        InstanceProgress(file: 0, state: .verified, isSent: true),
        InstanceProgress(file: 1, state: .failed, reason: "no", isSent: false),
      ], of: record.id, now: later)
    let proven = try await instances(anna)
    #expect(proven.map(\.state) == [.verified] && proven.first?.at == later)
    // What belongs to nothing.
    let stray = BlobKey("2027/01/15/upload-\(UploadID.make().rawValue)/k")
    let forgotten = BlobKey("2027/01/15/upload-\(record.id.rawValue)/other")
    let foreign = BlobKey("reports/2027/x")
    let (open, openFiles) = upload(anna, client: nil)
    try await catalogue.open(open, files: openFiles)
    let young = BlobKey("2027/01/15/upload-\(open.id.rawValue)/k")
    let key = try #require(files[0].blob)
    #expect(
      try await catalogue.unwanted([stray, key, forgotten, foreign, young]) == [stray, forgotten])
    let nobody = UploadID.make()
    #expect(
      try await catalogue.notReceiving([open.id, record.id, nobody]) == [record.id, nobody])
  }

  func custody() async throws {
    let catalogue = try await make()
    let anna = try await user("anna", catalogue)
    var (record, files) = upload(anna, client: nil, files: 2)
    try await catalogue.open(record, files: files)
    record.state = .stored
    record.nextAttemptAt = now
    for index in files.indices {
      files[index].state = .stored
      files[index].blob = BlobKey("k\(index)")
    }
    try await catalogue.seal(record, files: files, report: nil)
    await #expect(throws: CatalogueError.missing) {
      try await catalogue.seal(record, files: files, report: nil)
    }
    #expect(try await catalogue.due(now: now, limit: 5) == [record.id])
    #expect(try await catalogue.due(now: now.addingTimeInterval(-1), limit: 5) == [])
    try await catalogue.record(
      [
        InstanceProgress(file: 0, state: .failed, reason: "no", isSent: false),
        InstanceProgress(file: 1, state: .verified, isSent: true),
      ], of: record.id, now: now)
    // What failed for good stays so.
    try await catalogue.record(
      [InstanceProgress(file: 0, state: .verified, isSent: true)], of: record.id, now: now)
    #expect(try await catalogue.files(of: record.id).map(\.state) == [.failed, .verified])
    let later = now.addingTimeInterval(50)
    try await catalogue.conclude(
      record.id, state: .forwarding, reason: "r", nextAttemptAt: later, now: now)
    #expect(try await catalogue.nextAttempt(after: now) == later)
    #expect(try await catalogue.upload(record.id)?.attempts == 1)
    #expect(try await catalogue.releasable(provenBefore: .distantFuture, limit: 9) == [])
    try await catalogue.conclude(
      record.id, state: .verified, reason: "", nextAttemptAt: nil, now: now)
    #expect(try await catalogue.queueDepth() == 0)
    #expect(try await catalogue.releasable(provenBefore: now, limit: 9) == [])
    #expect(
      try await catalogue.releasable(provenBefore: later, limit: 9) == [BlobKey("k1")])
    #expect(try await catalogue.releasable(provenBefore: later, limit: 9) == [])
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
