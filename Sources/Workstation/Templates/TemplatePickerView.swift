import Domain
import Screen

/// Where things stand while a template is picked: the list, and what the selected one would do.
struct TemplatePickerLayout {
  let heading: Rect
  let titles: Rect
  let list: Rect
  let preview: Rect

  init(_ area: Rect) {
    let area = Rect(x: area.x, y: area.y, width: min(area.width, 150), height: area.height)
    let rows = area.rows([
      .fixed(1), .fixed(area.height < 16 ? 0 : 1), .fixed(1), .flexible(1),
      .fixed(area.height < 8 ? 0 : min(9, area.height / 2)),
    ])
    (heading, titles, list, preview) = (rows[0], rows[2], rows[3], rows[4])
  }
}

enum TemplatePickerView {
  static func draw(
    _ wizard: WizardState, _ picker: TemplateDesk.Picker, area: Rect,
    into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let place = TemplatePickerLayout(area)
    guard let index = wizard.selectedChoice else { return }
    let choice = wizard.choices[index]
    let study = wizard.effective(index)
    Heading.draw(
      "Template for",
      [look.span(PersonName.display(study.patientName), .text)],
      // Whose study it is comes before what it is.
      right: place.heading.width < 60 ? [] : [look.span(StudyWords.title(study), .dim)],
      into: &buffer, place.heading, look)
    let table = Table(
      columns: [
        TableColumn("Template", .flexible(4), minimum: 14),
        TableColumn("Suggested for", .flexible(3), minimum: 12),
        TableColumn("Whose", .fixed(8), dropOrder: 1),
      ], width: place.list.width)
    table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    for (row, suggestion) in picker.rows.enumerated().dropFirst(picker.top)
      .prefix(place.list.height)
    {
      let isSelected = row == picker.selection
      table.drawRow(
        [
          Table.Value(suggestion.template.name, look[isSelected ? .selection : .text]),
          Table.Value(
            suggestion.reason.map { "suggested: \($0)" } ?? "",
            look[suggestion.reason == nil ? .dim : .bright]),
          Table.Value(suggestion.template.scope.title, look[.dim]),
        ], selected: isSelected, into: &buffer, x: place.list.x, y: place.list.y + row - picker.top,
        look)
    }
    guard picker.rows.indices.contains(picker.selection), !place.preview.isEmpty else { return }
    preview(
      picker.rows[picker.selection].template, choice, place.preview, into: &buffer, look)
  }

  /// What the template would fill here, and what it would leave.
  private static func preview(
    _ template: UploadTemplate, _ choice: StudyChoice, _ area: Rect,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    Rule.draw(into: &buffer, area, look)
    let outcome = template.applied(to: choice.values, of: choice.scanned.study)
    var text = StyledText()
    for field in outcome.filled where field != .clinicalHistory {
      text.add(
        Facts.labelled(
          field.title, [look.span(value(field, outcome.after), .bright)], column: 13, look))
    }
    for kept in outcome.kept {
      let why =
        switch kept.reason {
        case .typed: "stays as it is: you typed it"
        case .tooLong(let count):
          "\(count) characters, \(ClinicalHistory.limit) allowed: it is left"
        }
      text.add(Facts.labelled(kept.field.title, [look.span(why, .waiting)], column: 13, look))
    }
    if outcome.filled.contains(.clinicalHistory) {
      text.add(outcome.after.history, style: look[.bright], columns: area.width)
    }
    if outcome.filled.isEmpty, outcome.kept.isEmpty {
      text.add([look.span("It fills nothing that is not there already.", .dim)])
    }
    text.draw(into: &buffer, area.inset(top: 1))
  }

  private static func value(_ field: TemplateField, _ values: StudyValues) -> String {
    if field == .serviceLevel { return values.level.title }
    guard let place = field.studyField else { return "" }
    return values.overrides[place]?.value ?? "as the files say"
  }
}
