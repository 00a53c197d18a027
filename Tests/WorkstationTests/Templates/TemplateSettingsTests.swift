import Domain
import Screen
import Testing

@testable import Workstation

/// Templates in the settings: made, changed, deleted, brought back.
@Suite struct TemplateSettingsTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  @Test(arguments: sizes) func screens(_ size: (Int, Int)) {
    var stage = TemplateSamples.settings(size.0, size.1)
    stage.press("Enter")
    stage.settle(TemplateSamples.store)
    GoldenScreen.expect(stage.draw(), "templates-\(size.0)x\(size.1)")
    stage.press("j", "j")
    GoldenScreen.expect(stage.draw(), "templates-read-only-\(size.0)x\(size.1)")
    stage.press("g", "Enter")
    GoldenScreen.expect(stage.draw(), "template-form-\(size.0)x\(size.1)")
    // The history with its caret, and an error at its field.
    stage.press("↓", "↓", "↓", "↓", "↓", "↓")
    stage.type(" for {{patient_name}}")
    stage.press("Enter")
    GoldenScreen.expect(stage.draw(), "template-error-\(size.0)x\(size.1)")
  }

  @Test func oneIsMade() {
    var stage = TemplateSamples.settings()
    #expect(stage.text.contains("2 of yours, 2 of the facility"))
    #expect(stage.press("Enter") == [.load(.templates)])
    // By its key as well, from any row.
    stage.press("Esc", "g")
    #expect(stage.press("t") == [.load(.templates)])
    stage.press("a")
    // Nothing is kept without a name, nor one that fills nothing.
    #expect(stage.press("Enter").isEmpty)
    #expect(stage.text.contains("! Name: is missing"))
    stage.type("Brain trauma")
    #expect(stage.press("Enter").isEmpty)
    #expect(stage.text.contains("! Level: the template fills nothing"))
    // The marker went to the level.
    stage.press("→")
    #expect(stage.press("Enter").isEmpty)
    #expect(stage.text.contains("! Name: is taken by another template"))
    stage.type(" 2")
    let effects = stage.press("Enter")
    #expect(
      effects == [
        .perform(
          .saveTemplate(
            nil, .user,
            TemplateValues([.name: "Brain trauma 2", .serviceLevel: "stat"])))
      ])
    #expect(stage.text.contains("Brain trauma 2 is kept."))
  }

  /// What was written is not lost when the store could not keep it.
  @Test func aFailureBringsTheFormBack() {
    var stage = TemplateSamples.settings()
    stage.press("Enter", "a")
    stage.type("Long work")
    stage.press("Tab", "Tab", "Tab", "→", "Enter")
    #expect(!stage.text.contains("New template"))
    let values = TemplateValues([.name: "Long work", .serviceLevel: "stat"])
    stage.send(.failed(.perform(.saveTemplate(nil, .user, values)), "No room on the disk."))
    #expect(stage.text.contains("New template") && stage.text.contains("Long work"))
  }

  @Test func oneIsChangedOrLeft() {
    var stage = TemplateSamples.settings()
    stage.press("Enter", "Enter")
    // Nothing changed: Esc leaves at once.
    stage.press("Esc")
    #expect(stage.state.settings.templates.form == nil)
    stage.press("Enter", "End")
    stage.type("!")
    stage.press("Esc")
    #expect(stage.text.contains("Leave the template?"))
    stage.press("n")
    #expect(stage.state.settings.templates.form != nil)
    guard case .perform(.saveTemplate(let id, .user, let values)) = stage.press("Enter").first
    else {
      Issue.record("not kept: \(stage.effects)")
      return
    }
    #expect(id == TemplateSamples.rows[0].id && values[.name] == "Brain trauma!")
    var expected = TemplateSamples.rows[0].template.values
    expected[.name] = "Brain trauma!"
    #expect(values == expected)
    stage.press("Enter", "Backspace", "Esc", "y")
    #expect(stage.state.settings.templates.form == nil)
  }

  @Test func aQuestionComesBeforeDeletingAndUndoBringsBack() {
    var stage = TemplateSamples.settings()
    stage.press("Enter", "x")
    #expect(stage.text.contains("Delete Brain trauma?"))
    stage.press("n")
    #expect(stage.effects.isEmpty)
    stage.press("Delete", "y")
    #expect(stage.effects == [.perform(.deleteTemplate(TemplateSamples.rows[0].id))])
    stage.send(.loaded(.templates(Array(TemplateSamples.rows.dropFirst()))))
    let template = TemplateSamples.rows[0].template
    #expect(
      stage.press("u") == [.perform(.saveTemplate(template.id, .user, template.values))])
    #expect(!stage.state.barItems.contains { $0.title == "bring back" })
  }

  @Test func whatMayNotBeChangedSaysWhy() {
    var stage = TemplateSamples.settings()
    stage.press("Enter", "j", "j")
    #expect(stage.text.contains("Read only: only an administrator of Northside changes it."))
    stage.press("Enter")
    #expect(stage.state.settings.templates.form == nil)
    stage.press("x")
    #expect(stage.text.contains("only an administrator of Northside"))
    #expect(!stage.text.contains("Delete Spine"))
    // Nor may one be made for the facility.
    stage.press("a", "↑", "→")
    #expect(stage.state.settings.templates.form?.scope == .user)
    // An administrator may.
    var chief = Stage.user
    chief.role = .facilityAdmin
    var office = TemplateSamples.settings(user: chief)
    office.press("Enter", "j", "j", "Enter")
    #expect(office.state.settings.templates.form?.scope == .facility)
    office.press("Esc", "a", "↑", "→")
    #expect(office.state.settings.templates.form?.scope == .facility)
  }

  @Test func textOfOthersIsHarmless() {
    var stage = TemplateSamples.settings()
    stage.press("Enter", "j", "Enter")
    #expect(!stage.text.contains("\u{1B}"))
    #expect(stage.text.contains("山田"))
  }

  @Test func newsOfTheStoreAreRead() {
    var stage = TemplateSamples.settings()
    stage.press("Enter", "j")
    #expect(stage.send(.storeChanged([.templates])).contains(.load(.templates)))
    // The marker stays on its template.
    stage.send(.loaded(.templates(Array(TemplateSamples.rows.dropFirst()))))
    #expect(stage.state.settings.templates.selected?.id == TemplateSamples.rows[1].id)
  }
}
