import Domain
import Screen

extension WizardView {
  /// Step three: how urgent, and why the study was made.
  static func drawDetails(
    _ wizard: WizardState, _ place: WizardLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    drawLine(
      [
        [look.span("How urgent is each study, and what should the radiologist know?", .dim)]
      ], place, into: &buffer)
    let rows = wizard.chosen
    let table = detailTable(width: place.list.width)
    if place.rowHeight == 1 {
      table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    }
    for (index, number) in rows.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let choice = wizard.choices[number]
      let y = place.list.y + (index - wizard.top) * place.rowHeight
      let isSelected = index == wizard.selection
      if place.rowHeight == 1 {
        table.drawRow(
          detailValues(choice, isSelected: isSelected, look), selected: isSelected, into: &buffer,
          x: place.list.x, y: y, look)
      } else {
        drawTwoLines(
          choice, right: TemplateMarks.level(choice, look), below: historySpan(choice, look),
          isSelected: isSelected, y: y, place, into: &buffer, look)
      }
    }
    drawEditor(wizard, place.editor, into: &buffer, context)
    drawFoot(sum(wizard, look), place, into: &buffer)
  }

  private static func detailTable(width: Int) -> Table {
    Table(
      columns: [
        TableColumn("Patient", .flexible(4), minimum: 12),
        TableColumn("Study", .flexible(4), dropOrder: 2, minimum: 12),
        TableColumn("Level", .fixed(14)),
        TableColumn("Clinical history", .flexible(6), dropOrder: 1, minimum: 16),
      ], width: width)
  }

  private static func detailValues(
    _ choice: StudyChoice, isSelected: Bool, _ look: Look
  ) -> [Table.Value] {
    [
      Table.Value(
        PersonName.display(choice.scanned.study.patientName),
        look[isSelected ? .selection : .bright]),
      Table.Value(TemplateMarks.title(choice), look[.text]),
      Table.Value([TemplateMarks.level(choice, look)]),
      Table.Value([historySpan(choice, look)]),
    ]
  }

  static func historySpan(_ choice: StudyChoice, _ look: Look) -> Span {
    if !choice.history.allSatisfy(\.isWhitespace) {
      let isOpen = ClinicalHistory.missing(in: choice.history) != nil
      return look.span(
        TemplateMarks.mark(choice.historyOrigin) + (isOpen ? "! " : "") + choice.history,
        isOpen ? .waiting : .text)
    }
    return choice.level.needsClinicalHistory
      ? look.span("! needed for \(choice.level.title)", .waiting) : look.span("none", .dim)
  }

  /// A study in two lines, for narrow screens.
  static func drawTwoLines(
    _ choice: StudyChoice, right: Span, below: Span, isSelected: Bool, y: Int,
    _ place: WizardLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    let x = place.list.x + 2
    let width = place.list.width - 2
    let rightWidth = SafeText.width(right.text)
    if isSelected {
      if y + 1 < place.list.maxY {
        SelectionMarker.draw(into: &buffer, x: place.list.x, y: y + 1, look)
      }
      SelectionMarker.draw(into: &buffer, x: place.list.x, y: y, look)
    }
    buffer.write(
      PersonName.display(choice.scanned.study.patientName), x: x, y: y,
      width: width - rightWidth - 2, style: look[isSelected ? .selection : .bright])
    buffer.write(right.text, x: x, y: y, width: width, style: right.style, align: .right)
    guard y + 1 < place.list.maxY else { return }
    let used = buffer.write(
      TemplateMarks.title(choice), x: x, y: y + 1, width: width * 2 / 5,
      style: look[.dim])
    buffer.write([below], x: x + used + 2, y: y + 1, width: width - used - 2)
  }

  /// The history of the selected study, with a caret while it is written.
  private static func drawEditor(
    _ wizard: WizardState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    guard area.height >= 2, let index = wizard.selectedChoice else { return }
    Rule.draw(into: &buffer, area, look)
    let choice = wizard.choices[index]
    let count = wizard.editing?.characters.count ?? choice.history.count
    let right = [look.span("\(count) of \(StudyChoice.historyLimit)", .dim)]
    let marks = TemplateMarks.words(choice)
    let name = PersonName.display(choice.scanned.study.patientName)
    // Where there is room for one only, the mark is what the row cannot say.
    let details: [Span?] = [
      context.layout == .compact && marks != nil ? nil : look.span(name + "   ", .dim),
      marks.map { look.span($0, .accent) },
    ]
    Heading.draw(
      "Clinical history", details.compactMap(\.self), right: right, into: &buffer, area.row(1),
      look)
    let body = area.inset(top: 2)
    if let editing = wizard.editing {
      WrappedField(editing, columns: body.width).draw(into: &buffer, body, look)
    } else if choice.history.isEmpty {
      var hint = [look.span("Enter", .key), look.span(" writes it", .dim)]
      if !wizard.desk.templates.isEmpty {
        let offer = TemplateMarks.offer(wizard, choice).map { ": \($0) is suggested" } ?? ""
        hint += [
          look.span("   \(context.key("uploads.template"))", .key),
          look.span(" takes a template\(offer)", .dim),
        ]
      }
      buffer.write(hint, x: body.x, y: body.y, width: body.width)
    } else {
      Paragraph.draw(choice.history, style: look[.text], into: &buffer, body)
    }
  }
}
