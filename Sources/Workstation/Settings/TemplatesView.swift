import Domain
import Screen

/// Where things stand in the list of templates.
struct TemplatesLayout {
  let titles: Rect
  let list: Rect
  let detail: Rect
  let foot: Rect

  init(_ area: Rect) {
    let area = Rect(x: area.x, y: area.y, width: min(area.width, 150), height: area.height)
    let rows = area.inset(top: 1).rows([
      .fixed(area.height < 16 ? 0 : 1), .fixed(1), .flexible(1),
      .fixed(area.height < 14 ? 0 : min(8, area.height / 3)), .fixed(1),
    ])
    (titles, list, detail, foot) = (rows[1], rows[2], rows[3], rows[4])
  }
}

/// Draws the templates of the settings: the list, or the form.
enum TemplatesView {
  static func draw(
    _ list: TemplateList, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    if let form = list.form {
      TemplateFormView.draw(form, area: area, into: &buffer, context)
      return
    }
    let look = context.look
    Heading.draw(
      "Settings", [look.span("›  Templates", .accent)], right: [look.span(list.summary, .dim)],
      into: &buffer, area, look)
    let place = TemplatesLayout(area)
    if let notice = list.notice {
      buffer.write(
        notice, x: place.foot.x, y: place.foot.y, width: place.foot.width, style: look[.text])
    }
    guard !list.rows.isEmpty else {
      EmptyState.draw(
        "No templates yet",
        lines: ["A template fills level, history, description and body part of studies."],
        hints: [KeyHint(context.key("settings.template-new"), "makes one")], into: &buffer,
        place.titles.height > 0 ? place.list.inset(top: -1) : place.list, look)
      return
    }
    let table = Table(
      columns: [
        TableColumn("Template", .flexible(4), minimum: 12),
        TableColumn("Whose", .fixed(8)),
        TableColumn("Suggested for", .flexible(3), dropOrder: 2, minimum: 12),
        TableColumn("Level", .fixed(12), dropOrder: 3),
        TableColumn("", .flexible(2), dropOrder: 1, minimum: 9),
      ], width: place.list.width)
    table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    for (index, row) in list.rows.enumerated().dropFirst(list.top).prefix(place.list.height) {
      let isSelected = index == list.selection
      table.drawRow(
        values(row, list.user, isSelected: isSelected, look), selected: isSelected, into: &buffer,
        x: place.list.x, y: place.list.y + index - list.top, look)
    }
    drawDetail(list, place.detail, into: &buffer, look)
  }

  private static func values(
    _ row: StoredTemplate, _ user: User?, isSelected: Bool, _ look: Look
  ) -> [Table.Value] {
    let values = row.template.values
    return [
      Table.Value(row.template.name, look[isSelected ? .selection : .text]),
      Table.Value(row.template.scope.title, look[.dim]),
      Table.Value(rule(values), look[.text]),
      Table.Value(
        values.serviceLevel.map { [LevelWord.span($0, look)] } ?? [look.span("as it is", .dim)]),
      Table.Value([state(row, user, look)]),
    ]
  }

  /// Whether it can be changed, and whether the gateway has it.
  private static func state(_ row: StoredTemplate, _ user: User?, _ look: Look) -> Span {
    if !row.problem.isEmpty { return look.span("! not taken by the gateway", .waiting) }
    if row.template.scope.refusal(for: user) != nil { return look.span("read only", .dim) }
    return row.waits && user != nil ? look.span("kept here", .dim) : look.span("", .dim)
  }

