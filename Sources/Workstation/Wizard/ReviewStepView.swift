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
        TableColumn("Clinical history", .flexible(4), dropOrder: 5, minimum: 20),
      ], width: place.list.width)
    if place.rowHeight == 1 {
      table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    }
    let rows = wizard.chosen
    for (index, number) in rows.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let choice = wizard.choices[number]
      let study = choice.told
      let y = place.list.y + (index - wizard.top) * place.rowHeight
      let isSelected = index == wizard.selection
      guard place.rowHeight == 1 else {
        let images = "\(Format.count(choice.scanned.files.count)) img"
        drawTwoLines(
          choice, right: TemplateMarks.level(choice, look),
          below: look.span("\(images)  \(Format.bytes(choice.byteCount))", .dim),
          isSelected: isSelected, y: y, place, into: &buffer, look)
        continue
      }
      table.drawRow(
        [
          Table.Value(
            PersonName.display(study.patientName), look[isSelected ? .selection : .bright]),
          Table.Value(Format.dicomDate(study.patientBirthDate), look[.dim]),
          Table.Value(TemplateMarks.title(choice), look[.text]),
          Table.Value([TemplateMarks.level(choice, look)]),
          Table.Value(Format.count(choice.scanned.files.count), look[.text]),
          Table.Value(Format.bytes(choice.byteCount), look[.text]),
          Table.Value([historySpan(choice, look)]),
        ], selected: isSelected, into: &buffer, x: place.list.x, y: y, look)
    }
    drawFoot(
      [[look.span(wizard.isQueueing ? "Being queued…" : destination(context), .dim)]], place,
      into: &buffer)
  }

  /// Where it goes, and when.
  private static func destination(_ context: ViewContext) -> String {
    let server = context.frame.server
    switch context.connection {
    case .online, .connecting:
      return server.isEmpty ? "Sending begins at once." : "Sending to \(server) begins at once."
    case .loggedOut: return "Nobody is logged in: it waits here and is sent after the next login."
    case .reconnecting, .offline, .loginExpired:
      return "The gateway is not reached now: it waits here and is sent by itself."
    }
  }
}
