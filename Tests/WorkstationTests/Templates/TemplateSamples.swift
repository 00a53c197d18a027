import Domain
import Screen

@testable import Workstation

/// Templates of a user and of a facility.
enum TemplateSamples {
  static func row(
    _ name: String, _ values: [TemplateField: String], _ scope: UploadTemplate.Scope = .user,
    waits: Bool = false, problem: String = ""
  ) -> StoredTemplate {
    StoredTemplate(
      template: UploadTemplate(
        id: TemplateID("t-\(name)"), scope: scope,
        values: TemplateValues(values.merging([.name: name]) { $1 })),
      changedAt: Stage.now, changedBy: "m.torres", waits: waits, problem: problem)
  }

  static let rows = [
    row(
      "Brain trauma",
      [
        .modality: "CT", .words: "head", .serviceLevel: "stat", .bodyPart: "HEAD",
        .studyDescription: "CT brain",
        .clinicalHistory: "Trauma, {{modality}} of {{date}}. {{indication?}} Dose: {{dose?}}",
      ]),
    row("Evil\u{1B}[31m 山田", [.clinicalHistory: "from elsewhere"], waits: true),
    row("Spine follow-up", [.modality: "MR", .serviceLevel: "routine"], .facility),
    row(
      "Ward round", [.serviceLevel: "emergency", .clinicalHistory: "Ward round"], .facility,
      problem: "the gateway refused it (403)"),
  ]

  static let store: SampleStore = {
    var store = UploadSamples.store
    store.templates = rows
    return store
  }()

  /// The settings, with the row of templates selected.
  static func settings(_ width: Int = 80, _ height: Int = 24, user: User? = Stage.user) -> Stage {
    var stage = Stage(Size(width: width, height: height), user: user)
    if user == nil { stage.press("Esc") }
    stage.press(",")
    stage.settle(store)
    let row = SettingsPane.rows.firstIndex(of: .templates) ?? 0
    for _ in 0..<row { stage.press("j") }
    return stage
  }
}
