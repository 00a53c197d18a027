import Domain
import Screen

extension WizardView {
  /// Step four: everything once more, before it goes into the queue.
  static func drawReview(
    _ wizard: WizardState, _ place: WizardLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    drawLine(sum(wizard, look), place, into: &buffer)
    let table = Table(
      columns: [
        TableColumn("Patient", .flexible(4), minimum: 12),
        TableColumn("Born", .fixed(10), dropOrder: 4),
        TableColumn("Study", .flexible(4), dropOrder: 2, minimum: 12),
        TableColumn("Level", .fixed(14)),
        TableColumn("Images", .fixed(7), align: .right, dropOrder: 1),
        TableColumn("Size", .fixed(7), align: .right, dropOrder: 3),
        TableColumn("Sent before", .fixed(16)),
        TableColumn("Clinical history", .flexible(4), dropOrder: 5, minimum: 20),
      ], width: place.list.width)
    if place.rowHeight == 1 {
      table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    }
    let rows = wizard.chosen
    for (index, number) in rows.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let choice = wizard.choices[number]
      let study = wizard.effective(number)
      let y = place.list.y + (index - wizard.top) * place.rowHeight
      let isSelected = index == wizard.selection
      let before = ReviewWords.short(choice, wizard, look)
      guard place.rowHeight == 1 else {
        drawTwoLines(
          PersonName.display(study.patientName), right: TemplateMarks.level(choice, look),
          below: [look.span(StudyWords.title(study) + "  ", .dim), before],
          isSelected: isSelected, y: y, place, into: &buffer, look)
        continue
      }
      table.drawRow(
        [
          Table.Value(
            PersonName.display(study.patientName), look[isSelected ? .selection : .bright]),
          Table.Value(Format.dicomDate(study.patientBirthDate), look[.dim]),
          Table.Value(StudyWords.title(study), look[.text]),
          Table.Value([TemplateMarks.level(choice, look)]),
          Table.Value(Format.count(choice.scanned.files.count), look[.text]),
          Table.Value(Format.bytes(choice.byteCount), look[.text]),
          Table.Value([before]),
          Table.Value([historySpan(choice, look)]),
        ], selected: isSelected, into: &buffer, x: place.list.x, y: y, look)
    }
    drawMeaning(wizard, place.editor, into: &buffer, context)
    if wizard.isQueueing {
      drawFoot([[look.span("Being queued…", .dim)]], place, into: &buffer)
    }
  }

  /// What queueing means: what of the selected study was sent before, where everything goes, what
  /// is copied, how long it takes.
  private static func drawMeaning(
    _ wizard: WizardState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard area.height >= 2 else { return }
    Rule.draw(into: &buffer, area, context.look)
    // The sentence on the study is what a decision rests on: it is broken, not cut.
    let sentence = ReviewWords.selected(wizard, context)
    let words = Wrapping.lines(sentence.map(\.text).joined(), columns: area.width, limit: 2)
    var lines =
      words.count > 1
      ? words.map { [Span($0, sentence.first?.style ?? context.look[.text])] } : [sentence]
    lines.append(ReviewWords.destination(wizard, context))
    if words.count < 2 || wizard.toBeSent.copied > 0 {
      lines.append(ReviewWords.copies(wizard, context.look))
    }
    lines.append(ReviewWords.duration(wizard, context))
    for (index, line) in lines.prefix(area.height - 1).enumerated() {
      buffer.write(line, x: area.x, y: area.y + 1 + index, width: area.width)
    }
  }
}
