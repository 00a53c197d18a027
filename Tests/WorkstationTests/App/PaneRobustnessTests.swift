import Domain
import Screen
import Testing

@testable import Workstation

/// What holds for the four panes in each of their states: any size, every hint.
@Suite struct PaneRobustnessTests {
  /// Names of the situations, so that a failure says where.
  static let situations = [
    "uploads", "upload open", "uploads empty", "wizard folders", "wizard typing", "wizard studies",
    "wizard left out", "wizard details", "wizard writing", "wizard review", "reports",
    "report open", "report beside", "cases", "case open", "case shown", "dashboard",
    "dashboard table", "viewer", "viewer measuring", "viewer tiles", "viewer series",
    "viewer attributes", "viewer broken", "viewer empty", "wizard organiser",
    "wizard organiser images", "wizard organiser aim", "wizard organiser data",
    "wizard form", "wizard template", "wizard templates", "settings", "settings values",
    "settings templates", "settings template",
  ]

  static func stage(_ situation: String) -> Stage {
    var stage: Stage
    switch situation {
    case "reports", "report open", "report beside":
      stage = Stage.showing(.reports, ReportSamples.store)
      stage.press("j", "j", answeredBy: ReportSamples.store)
      if situation == "report open" { stage.press("Enter", answeredBy: ReportSamples.store) }
      if situation == "report beside" { stage.press("Tab") }
    case "cases", "case open", "case shown":
      stage = Stage.showing(.cases, CasesTests.store)
      if situation != "cases" { stage.press("Enter", answeredBy: CasesTests.store) }
      if situation == "case shown" { stage.press("Space") }
    case "dashboard", "dashboard table":
      stage = Stage.showing(.dashboard, DashboardTests.store)
      if situation != "dashboard" { stage.press("v") }
    case "viewer", "viewer measuring", "viewer tiles", "viewer series", "viewer attributes",
      "viewer broken":
      var samples = ViewerSamples()
      if situation == "viewer broken" { samples.broken = [0] }
      if situation == "viewer" { samples.studies.append(ViewerSamples.study) }
      stage = Stage.viewing(samples)
      switch situation {
      case "viewer measuring": stage.press("d", "Space", "→", viewing: samples)
      case "viewer tiles": stage.press("n", "n", viewing: samples)
      case "viewer series": stage.press("s", viewing: samples)
      case "viewer attributes": stage.press("m", viewing: samples)
      default: break
      }
    case "viewer empty":
      stage = Stage()
      stage.press("F5")
    case "settings": stage = TemplateSamples.settings()
    case "settings values":
      stage = TemplateSamples.settings()
      stage.press("g")
    case "settings templates", "settings template":
      stage = TemplateSamples.settings()
      stage.press("Enter", "x", "y", "j")
      if situation == "settings template" { stage.press("a") }
    case "uploads empty": stage = Stage.showing(.uploads, SampleStore())
    default:
      stage = Stage.showing(.uploads, UploadSamples.store)
      stage.send(.transfer(UploadSamples.transfer))
      if situation == "upload open" { stage.press("Enter", answeredBy: UploadSamples.store) }
      guard situation.hasPrefix("wizard") else { break }
      stage.press("a")
      stage.send(.folder(WizardSamples.usb))
      if situation == "wizard folders" { break }
      if situation == "wizard typing" {
        stage.press("/")
        stage.type("C")
        break
      }
      stage.press("Enter")
      stage.send(.scan(WizardSamples.finished))
      stage.press("j", "Enter")
      if situation == "wizard left out" { stage.press("x") }
      if situation.hasPrefix("wizard organiser") {
        stage.press("o")
        stage.send(.organised(OrganiserSamples.organiser(WizardSamples.studies, other: [1, 3])))
        // Something to undo and something to do again.
        stage.press("n", "n", "u", "g")
        if situation == "wizard organiser images" { stage.press("Tab", "j", "Space") }
        if situation == "wizard organiser aim" { stage.press("m") }
        if situation == "wizard organiser data" { stage.press("e") }
      }
      let late = [
        "wizard details", "wizard writing", "wizard form", "wizard review", "wizard template",
        "wizard templates",
      ]
      guard late.contains(situation) else { break }
      stage.press("n")
      if situation.hasPrefix("wizard template") {
        stage.send(.loaded(.templates(TemplateSamples.rows)))
        stage.press("t", "Enter")
        if situation == "wizard templates" { stage.press("t") }
      }
      if situation == "wizard details" { stage.press("v") }
      if situation == "wizard form" {
        stage.press("e")
        // Something that can be taken back.
        stage.type("X")
      }
      if situation == "wizard writing" {
        stage.press("Enter")
        stage.type("山田 wide and long words in a history that needs several lines on a phone")
      }
      if situation == "wizard review" { stage.press("n") }
    }
    return stage
  }

