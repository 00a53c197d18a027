import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// The cases pane: what is seen and what keys do.
@Suite struct CasesTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  static let preview = GrayThumbnail(
    width: 64, height: 64,
    pixels: Data(
      (0..<4096).map { index in
        let x = Double(index % 64) - 31.5
        let y = Double(index / 64) - 31.5
        let radius = (x * x + y * y).squareRoot()
        return radius > 30 ? 0 : radius > 26 ? 240 : UInt8(90 + 2 * (index % 8))
      }))

  static func sample(
    _ id: String, _ title: String, _ modality: String, _ part: String, _ difficulty: Int,
    _ tags: [String] = []
  ) -> TeachingCase {
    TeachingCase(
      id: CaseID(id), title: title, modality: modality, bodyPart: part,
      diagnosis: "Chronic subdural haematoma", difficulty: difficulty,
      clinicalHistory:
        "72-year-old, fall two weeks ago, now confused. On warfarin. Left arm weaker since"
        + " yesterday.",
      findings: "• Crescent-shaped collection over the right convexity\n• Midline shift of 9 mm",
      teachingPoints: "Density falls with age: isodense after about two weeks.",
      differentials: ["Chronic subdural haematoma", "Hygroma", "Empyema"], tags: tags,
      author: "Dr. A. Weber", preview: preview, updatedAt: .minutes(-5_000))
  }

  static let store = SampleStore(cases: [
    sample("c1", "Confusion after a fall", "CT", "Head", 2, ["emergency", "trauma"]),
    sample("c2", "Sudden chest pain in a marathon runner at kilometre 38", "CT", "Chest", 3),
    sample("c3", "Knee after football", "MRI", "MSK", 1, ["sport"]),
    sample("c4", "Evil\u{1B}[2J title", "X-Ray", "Chest", 9),
    sample("c5", "頭痛と発熱", "MRI", "Head", 5, ["zebra"]),
  ])

  @Test(arguments: sizes) func list(_ width: Int, _ height: Int) {
    let stage = Stage.showing(.cases, Self.store, width, height)
    GoldenScreen.expect(stage.draw(), "cases-\(width)x\(height)")
  }

  @Test(arguments: sizes) func opened(_ width: Int, _ height: Int) {
    var stage = Stage.showing(.cases, Self.store, width, height)
    stage.press("Enter", answeredBy: Self.store)
    GoldenScreen.expect(stage.draw(), "cases-open-\(width)x\(height)")
    stage.press("Space")
    GoldenScreen.expect(stage.draw(), "cases-shown-\(width)x\(height)")
  }

  @Test(arguments: sizes) func empty(_ width: Int, _ height: Int) {
    let stage = Stage.showing(.cases, SampleStore(), width, height)
    GoldenScreen.expect(stage.draw(), "cases-empty-\(width)x\(height)")
  }

  @Test func theAnswerIsCoveredUntilAsked() {
    var stage = Stage.showing(.cases, Self.store, 120, 40)
    #expect(!stage.text.contains("subdural"))
    stage.press("Enter", answeredBy: Self.store)
    #expect(stage.text.contains("fall two weeks ago"))
    #expect(!stage.text.contains("subdural") && !stage.text.contains("Crescent"))
    #expect(stage.text.contains("not yet shown: findings · diagnosis · teaching points"))
    stage.press("F")
    #expect(stage.text.contains("Crescent") && !stage.text.contains("subdural"))
    stage.press("D")
    #expect(stage.text.contains("Chronic subdural haematoma") && stage.text.contains("Hygroma"))
    #expect(!stage.text.contains("Density falls"))
    stage.press("T")
    #expect(stage.text.contains("Density falls"))
    stage.press("H")
    #expect(!stage.text.contains("subdural"))
    stage.press("Enter")
    #expect(stage.text.contains("Crescent"))
    // The next case is covered again.
    stage.press("Space", "Esc", "j", "Enter", answeredBy: Self.store)
    #expect(!stage.text.contains("subdural"))
  }

  @Test func facetsNarrow() {
    var stage = Stage.showing(.cases, Self.store)
    stage.press("m", answeredBy: Self.store)
    #expect(stage.state.cases.modality == "CT")
    #expect(stage.state.cases.list.count == 2)
    stage.press("b", answeredBy: Self.store)
    #expect(stage.state.cases.bodyPart == "Chest")
    #expect(stage.state.cases.list.count == 1)
    stage.press("c", answeredBy: Self.store)
    #expect(stage.state.cases.list.count == 5)
    stage.press("/")
    stage.type("knee")
    stage.settle(Self.store)
    stage.press("Enter", answeredBy: Self.store)
    #expect(stage.state.cases.filter.text == "knee")
    #expect(stage.text.contains("Knee after football") && !stage.text.contains("marathon"))
  }
}
