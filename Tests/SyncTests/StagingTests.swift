import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Sync

/// What must not stay where it is goes into the spool on the way to the queue.
@Suite struct StagingTests {
  private let home = Home(
    folder: NSTemporaryDirectory() + "radrelay-staging-" + UUID().uuidString)
  private let sources: String
  private let now = Date(timeIntervalSince1970: 1_790_000_000)

  init() throws {
    sources = home.data + "/sources"
    try FileManager.default.createDirectory(
      atPath: sources, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  private func file(
    _ name: String, _ bytes: Data, entry: String? = nil, size: Int? = nil,
    staging: StagingReason? = nil
  ) throws -> DraftFile {
    let path = sources + "/" + name
    try bytes.write(to: URL(fileURLWithPath: path))
    return try again(path, entry: entry, size: size ?? bytes.count, staging: staging)
  }

  private func again(
    _ path: String, entry: String?, size: Int, staging: StagingReason? = nil
  ) throws -> DraftFile {
    var info = stat()
    try #require(stat(path, &info) == 0)
    return DraftFile(
      path: path, archiveEntry: entry, byteCount: Int64(size),
      modifiedAt: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec),
      inode: UInt64(info.st_ino), sopInstanceUID: "1.2.\(size)", sopClassUID: "1",
      seriesInstanceUID: "1.2", transferSyntaxUID: "1.2.840.10008.1.2.1", staging: staging)
  }

  private func draft(_ files: [DraftFile]) -> StudyDraft {
    StudyDraft(
      study: StudySummary(studyInstanceUID: "1.2.3", patientName: "Doe^Jane", modality: "CT"),
      serviceLevel: .routine, clinicalHistory: "", files: files)
  }

  private func spooled() throws -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: home.spool))?
      .filter { !$0.hasPrefix(".") } ?? []
  }

  private let options = StoreOptions(spool: SpoolOptions(reserveBytes: 0))

  @Test func archivesAndMediaAreCopiedAndTheRestStays() async throws {
    defer { try? FileManager.default.removeItem(atPath: home.data) }
    let store = try Store(home: home, options: options)
    let first = Data(repeating: 1, count: 300_000)
    let second = Data(repeating: 2, count: 5)
    let zip = StoredZip.make([("DICOM/IM1", first), ("DICOM/IM2", second)])
    let files = [
      try file("a.zip", zip, entry: "DICOM/IM2", size: 5),
      try again(sources + "/a.zip", entry: "DICOM/IM1", size: 300_000),
      try file("stick", Data(repeating: 3, count: 70), staging: .removable),
      try file("disk", Data(repeating: 4, count: 80)),
    ]
    let ids = try await SourceStaging.enqueue(
      [draft(files)], in: store, owner: .nobody, now: now)
    let id = try #require(ids.first)
    let rows = try #require(try await store.work(id)).files.map(\.file)
    #expect(rows.prefix(3).allSatisfy { $0.path.hasPrefix(home.spool + "/") })
    #expect(rows[3].path == sources + "/disk", "it is sent from where it lies")
    #expect(FileManager.default.contents(atPath: rows[0].path) == second)
    #expect(FileManager.default.contents(atPath: rows[1].path) == first)
    #expect(rows[0].sha256 != nil && rows[3].sha256 == nil)
    #expect(try spooled().count == 3)
    #expect(FileManager.default.contents(atPath: sources + "/a.zip") == zip)
    // What is queued can be sent: the row describes the copy.
    for row in rows { try SourceFile(row).checkUnchanged() }
  }

  @Test func oneThatFailsLeavesNothingBehind() async throws {
    defer { try? FileManager.default.removeItem(atPath: home.data) }
    let store = try Store(home: home, options: options)
    let good = try file("stick", Data(repeating: 3, count: 70), staging: .removable)
    let zip = StoredZip.make([("IM1", Data(repeating: 1, count: 40))])
    var bad = try file("a.zip", zip, entry: "IM9", size: 40)
    func refused(_ files: [DraftFile]) async throws -> String {
      let error = await #expect(throws: StoreError.self) {
        _ = try await SourceStaging.enqueue(
          [draft(files)], in: store, owner: .nobody, now: now)
      }
      #expect(try spooled() == [])
      #expect(
        try await store.uploads(UploadFilter(), Window(offset: 0, limit: 9)).page.rows.isEmpty)
      return "\(try #require(error))"
    }
    #expect(try await refused([good, bad]).contains("a.zip!IM9"))
    bad.archiveEntry = "IM1"
    bad.modifiedAt -= 1
    #expect(try await refused([good, bad]).contains("changed"))
    // The directory of the archive promises bytes that are not there.
    var broken = zip
    broken[40] ^= 0xFF
    #expect(
      try await refused([good, try file("b.zip", broken, entry: "IM1", size: 40)])
        .contains("checksum"))
  }

  @Test func aPlanIsComparedWithTheDisk() throws {
    defer { try? FileManager.default.removeItem(atPath: home.data) }
    func scanned(_ uid: String, _ files: [DraftFile], objection: String? = nil) -> ScannedStudy {
      ScannedStudy(
        study: StudySummary(studyInstanceUID: uid, patientName: "Doe^Jane", patientID: "P1"),
        files: files, objection: objection)
    }
    let kept = try file("kept", Data(repeating: 1, count: 10))
    let changed = try file("changed", Data(repeating: 2, count: 11))
    let gone = try file("gone", Data(repeating: 3, count: 12))
    let mixed = try file("mixed", Data(repeating: 4, count: 13))
    var plan = StudyPlan(
      [
        scanned("1.1", [kept]), scanned("1.2", [changed, gone]),
        scanned("1.3", [mixed], objection: "Different patients in one study"),
      ], level: .routine, history: "", at: now)
    try Data(repeating: 2, count: 20).write(to: URL(fileURLWithPath: changed.path))
    unlink(gone.path)
    var outcomes = PlanCheck.run(plan)
    #expect(outcomes.map(\.verdict) == [.ready, .refused, .left])
    #expect(outcomes[0].draft?.files.first?.inode == kept.inode)
    #expect(outcomes[1].reason.contains(changed.path) && outcomes[1].reason.contains(gone.path))
    plan.studies[2].send = true
    outcomes = PlanCheck.run(plan)
    #expect(outcomes[2].verdict == .refused && outcomes[2].reason.contains("accept_objection"))
    plan.studies[2].acceptObjection = "twins, checked by hand"
    outcomes = PlanCheck.run(plan)
    #expect(outcomes[2].draft?.notes.first?.contains("twins") == true)
  }
}