  @Test(arguments: situations) func anySize(_ situation: String) {
    var stage = Self.stage(situation)
    var sizes: [(Int, Int)] = []
    for width in 0...12 { for height in 0...12 { sizes.append((width, height)) } }
    for width in stride(from: 1, through: 210, by: 23) {
      for height in stride(from: 1, through: 64, by: 7) { sizes.append((width, height)) }
    }
    for (width, height) in sizes {
      stage.resize(width, height)
      for key in ["j", "G", "PgUp", "g", "↓"] { stage.press(key) }
      let buffer = stage.draw()
      #expect(buffer.size == Size(width: width, height: height))
      // No cell carries a control, and wide characters are whole.
      for y in 0..<height {
        for x in 0..<width {
          let cell = buffer[x, y]
          if cell.width == 2 {
            #expect(buffer[x + 1, y].width == 0, "\(width)x\(height) \(x),\(y)")
          }
          if cell.text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            Issue.record("control at \(x),\(y) in \(width)x\(height)")
          }
        }
      }
      if let cursor = buffer.cursor {
        #expect(buffer.area.contains(cursor), "\(situation) \(width)x\(height)")
      }
    }
  }

  /// Every hint in the key bar does something: state, effects or a dialog change.
  @Test(arguments: situations) func everyHintWorks(_ situation: String) {
    let stage = Self.stage(situation)
    #expect(!stage.state.barItems.isEmpty)
    for item in stage.state.barItems {
      var copy = stage
      let effects = copy.send(.input(.key(item.key)))
      #expect(!effects.isEmpty || copy.state != stage.state, "\(situation): \(item.title)")
    }
  }

  /// Every command of the four panes is reached in some situation, and help names it.
  @Test func everyCommandHasASituation() {
    var shown: Set<String> = []
    for situation in Self.situations {
      let stage = Self.stage(situation)
      for command in CommandTable.commands(of: stage.state.pane) where command.isShown(stage.state)
      {
        shown.insert(command.id)
        // What is done once a shift is found in the palette.
        #expect(!command.keys.isEmpty || !command.isInKeyBar, "\(command.id) has no key")
        #expect(!command.help.isEmpty)
      }
    }
    var stage = Stage.showing(.uploads, UploadSamples.store)
    for _ in 0..<9 { stage.press("j", answeredBy: UploadSamples.store) }
    for command in CommandTable.commands(of: .uploads) where command.isShown(stage.state) {
      shown.insert(command.id)
    }
    stage = Stage.showing(.uploads, UploadSamples.colleagues)
    for command in CommandTable.commands(of: .uploads) where command.isShown(stage.state) {
      shown.insert(command.id)
    }
    stage = Stage.showing(.cases, CasesTests.store)
    stage.press("m", answeredBy: CasesTests.store)
    for command in CommandTable.commands(of: .cases) where command.isShown(stage.state) {
      shown.insert(command.id)
    }
    let all = [PaneID.uploads, .reports, .cases, .dashboard, .viewer, .settings].flatMap(
      CommandTable.commands(of:))
    #expect(Set(all.map(\.id)).subtracting(shown).isEmpty)
  }

  /// Keys of commands that are shown together are never the same.
  @Test(arguments: situations) func keysAreUnambiguous(_ situation: String) {
    let stage = Self.stage(situation)
    var seen: [Key: String] = [:]
    for command in CommandTable.commands(of: stage.state.pane) where command.isShown(stage.state) {
      for key in command.keys {
        #expect(seen[key] == nil, "\(key.label): \(command.id) and \(seen[key] ?? "")")
        seen[key] = command.id
      }
    }
  }
}
