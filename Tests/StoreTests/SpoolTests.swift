import Domain
import Foundation
import Synchronization
import Testing

@testable import Store

/// Bytes that only RadRelay keeps: they go when they are proven, and not before.
@Suite struct SpoolTests {
  let sandbox = Sandbox()
  private let source: String

  init() throws {
    source = sandbox.home.data + "/source"
    try FileManager.default.createDirectory(
      atPath: source, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  private var spool: String { sandbox.home.spool }

  private func names() throws -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: spool))?
      .filter { !$0.hasPrefix(".") }.sorted() ?? []
  }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
  }

  /// A file on a medium, as a scan describes it.
  private func found(_ name: String, _ bytes: Int = 3_000) throws -> DraftFile {
    let path = source + "/" + name
    try Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0 * 7) }).write(
      to: URL(fileURLWithPath: path))
    var info = stat()
    try #require(stat(path, &info) == 0)
    return DraftFile(
      path: path, byteCount: Int64(bytes),
      modifiedAt: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec),
      inode: UInt64(info.st_ino), sopInstanceUID: "1.2.3.\(name.utf8.reduce(0) { $0 + Int($1) })",
      sopClassUID: "1", seriesInstanceUID: "1.2.3.4", transferSyntaxUID: "1.2.840.10008.1.2.1")
  }

  private func draft(_ files: [DraftFile]) -> StudyDraft {
    StudyDraft(
      study: StudySummary(studyInstanceUID: "1.2.3", patientName: "Doe^Jane", modality: "CT"),
      serviceLevel: .routine, clinicalHistory: "", files: files)
  }

  private func options(
    reserve: Int64 = 0, quota: Int64? = nil, free: Int64? = nil, now: Date = Date()
  ) -> StoreOptions {
    StoreOptions(
      spool: SpoolOptions(reserveBytes: reserve, quotaBytes: quota, freeBytes: { _ in free }),
      now: { now })
  }

  /// Staged, queued, and every instance proven.
  private func prove(_ id: UploadID, in store: Store) async throws {
    let work = try #require(try await store.work(id))
    try await store.record(
      work.files.map { FileOutcome(file: $0.file.id, state: .verified) }, of: id, at: t0)
    try await store.transition(id, to: .verified, at: t0)
  }

  @Test func stagedFilesGoWhenTheirUploadIsProven() async throws {
    let store = try sandbox.open(options())
    let file = try found("DOE^JANE.dcm")
    let intake = try await store.beginIntake(bytes: file.byteCount, at: t0)
    let staged = try intake.copy(file)
    #expect(try mode(spool) == 0o700)
    #expect(try mode(staged.path) == 0o600)
    #expect(try names() == [(staged.path as NSString).lastPathComponent])
    #expect(!staged.path.contains("JANE") && staged.origin == file.path)
    #expect(
      FileManager.default.contents(atPath: staged.path)
        == FileManager.default.contents(atPath: file.path))
    let id = try #require(try await store.enqueue([draft([staged])]).first)
    let row = try #require(try await store.work(id)?.files.first?.file)
    #expect(row.path == staged.path && row.inode == staged.inode)
    #expect(row.modifiedAt == staged.modifiedAt)
    #expect(row.sha256 == staged.sha256 && row.sha256?.count == 64)
    try await store.releaseSpooled(at: t0.addingTimeInterval(1e7))
    #expect(try names().count == 1, "unsent data is never removed")
    try await prove(id, in: store)
    #expect(try names() == [])
    #expect(FileManager.default.fileExists(atPath: file.path), "the source is not ours")
  }

  @Test func cancelledUploadsKeepTheirCopiesForADay() async throws {
    let store = try sandbox.open(options())
    let intake = try await store.beginIntake(bytes: 0, at: t0)
    let staged = try intake.copy(try found("a"))
    let id = try #require(try await store.enqueue([draft([staged])]).first)
    try await store.command(.cancel, id, at: t0)
    try await store.releaseSpooled(at: t0.addingTimeInterval(86_000))
    #expect(try names().count == 1)
    // Taken back in time: it is needed again.
    try await store.command(.retry, id, at: t0)
    try await store.releaseSpooled(at: t0.addingTimeInterval(1e7))
    #expect(try names().count == 1)
    try await store.command(.cancel, id, at: t0)
    try await store.releaseSpooled(at: t0.addingTimeInterval(90_000))
    #expect(try names() == [])
    let error = await #expect(throws: StoreError.self) {
      try await store.command(.retry, id, at: t0)
    }
    #expect("\(try #require(error))".contains(source), "says from where to add it again")
  }

  @Test func thereIsRoomBeforeAnythingIsCopied() async throws {
    let store = try sandbox.open(options(reserve: 5_000_000, free: 12_000_000))
    let error = await #expect(throws: StoreError.self) {
      _ = try await store.beginIntake(bytes: 8_000_000, at: t0)
    }
    let text = "\(try #require(error))"
    #expect(text.contains("8 MB") && text.contains("12 MB") && text.contains("5 MB"), "\(text)")
    #expect(try names() == [])
    // What one handover was promised is not promised to another.
    let first = try await store.beginIntake(bytes: 6_000_000, at: t0)
    await #expect(throws: StoreError.self) {
      _ = try await store.beginIntake(bytes: 2_000_000, at: t0)
    }
    first.discard()
    #expect(try await store.beginIntake(bytes: 1_000_000, at: t0).stagedCount == 0)
    #expect(try await store.spoolStanding().room == 7_000_000)
  }

  @Test func theQuotaCountsWhatWaitsAndNeverEvictsIt() async throws {
    let store = try sandbox.open(options(quota: 10_000))
    let intake = try await store.beginIntake(bytes: 6_000, at: t0)
    let first = try intake.copy(try found("a", 6_000))
    let ids = try await store.enqueue([draft([first])])
    let error = await #expect(throws: StoreError.self) {
      _ = try await store.beginIntake(bytes: 5_000, at: t0)
    }
    let text = "\(try #require(error))"
    #expect(text.contains("10 KB") && text.contains("6 KB") && text.contains("quota"), "\(text)")
    #expect(try names().count == 1)
    // What a person gave up gives way at once, without waiting for its day.
    try await store.command(.cancel, ids[0], at: t0)
    let second = try await store.beginIntake(bytes: 5_000, at: t0.addingTimeInterval(1))
    #expect(try names() == [])
    _ = try second.copy(try found("b", 5_000))
  }

  /// More comes than was announced: asked for on the way, and nothing stays when it is refused.
  @Test func aSourceThatGrowsIsBounded() async throws {
    let folder = spool
    // A disk with room for 20 MiB.
    let free: @Sendable (String) -> Int64? = { _ in
      let spool = Spool(folder: folder, options: SpoolOptions())
      return (20 << 20) - ((try? spool.usage().bytes) ?? 0)
    }
    let store = try sandbox.open(
      StoreOptions(spool: SpoolOptions(reserveBytes: 0, freeBytes: free)))
    let intake = try await store.beginIntake(bytes: 0, at: t0)
    let piece = Data(repeating: 7, count: 1 << 20)
    let error = #expect(throws: StoreError.self) {
      _ = try intake.stage { sink in for _ in 0..<64 { try sink.write(piece) } }
    }
    guard case .noRoom = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try names() == [])
  }

  @Test func aSourceThatChangedIsNotTaken() async throws {
    let store = try sandbox.open(options())
    let intake = try await store.beginIntake(bytes: 100, at: t0)
    var file = try found("a")
    file.modifiedAt += 1
    let changed = #expect(throws: StoreError.self) { _ = try intake.copy(file) }
    #expect("\(try #require(changed))".contains("changed"))
    file.path += ".gone"
    #expect(throws: StoreError.self) { _ = try intake.copy(file) }
    #expect(try names() == [])
  }

  /// The process died between staging and handing over.
  @Test func leftoversGoAfterADay() async throws {
    let store = try sandbox.open(options())
    var intake: SpoolIntake? = try await store.beginIntake(bytes: 0, at: t0)
    let kept = try #require(try intake?.copy(try found("a")))
    _ = try intake?.copy(try found("b"))
    try Data("half".utf8).write(
      to: URL(fileURLWithPath: spool + "/\(UUID().uuidString.lowercased()).part"))
    try Data("not ours".utf8).write(to: URL(fileURLWithPath: spool + "/notes.txt"))
    _ = try await store.enqueue([draft([kept])])
    let later = Date().addingTimeInterval(2 * 86_400)
    try sandbox.open(options(now: later)).close()
    #expect(try names().count == 4, "an intake is under way, whatever the clock says")
    intake = try await store.beginIntake(bytes: 0, at: t0)
    _ = try intake?.copy(try found("c"))
    intake = nil
    try sandbox.open(options()).close()
    #expect(try names().count == 5, "younger than a day")
    try sandbox.open(options(now: later)).close()
    #expect(
      try names() == [(kept.path as NSString).lastPathComponent, "notes.txt"].sorted())
  }

  /// The process died after removing the file, and before the row said so.
  @Test func aRemovalIsRepeatedAfterACrash() async throws {
    let store = try sandbox.open(options())
    let intake = try await store.beginIntake(bytes: 0, at: t0)
    let staged = [try intake.copy(try found("a")), try intake.copy(try found("b"))]
    let id = try #require(try await store.enqueue([draft(staged)]).first)
    let work = try #require(try await store.work(id))
    try await store.record(
      work.files.map { FileOutcome(file: $0.file.id, state: .verified) }, of: id, at: t0)
    // The transition alone, without what follows it.
    try await store.write { db, _ in
      try Store.transition(id, to: .verified, reason: "", nextAttemptAt: nil, at: t0, db)
    }
    unlink(staged[0].path)
    try store.close()
    let again = try sandbox.open(options())
    #expect(try names() == [])
    let left = try await again.read { try Store.releasable($0, cancelledBefore: .distantFuture) }
    #expect(left == [])
  }

  @Test func aHandoverNeedsWhatItNames() async throws {
    let store = try sandbox.open(options())
    let intake = try await store.beginIntake(bytes: 0, at: t0)
    let staged = try intake.copy(try found("a"))
    unlink(staged.path)
    await #expect(throws: StoreError.self) { _ = try await store.enqueue([draft([staged])]) }
    var entry = try found("b")
    entry.archiveEntry = "IM1"
    let refused = await #expect(throws: StoreError.self) {
      _ = try await store.enqueue([draft([entry])])
    }
    #expect("\(try #require(refused))".contains("archive"))
    #expect(try await store.names() == [])
  }

  @Test func sizesComeFromTheEnvironment() throws {
    let options = try SpoolOptions.read([
      "RADRELAY_SPOOL_QUOTA": "50 GB", "RADRELAY_SPOOL_RESERVE": "800mb",
    ])
    #expect(options.quotaBytes == 50_000_000_000 && options.reserveBytes == 800_000_000)
    #expect(try SpoolOptions.read([:]).quotaBytes == nil)
    for bad in ["much", "-1", "5 GiB", "99999999999 TB"] {
      let error = #expect(throws: StoreError.self) {
        _ = try SpoolOptions.read(["RADRELAY_SPOOL_QUOTA": bad])
      }
      #expect("\(try #require(error))".contains("RADRELAY_SPOOL_QUOTA"))
    }
  }

  @Test func sizesComeFromTheSettingsUnlessTheEnvironmentSays() async throws {
    let settings: [Setting: String] = [.spoolQuota: "20 GB", .spoolReserve: "2 GB"]
    var options = try SpoolOptions.read([:], settings: settings)
    #expect(options.quotaBytes == 20_000_000_000 && options.reserveBytes == 2_000_000_000)
    options = try SpoolOptions.read(["RADRELAY_SPOOL_QUOTA": "1 GB"], settings: settings)
    #expect(options.quotaBytes == 1_000_000_000 && options.reserveBytes == 2_000_000_000)
    options = try SpoolOptions.read([:], settings: [.spoolQuota: "off", .spoolReserve: "off"])
    #expect(options.quotaBytes == nil && options.reserveBytes == SpoolOptions().reserveBytes)
    let error = #expect(throws: StoreError.self) {
      _ = try SpoolOptions.read([:], settings: [.spoolReserve: "some"])
    }
    #expect("\(try #require(error))".contains("spool_reserve"))
    #expect(try SpoolOptions.checked("50gb") == "50 GB")
    #expect(try SpoolOptions.checked("1234567 B") == "1234567 B")
    #expect(try SpoolOptions.checked(" Off ") == "off")
    #expect(throws: StoreError.self) { _ = try SpoolOptions.checked("much") }
  }

  /// What a person sets holds at once, over what `config.toml` says.
  @Test func aQuotaThatIsSetHoldsForTheNextCopy() async throws {
    var options = StoreOptions(settings: { [.spoolQuota: "10 KB", .spoolReserve: "0 B"] })
    options.now = { t0 }
    let store = try sandbox.open(options)
    await #expect(throws: StoreError.self) {
      _ = try await store.beginIntake(bytes: 11_000, at: t0)
    }
    try await store.set(.spoolQuota, value: "20 KB")
    #expect(try await store.spoolStanding().quota == 20_000)
    _ = try await store.beginIntake(bytes: 11_000, at: t0)
  }

  /// Nothing ends what is kept of an upload without a proof but a person.
  @Test func whatEndedWithoutAProofStaysUntilItIsForgotten() async throws {
    let store = try sandbox.open(options())
    let intake = try await store.beginIntake(bytes: 0, at: t0)
    let staged = try [intake.copy(try found("a")), intake.copy(try found("b", 1_000))]
    let ids = try await store.enqueue([draft([staged[0]]), draft([staged[1]])])
    await #expect(throws: StoreError.self) { try await store.forget(ids[0], at: t0) }
    try await store.transition(ids[0], to: .sending, at: t0)
    try await store.transition(ids[0], to: .failed, reason: "refused", at: t0)
    try await store.releaseSpooled(at: t0.addingTimeInterval(1e9))
    var standing = try await store.spoolStanding()
    #expect(standing.files == 2 && standing.bytes == 4_000)
    #expect(standing.kept == SpoolCopies(uploads: 1, files: 1, bytes: 3_000))
    #expect(
      try await store.uploadDetail(ids[0], fileLimit: 1)?.copies
        == SpoolCopies(uploads: 1, files: 1, bytes: 3_000))
    #expect(try await store.forget(ids[0], at: t0).files == 1)
    #expect(try await store.upload(ids[0]) == nil)
    #expect(FileManager.default.fileExists(atPath: source + "/a"), "the source is not ours")
    standing = try await store.spoolStanding()
    #expect(standing.files == 1 && standing.kept == SpoolCopies())
    // What is proven is nothing to be forgotten.
    try await prove(ids[1], in: store)
    await #expect(throws: StoreError.self) { try await store.forget(ids[1], at: t0) }
    #expect(try await store.upload(ids[1]) != nil)
  }

  @Test func theHomeMayGetAnotherName() async throws {
    let store = try sandbox.open(options())
    let intake = try await store.beginIntake(bytes: 0, at: t0)
    let staged = try intake.copy(try found("a"))
    let id = try #require(try await store.enqueue([draft([staged])]).first)
    try store.close()
    let other = sandbox.home.data + "-moved"
    try FileManager.default.moveItem(atPath: sandbox.home.data, toPath: other)
    defer { try? FileManager.default.removeItem(atPath: other) }
    let moved = try Store(
      home: Home(folder: other), options: options(now: Date().addingTimeInterval(1e6)))
    let path = try #require(try await moved.work(id)?.files.first?.file.path)
    #expect(path.hasPrefix(other + "/spool/"))
    #expect(FileManager.default.fileExists(atPath: path))
    try moved.close()
  }

  /// From a backup: other files with the same bytes are the copies; other bytes are not.
  @Test func theHomeMayBeACopy() async throws {
    let store = try sandbox.open(options())
    let intake = try await store.beginIntake(bytes: 0, at: t0)
    let staged = [try intake.copy(try found("a")), try intake.copy(try found("b"))]
    let id = try #require(try await store.enqueue([draft(staged)]).first)
    try store.close()
    let other = sandbox.home.data + "-copy"
    try FileManager.default.copyItem(atPath: sandbox.home.data, toPath: other)
    defer { try? FileManager.default.removeItem(atPath: other) }
    let broken = other + "/spool/" + (staged[1].path as NSString).lastPathComponent
    try Data(repeating: 1, count: 3_000).write(to: URL(fileURLWithPath: broken))
    let copy = try Store(home: Home(folder: other), options: options())
    let files = try #require(try await copy.work(id)).files.map(\.file)
    var info = stat()
    try #require(stat(files[0].path, &info) == 0)
    #expect(files[0].inode == UInt64(info.st_ino) && files[0].inode != staged[0].inode)
    #expect(files[1].path == broken && files[1].inode == staged[1].inode)
    try copy.close()
  }
}
