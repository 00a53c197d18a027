import Domain
import Foundation
import TestSupport
import Testing

/// The same study again, through the real programs: only what is new is sent, and a person who wants
/// it all gives a reason that the gateway keeps.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct SendAgainTests {
  private struct Outcome: Decodable {
    struct Earlier: Decodable {
      var new: Int
      var known: Int
      var conflicting: Int
      var uploads: [String]
      var asked: String
    }
    var studyInstanceUid: String
    var verdict: String
    var reason: String
    var instances: Int
    var sending: Int
    var earlier: Earlier?

    static func lines(_ output: String) throws -> [Outcome] {
      try output.split(separator: "\n").map {
        try ClientWorkplace.decoder.decode(Outcome.self, from: Data($0.utf8))
      }
    }
  }

  private func site() async throws -> (ClientWorkplace, GatewayProcess) {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    try await workplace.logIn(at: gateway)
    return (workplace, gateway)
  }

  private func audit(_ workplace: ClientWorkplace, _ action: String) async throws -> [[String:
    String]]
  {
    struct Row: Decodable {
      var actor: String
      var id: String
      var detail: String
    }
    let child = try await ChildProcess.run(
      GatewayProcess.program,
      ["audit", "ls", "--data", workplace.data.path, "--action", action, "--json"],
      within: .seconds(60))
    return try child.output.split(separator: "\n").map {
      let row = try JSONDecoder().decode(Row.self, from: Data($0.utf8))
      return ["actor": row.actor, "id": row.id, "detail": row.detail]
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func onlyNewImagesAreSent() async throws {
    let (workplace, gateway) = try await site()
    defer { gateway.process.send(9) }
    let study = try SyntheticStudy(files: 7, rows: 64)
    let folder = try workplace.makeFolder("study")
    func write(_ files: ArraySlice<SyntheticStudy.File>) throws {
      for file in files { try file.bytes.write(to: folder.appendingPathComponent(file.id)) }
    }
    try write(study.files.prefix(4))
    let first = try await workplace.run(["upload", folder.path, "--wait", "--json"])
    #expect(first.exitStatus == 0, "\(first.errors)")
    let sent = try #require(try ClientUpload.lines(first.output).first)
    #expect(sent.isProven && sent.instances == 4)

    // Three more images: these are sent, and the history says where the others are.
    try write(study.files.suffix(3))
    let more = try await workplace.run(["upload", folder.path, "--wait", "--json"])
    #expect(more.exitStatus == 0, "\(more.errors)")
    #expect(more.errors.contains("append: 3 new of 7"), "\(more.errors)")
    let added = try #require(try ClientUpload.lines(more.output).first)
    #expect(added.isProven && added.instances == 3, "\(added)")
    let words = try await workplace.run(["queue", "show", added.uploadId])
    #expect(words.output.contains("Left out 4 of 7 images"), "\(words.output)")

    // Again: nothing is left, here and on another workstation, where only the gateway knows.
    var other = workplace
    other.home = workplace.folder.url.appendingPathComponent("other")
    try await other.logIn(at: gateway)
    for place in [workplace, other] {
      let again = try await place.run(["upload", folder.path, "--wait", "--json"])
      #expect(again.exitStatus == 5, "\(again.errors)")
      #expect(again.errors.contains("already there: sent"), "\(again.errors)")
      let outcome = try #require(try Outcome.lines(again.output).first)
      #expect(outcome.verdict == "already_there" && outcome.sending == 0)
      #expect(outcome.earlier?.known == 7 && outcome.earlier?.asked == "gateway")
      #expect(outcome.earlier?.uploads.count == 2)
    }
    #expect(try await workplace.queue().count == 2)
    #expect(try await other.queue().isEmpty)

    // With a reason: all of it, and the gateway's log has who and why.
    let forced = try await workplace.run([
      "upload", folder.path, "--wait", "--json", "--force-reason", "PACS lost a disk",
    ])
    #expect(forced.exitStatus == 0, "\(forced.errors)")
    let resent = try #require(try ClientUpload.lines(forced.output).first)
    #expect(resent.isProven && resent.instances == 7)
    let reasons = try await audit(workplace, "upload.reason")
    #expect(reasons.count == 1, "\(reasons)")
    #expect(reasons.first?["detail"] == "duplicate_forced: PACS lost a disk")
    #expect(reasons.first?["actor"] == "anna")
    let forcings = try await audit(workplace, "upload.forced")
    #expect(forcings.map { $0["id"] } == reasons.map { $0["id"] })
  }

  /// The gateway has the very bytes from this user: they are sent once more without going over the
  /// line.
  @Test(.timeLimit(.minutes(5)))
  func whatIsForcedDoesNotGoOverTheLineTwice() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    let relay = try CountingRelay(to: gateway.port)
    defer { relay.close() }
    try await workplace.logIn(port: relay.port)
    let folder = try workplace.makeFolder("study")
    let study = try SyntheticStudy(files: 5, rows: 128, isIncompressible: true)
    for file in study.files { try file.bytes.write(to: folder.appendingPathComponent(file.id)) }
    #expect(try await workplace.run(["upload", folder.path, "--wait"]).exitStatus == 0)
    #expect(relay.payloadBytes == study.byteCount)
    let forced = try await workplace.run([
      "upload", folder.path, "--wait", "--json", "--force-reason", "PACS lost a disk",
    ])
    #expect(forced.exitStatus == 0, "\(forced.errors)")
    let upload = try #require(try ClientUpload.lines(forced.output).first)
    #expect(upload.isProven && upload.instances == 5, "\(upload)")
    #expect(relay.payloadBytes == study.byteCount)
  }

  /// The same identifier with other bytes is never left out silently: it needs a person.
  @Test(.timeLimit(.minutes(5)))
  func otherBytesNeedAPerson() async throws {
    let (workplace, gateway) = try await site()
    defer { gateway.process.send(9) }
    let study = try SyntheticStudy(files: 2, rows: 32)
    let folder = try workplace.makeFolder("study")
    for file in study.files { try file.bytes.write(to: folder.appendingPathComponent(file.id)) }
    #expect(try await workplace.run(["upload", folder.path, "--wait"]).exitStatus == 0)
    var changed = study.files[1].bytes
    changed[changed.count - 1] ^= 1
    try changed.write(to: folder.appendingPathComponent(study.files[1].id))

    let refused = try await workplace.run(["upload", folder.path, "--json"])
    #expect(refused.exitStatus == 7, "\(refused.errors)")
    #expect(refused.errors.contains("conflict: 1 of 2 images"), "\(refused.errors)")
    #expect(try Outcome.lines(refused.output).first?.earlier?.conflicting == 1)

    // A plan says the same, and its force_reason is the person's decision.
    let plan = workplace.folder.url.appendingPathComponent("plan.json")
    _ = try await workplace.run(["upload", "plan", folder.path, "-o", plan.path])
    let check = try await workplace.run(["upload", "check", plan.path, "--json"])
    #expect(check.exitStatus == 7, "\(check.output)")
    #expect(try Outcome.lines(check.output).first?.verdict == "refused")
    var made = try StudyPlan.decode(try Data(contentsOf: plan))
    made.studies[0].forceReason = "read out anew"
    try made.encoded().write(to: plan)
    let run = try await workplace.run(["upload", "run", plan.path, "--wait", "--json"])
    // It went out; whether a PACS takes other bytes under the same identifier is the PACS's to say,
    // and the built-in archive does not.
    let sent = try #require(try ClientUpload.lines(run.output).first)
    #expect(run.exitStatus == 7 && sent.state == "failed" && sent.instancesSent == 2, "\(sent)")
    #expect(sent.reason.contains("another file with the same SOP Instance UID"), "\(sent.reason)")
    #expect(
      try await audit(workplace, "upload.reason").map { $0["detail"] }
        == ["duplicate_forced: read out anew"])
  }

  /// A watched folder: what was sent before is not sent twice, new images are, and other bytes wait
  /// for a person in the queue.
  @Test(.timeLimit(.minutes(5)))
  func watchedFoldersSendNothingTwice() async throws {
    let (workplace, gateway) = try await site()
    defer { gateway.process.send(9) }
    let study = try SyntheticStudy(files: 3, rows: 32)
    let first = try workplace.makeFolder("first")
    for file in study.files.prefix(2) {
      try file.bytes.write(to: first.appendingPathComponent(file.id))
    }
    #expect(try await workplace.run(["upload", first.path, "--wait"]).exitStatus == 0)
    let second = try workplace.makeFolder("second")
    for file in study.files { try file.bytes.write(to: second.appendingPathComponent(file.id)) }
    let watch = try await workplace.run(["watch", second.path, "--once", "--quiet", "0"])
    #expect(watch.exitStatus == 0, "\(watch.errors)")
    #expect(watch.errors.contains("append: 1 new of 3"), "\(watch.errors)")
    #expect(Set(try await workplace.queue().map(\.instances)) == [2, 1])

    let third = try workplace.makeFolder("third")
    var changed = study.files[0].bytes
    changed[changed.count - 1] ^= 1
    try changed.write(to: third.appendingPathComponent("a"))
    let held = try await workplace.run(["watch", third.path, "--once", "--quiet", "0"])
    #expect(held.errors.contains("is held: conflict: 1 of 1"), "\(held.errors)")
    let row = try #require(try await workplace.queue().first { $0.state == "held" })
    #expect(row.reason.contains("other contents"))
  }

  /// The facility's entry in the file of `--routes`: STAT without a history.
  @Test(.timeLimit(.minutes(5)))
  func aFacilityDoesWithoutHistory() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    try await GatewayProcess.addUser("ben", facility: "Harbour", data: workplace.data)
    let routes = workplace.folder.url.appendingPathComponent("routes.json")
    try Data("{\"facilities\": {\"Harbour\": {\"history_required\": false}}}".utf8).write(
      to: routes)
    let gateway = try await GatewayProcess.start(
      data: workplace.data, options: ["--routes", routes.path])
    defer { gateway.process.send(9) }
    let folder = try workplace.makeFolder("study")
    for file in try SyntheticStudy(files: 1, rows: 32).files {
      try file.bytes.write(to: folder.appendingPathComponent(file.id))
    }
    try await workplace.logIn("anna", at: gateway)
    let strict = try await workplace.run(["upload", folder.path, "--level", "stat", "--wait"])
    #expect(strict.exitStatus == 2 && strict.errors.contains("needs a clinical history"))
    try await workplace.logIn("ben", at: gateway)
    let plan = workplace.folder.url.appendingPathComponent("plan.json")
    let made = try await workplace.run([
      "upload", "plan", folder.path, "-o", plan.path, "--level", "stat",
    ])
    #expect(made.exitStatus == 0, "\(made.errors)")
    let sent = try await workplace.run(["upload", folder.path, "--level", "stat", "--wait"])
    #expect(sent.exitStatus == 0, "\(sent.errors)")
  }
}
