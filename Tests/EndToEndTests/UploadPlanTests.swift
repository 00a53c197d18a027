import DICOM
import Domain
import Foundation
import Store
import TestSupport
import Testing

/// Plans, archives and media through the real programs, to a gateway with its built-in archive.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct UploadPlanTests {
  private func site() async throws -> (ClientWorkplace, GatewayProcess) {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    try await workplace.logIn(at: gateway)
    return (workplace, gateway)
  }

  private func spooled(_ workplace: ClientWorkplace) -> Int {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: Home(folder: workplace.home.path).spool)
    return names?.count { !$0.hasPrefix(".") } ?? 0
  }

  /// An archive is copied out, proven, and its copies go; the archive may be gone by then.
  @Test(.timeLimit(.minutes(5)))
  func anArchiveIsSent() async throws {
    let (workplace, gateway) = try await site()
    defer { gateway.process.send(9) }
    let study = try SyntheticStudy(files: 3, rows: 64)
    let zip = workplace.folder.url.appendingPathComponent("cd.zip")
    try StoredZip.make(
      study.files.map { ("DICOM/\($0.id)", $0.bytes) } + [("README.TXT", Data("hello".utf8))]
    ).write(to: zip)
    // No room: said in words, and nothing is half taken.
    var environment = workplace.environment
    environment["RADRELAY_SPOOL_QUOTA"] = "1 KB"
    let full = try await ChildProcess.run(
      ClientWorkplace.program, ["upload", zip.path], environment: environment)
    #expect(full.exitStatus == 75 && full.errors.contains("quota"), "\(full.errors)")
    #expect(spooled(workplace) == 0)
    #expect(try await workplace.queue().isEmpty)
    let queued = try await workplace.run(["upload", zip.path, "--json"])
    #expect(queued.exitStatus == 0, "\(queued.errors)")
    #expect(queued.errors.contains("copied here first"), "\(queued.errors)")
    #expect(spooled(workplace) == 3)
    try FileManager.default.removeItem(at: zip)
    let row = try await Wait.value("proof", within: .seconds(90)) {
      _ = try await workplace.run(["sync", "--once"])
      return try await workplace.queue().first { $0.isProven }
    }
    #expect(row.instancesVerified == 3 && row.bytes == study.byteCount)
    #expect(spooled(workplace) == 0, "proven: nobody needs the copies")
  }

  @Test(.timeLimit(.minutes(5)))
  func aPlanIsMadeCheckedAndRun() async throws {
    let (workplace, gateway) = try await site()
    defer { gateway.process.send(9) }
    let folder = try workplace.makeFolder("day")
    let studies = try (1...2).map { try SyntheticStudy(files: 2, rows: 32, seed: $0) }
    for (number, study) in studies.enumerated() {
      for file in study.files {
        try file.bytes.write(to: folder.appendingPathComponent("\(number)-\(file.id)"))
      }
    }
    let scan = try await workplace.run(["upload", "scan", folder.path, "--json"])
    #expect(scan.exitStatus == 0 && scan.output.split(separator: "\n").count == 2)
    let plan = workplace.folder.url.appendingPathComponent("plan.json")
    let made = try await workplace.run([
      "upload", "plan", folder.path, "-o", plan.path, "--set", "study_description=Told otherwise",
    ])
    #expect(made.exitStatus == 0, "\(made.errors)")
    // Another patient than in the files: only with a reason.
    let other = ["upload", "plan", folder.path, "-o", "-", "--set", "patient_id=OTHER"]
    let unexplained = try await workplace.run(other)
    #expect(unexplained.exitStatus == 2 && unexplained.output.isEmpty)
    #expect(unexplained.errors.contains("identity_reason"), "\(unexplained.errors)")
    let explained = try await workplace.run(other + ["--reason", "wrong card read"])
    #expect(explained.exitStatus == 0, "\(explained.errors)")
    #expect(
      try StudyPlan.decode(explained.outputBytes).studies.allSatisfy {
        $0.identityReason == "wrong card read"
      })
    let read = try StudyPlan.decode(try Data(contentsOf: plan))
    #expect(Set(read.studies.map(\.studyInstanceUID)) == Set(studies.map(\.study)))
    let good = try await workplace.run(["upload", "check", plan.path])
    #expect(good.exitStatus == 0, "\(good.output)")

    // One study changes: it is refused in words, the other one goes.
    let handle = try FileHandle(
      forWritingTo: folder.appendingPathComponent("1-\(studies[1].files[0].id)"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([0, 0]))
    try handle.close()
    let check = try await workplace.run(["upload", "check", plan.path])
    #expect(check.exitStatus == 6)
    #expect(check.output.contains("changed since the plan was made"), "\(check.output)")
    let run = try await workplace.run(["upload", "run", plan.path, "--wait", "--json"])
    #expect(run.exitStatus == 6, "\(run.errors)")
    #expect(run.errors.contains(studies[1].study), "\(run.errors)")
    let row = try #require(try ClientUpload.lines(run.output).first)
    #expect(row.studyInstanceUid == studies[0].study && row.isProven)
    let store = try Store(home: Home(folder: workplace.home.path))
    let work = try #require(try await store.work(UploadID(row.uploadId)))
    #expect(work.upload.study.studyDescription == "Told otherwise")
    // The copies that went out say it, too, and the sources stay as they were.
    #expect(work.overridden.isEmpty)
    try store.close()
    let arrived = workplace.archived()
    #expect(arrived.map(\.studyDescription) == ["Told otherwise", "Told otherwise"])
    #expect(
      !arrived.contains { studies[0].files.map(\.sopInstanceUID).contains($0.sopInstanceUID) })
    for file in studies[0].files {
      let path = folder.appendingPathComponent("0-\(file.id)")
      #expect(try Data(contentsOf: path) == file.bytes, "a source was touched")
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func badPlansAndValuesAreUsageErrors() async throws {
    let workplace = try ClientWorkplace()
    let plan = workplace.folder.url.appendingPathComponent("plan.json")
    try Data("{\"format\": \"radrelay-plan\", \"version\": 1, \"studys\": []}".utf8).write(to: plan)
    let bad = try await workplace.run(["upload", "check", plan.path])
    #expect(bad.exitStatus == 2 && bad.errors.contains("studys"), "\(bad.errors)")
    let gone = try await workplace.run(["upload", "check", plan.path + ".gone"])
    #expect(gone.exitStatus == 8, "\(gone.errors)")
    let set = try await workplace.run([
      "upload", "plan", workplace.folder.url.path, "-o", "-", "--set", "patient_sex=X",
    ])
    #expect(set.exitStatus == 2 && set.errors.contains("M, F, O"), "\(set.errors)")
    #expect(set.output.isEmpty)
  }
}
