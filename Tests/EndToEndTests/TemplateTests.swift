import Foundation
import TestSupport
import Testing

/// Upload templates through the real programs, to a gateway with its built-in archive.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct TemplateTests {
  private struct Row: Decodable, Equatable {
    var templateId: String
    var scope: String
    var values: [String: String]
    var waits: Bool
    var problem: String
  }

  private func site() async throws -> (ClientWorkplace, GatewayProcess) {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    try await workplace.logIn(at: gateway)
    return (workplace, gateway)
  }

  private func rows(_ workplace: ClientWorkplace) async throws -> [Row] {
    let child = try await workplace.run(["template", "ls", "--json"])
    #expect(child.exitStatus == 0, "\(child.errors)")
    return try child.output.split(separator: "\n").map {
      // Names of fields are data here, not keys of ours.
      var row = try #require(
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      let values = row.removeValue(forKey: "values") as? [String: String] ?? [:]
      return Row(
        templateId: row["template_id"] as? String ?? "", scope: row["scope"] as? String ?? "",
        values: values, waits: row["waits"] as? Bool ?? true,
        problem: row["problem"] as? String ?? "?")
    }
  }

  private func set(_ workplace: ClientWorkplace, _ arguments: String...) async throws {
    let child = try await workplace.run(["template", "set"] + arguments)
    #expect(child.exitStatus == 0, "\(child.errors)")
  }

  private func sync(_ workplace: ClientWorkplace) async throws {
    let child = try await workplace.run(["sync", "--once"])
    #expect(child.exitStatus == 0, "\(child.errors)")
  }

  /// Made in the settings, picked in the wizard, taken back, given again, filled in, sent.
  @Test(.timeLimit(.minutes(5)))
  func fromTheSettingsIntoTheQueue() async throws {
    let (workplace, gateway) = try await site()
    defer { gateway.process.send(9) }
    let folder = try workplace.makeFolder("day")
    for file in try SyntheticStudy(files: 2, rows: 32).files {
      try file.bytes.write(to: folder.appendingPathComponent(file.id))
    }
    let screen = try ClientScreen(workplace)
    try await screen.see("● online")
    screen.type(",")
    try await screen.see("Templates of uploads")
    screen.type("t")
    try await screen.see("No templates yet")
    screen.type("a")
    try await screen.see("New template")
    // Without a name it is not kept.
    screen.type("\r")
    try await screen.see("! Name: is missing")
    screen.type("Trauma\tct\t\t \t\tHEAD\tFall, {{modality}}: {{indication?}}\r")
    try await screen.see("Trauma is kept.")
    screen.type("\u{1B}")
    try await screen.see("Templates of uploads")
    screen.type("\u{1B}")
    try await screen.see("No uploads yet")
    try await screen.openWizard(folder, shows: "2 files")
    screen.type("n")
    try await screen.see("Read 2 files")
    screen.type("n")
    try await screen.see("Trauma (CT) is suggested")
    screen.type("t")
    try await screen.see("suggested: CT")
    screen.type("\r")
    try await screen.see("Trauma filled level, body part, history.")
    try await screen.see("≡ STAT")
    try await screen.see("Fall, CT: {{indication?}}")
    screen.type("n")
    try await screen.see("{{indication?}} is to be filled in")
    screen.type("u")
    try await screen.see("Trauma taken back.")
    try await screen.see("routine")
    screen.type("t")
    try await screen.see("suggested: CT")
    screen.type("\r")
    try await screen.see("≡ STAT")
    screen.type("\r")
    try await screen.see("Enter done")
    screen.type("on anticoagulants\r")
    try await screen.see("Fall, CT: on anticoagulants")
    screen.type("n")
    try await screen.see("Enter queue")
    screen.type("\r")
    try await Wait.until("the proof", within: .seconds(90)) {
      let queue = try await workplace.queue()
      return queue.count == 1 && queue[0].isProven && queue[0].serviceLevel == "stat"
    }
    // The gateway has the template, too.
    try await Wait.until("the template at the gateway", within: .seconds(60)) {
      try await rows(workplace).map(\.waits) == [false]
    }
    try await screen.leave()
  }

  /// One user at two machines, both without a line.
  @Test(.timeLimit(.minutes(5)))
  func changesOfTwoDevicesComeTogether() async throws {
    let (one, gateway) = try await site()
    defer { gateway.process.send(9) }
    var two = one
    two.home = one.folder.url.appendingPathComponent("second")
    try await two.logIn(at: gateway)
    try await set(one, "Common", "--level", "routine", "--history", "as it was")
    #expect(try await rows(one).map(\.waits) == [true])
    try await sync(one)
    #expect(try await rows(one).map(\.waits) == [false])
    try await sync(two)
    #expect(try await rows(two) == rows(one))
    // Different fields, and one field on both sides.
    try await set(one, "Common", "--history", "from the first", "--body-part", "HEAD")
    try await set(two, "common", "--history", "from the second", "--modality", "CT")
    for workplace in [one, two, one] { try await sync(workplace) }
    let known = try await rows(one)
    #expect(try await rows(two) == known)
    #expect(
      known.map(\.values) == [
        [
          "name": "Common", "service_level": "routine", "body_part": "HEAD",
          "match_modality": "CT", "clinical_history": "from the second",
        ],
        [
          "name": "Common (from the other device)", "service_level": "routine",
          "body_part": "HEAD", "match_modality": "CT", "clinical_history": "from the first",
        ],
      ])
    // Deleted here, changed there: the change stays.
    #expect(try await one.run(["template", "rm", "Common"]).exitStatus == 0)
    try await set(two, "Common", "--level", "stat")
    for workplace in [two, one] { try await sync(workplace) }
    #expect(try await rows(one).map { $0.values["service_level"] } == ["stat", "routine"])
    // Deleted, and nobody changed it: it is gone everywhere.
    #expect(try await one.run(["template", "rm", known[1].templateId]).exitStatus == 0)
    for workplace in [one, two] { try await sync(workplace) }
    #expect(try await rows(two).map { $0.values["name"] } == ["Common"])
  }

  @Test(.timeLimit(.minutes(5)))
  func aPlanTakesATemplate() async throws {
    let (workplace, gateway) = try await site()
    defer { gateway.process.send(9) }
    let folder = try workplace.makeFolder("day")
    for file in try SyntheticStudy(files: 2, rows: 32).files {
      try file.bytes.write(to: folder.appendingPathComponent(file.id))
    }
    let wrong = try await workplace.run(["template", "set", "Bad", "--history", "{{patient_name}}"])
    #expect(wrong.exitStatus == 2 && wrong.errors.contains("clinical_history"), "\(wrong.errors)")
    let refused = try await workplace.run(
      ["template", "set", "Ward", "--facility", "--level", "stat"])
    #expect(
      refused.exitStatus == 7 && refused.errors.contains("administrator"), "\(refused.errors)")
    try await set(
      workplace, "Trauma", "--modality", "CT", "--level", "stat", "--history", "Fall {{date}}")
    try await set(workplace, "Open", "--history", "For {{indication?}}")
    let shown = try await workplace.run(["template", "show", "trauma"])
    #expect(shown.output.contains("Fall {{date}}"), "\(shown.output)")

    func plan(_ arguments: String...) async throws -> (ChildProcess, String) {
      let child = try await workplace.run(
        ["upload", "plan", folder.path, "-o", "-"] + arguments)
      return (child, child.output)
    }
    let (automatic, text) = try await plan("--template", "auto")
    #expect(automatic.exitStatus == 0, "\(automatic.errors)")
    #expect(text.contains("\"stat\"") && text.contains("Fall 2026-01-15"))
    // What was given stays.
    let (given, kept) = try await plan(
      "--template", "Trauma", "--level", "routine", "--history", "Typed")
    #expect(
      given.exitStatus == 0 && given.errors.contains("Typed, left: level, history"),
      "\(given.errors)")
    #expect(kept.contains("\"Typed\"") && !kept.contains("\"stat\""))
    // What is left to be filled in is in the plan, and is asked for.
    let file = workplace.folder.url.appendingPathComponent("plan.json")
    let open = try await workplace.run([
      "upload", "plan", folder.path, "-o", file.path, "--template", "Open",
    ])
    #expect(open.exitStatus == 6 && open.errors.contains("{{indication?}}"), "\(open.errors)")
    let check = try await workplace.run(["upload", "check", file.path])
    #expect(check.exitStatus != 0 && check.errors.contains("clinical_history"), "\(check.errors)")
    let missing = try await workplace.run([
      "upload", "plan", folder.path, "-o", "-", "--template", "None",
    ])
    #expect(missing.exitStatus == 8, "\(missing.errors)")
  }
}