  private static func rule(_ values: TemplateValues) -> String {
    [values[.modality], values[.words]].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The selected template in full, and why it cannot be changed.
  private static func drawDetail(
    _ list: TemplateList, _ area: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    guard !area.isEmpty, let row = list.selected else { return }
    Rule.draw(into: &buffer, area, look)
    var text = StyledText()
    if let refusal = list.refusal {
      text.add("Read only: \(refusal).", style: look[.waiting], columns: area.width)
    }
    if !row.problem.isEmpty {
      text.add(
        "Kept here: \(row.problem).", style: look[.waiting], columns: area.width)
    }
    let values = row.template.values
    for field in [TemplateField.studyDescription, .bodyPart] where !values[field].isEmpty {
      text.add(Facts.labelled(field.title, [look.span(values[field], .text)], column: 13, look))
    }
    if !values[.clinicalHistory].isEmpty {
      text.add(values[.clinicalHistory], style: look[.text], columns: area.width)
    }
    text.draw(into: &buffer, area.inset(top: 1))
  }
}

/// Draws a template while it is written.
enum TemplateFormView {
  static func draw(
    _ form: TemplateForm, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let area = Rect(x: area.x, y: area.y, width: min(area.width, 100), height: area.height)
    Heading.draw(
      "Settings", [look.span(form.id == nil ? "›  New template" : "›  Template", .accent)],
      into: &buffer, area, look)
    let rows = area.inset(top: area.height < 16 ? 1 : 2).rows([
      .flexible(1), .fixed(area.height < 12 ? 1 : 3),
    ])
    let body = rows[0]
    // The lines before the history, as many as fit with the selected one; it has the rest.
    let count = TemplateForm.lines.count
    let first = max(0, min(form.line - body.height + 1, count - 1))
    var y = body.y
    for index in first..<count where y < body.maxY {
      let isSelected = index == form.line
      let line = Rect(x: body.x, y: y, width: body.width, height: 1)
      drawLabel(index, isSelected: isSelected, line, into: &buffer, look)
      let value = line.inset(left: min(15, line.width))
      if TemplateForm.lines[index] == .field(.clinicalHistory) {
        let place = Rect(x: value.x, y: y, width: value.width, height: max(1, body.maxY - y))
        let field = form.text(.clinicalHistory)
        if isSelected {
          WrappedField(field, columns: place.width).draw(into: &buffer, place, look)
        } else {
          Paragraph.draw(field.text, style: look[.bright], into: &buffer, place)
        }
      } else {
        drawValue(form, index, isSelected: isSelected, value, into: &buffer, look)
      }
      y += 1
    }
    drawFoot(form, rows[1], into: &buffer, look)
  }

  private static func drawLabel(
    _ index: Int, isSelected: Bool, _ line: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    let title =
      switch TemplateForm.lines[index] {
      case .scope: "Whose"
      case .field(let field): field.title
      }
    if isSelected { SelectionMarker.draw(into: &buffer, x: line.x, y: line.y, look) }
    buffer.write(
      title, x: line.x + 2, y: line.y, width: 12, style: look[isSelected ? .selection : .text])
  }

  private static func drawValue(
    _ form: TemplateForm, _ index: Int, isSelected: Bool, _ area: Rect,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    switch TemplateForm.lines[index] {
    case .scope:
      let text = form.scope.title
      buffer.write(
        isSelected && form.id == nil ? "‹ \(text) ›" : text, x: area.x, y: area.y,
        width: area.width, style: look[.bright])
    case .field(.serviceLevel):
      let text = ServiceLevel(rawValue: form.level)?.title ?? "as it is"
      buffer.write(
        isSelected ? "‹ \(text) ›" : text, x: area.x, y: area.y, width: area.width,
        style: look[.bright])
    case .field(let field):
      form.text(field).draw(focused: isSelected, into: &buffer, area, look)
    }
  }

  /// What is wrong, or what the line is for.
  private static func drawFoot(
    _ form: TemplateForm, _ area: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    if let problem = form.problem {
      Paragraph.draw(
        "! \(problem.field.title): \(problem.problem).", style: look[.waiting], into: &buffer, area)
      return
    }
    Paragraph.draw(
      help(TemplateForm.lines[form.line], isNew: form.id == nil), style: look[.dim],
      into: &buffer, area)
  }

  private static func help(_ line: TemplateForm.Line, isNew: Bool) -> String {
    switch line {
    case .scope:
      isNew
        ? "← and → change whose it is; a facility's is made by its administrators."
        : "Whose a template is stays as it was made."
    case .field(.name): "What it is called in the list."
    case .field(.modality): "It is suggested for studies of this modality, such as CT; empty: any."
    case .field(.words):
      "And whose study or series description has all of these words; empty: any."
    case .field(.serviceLevel): "← and → change the level that it sets."
    case .field(.studyDescription):
      "Takes the place of what the files say, with a mark, in copies that are sent."
    case .field(.bodyPart):
      "The gateway is told it in the place of what the files say, with a mark."
    case .field(.clinicalHistory):
      "{{date}}, {{modality}}, {{description}} and {{body_part}} come from the study; {{words?}} is"
        + " left for you to fill in."
    }
  }
}
