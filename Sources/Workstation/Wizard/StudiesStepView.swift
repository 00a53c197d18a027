import Domain
import Screen

extension WizardView {
  /// Step two: what was found, to choose from.
  static func drawStudies(
    _ wizard: WizardState, _ place: WizardLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    drawLine(scanFacts(wizard, context), place, into: &buffer)
    drawFoot(sum(wizard, look), place, into: &buffer)
    guard !wizard.choices.isEmpty else {
      drawNothing(wizard, place, into: &buffer, context)
      return
    }
    let isCompact = context.layout == .compact
    let table = studyTable(isCompact: isCompact, width: place.list.width)
    table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    let rows = wizard.studyRows
    for (index, row) in rows.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let y = place.list.y + index - wizard.top
      let isSelected = index == wizard.selection
      switch row {
      case .study(let number):
        guard wizard.choices.indices.contains(number) else { continue }
        table.drawRow(
          values(wizard.choices[number], isSelected: isSelected, look), selected: isSelected,
          into: &buffer, x: place.list.x, y: y, look)
      case .warning(_, let text):
        if isSelected { SelectionMarker.draw(into: &buffer, x: place.list.x, y: y, look) }
        buffer.write(
          [look.span("! ", .waiting), look.span(text, .text)], x: place.list.x + 8, y: y,
          width: place.list.width - 8)
      case .series(let number, let series):
        if isSelected { SelectionMarker.draw(into: &buffer, x: place.list.x, y: y, look) }
        drawSeries(
          wizard.choices[number].series[series], number: series + 1, y: y, place, into: &buffer,
          look)
      }
    }
  }

  private static func scanFacts(_ wizard: WizardState, _ context: ViewContext) -> [[Span]] {
    let look = context.look
    guard let scan = wizard.scan else { return [] }
    let verb = scan.isFinished ? (wizard.wasReadToTheEnd ? "Read" : "Stopped after") : "Reading"
    var facts = [
      [look.span("\(verb) \(Format.count(scan.files)) files", .text)],
      [look.span("\(Format.count(scan.dicomFiles)) DICOM, \(Format.bytes(scan.bytes))", .text)],
    ]
    if scan.skippedCount > 0 {
      facts.append([
        look.span("\(Format.count(scan.skippedCount)) left out", .text),
        look.span("  \(context.key("wizard.skipped"))", .key), look.span(" says why", .dim),
      ])
    }
    return facts
  }

  private static func drawNothing(
    _ wizard: WizardState, _ place: WizardLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    guard !wizard.isScanning else {
      EmptyState.draw(
        "Looking for studies",
        lines: [
          "Every file is looked into, whatever its name. Studies appear here as they are"
            + " found; Esc stops."
        ], into: &buffer, place.list, context.look)
      return
    }
    var hints = [KeyHint("Esc", "choose another folder")]
    if wizard.scan?.skippedCount ?? 0 > 0 {
      hints.append(KeyHint(context.key("wizard.skipped"), "what was left out, and why"))
    }
    EmptyState.draw(
      "No studies here",
      lines: [
        "None of the files in \(wizard.scannedRoots.joined(separator: ", ")) is a DICOM image"
          + " that can be sent."
      ], hints: hints, into: &buffer, place.list, context.look)
  }

  private static func studyTable(isCompact: Bool, width: Int) -> Table {
    Table(
      columns: [
        TableColumn("", .fixed(3)),
        TableColumn("Patient", .flexible(5), minimum: 10),
        TableColumn("Study", .flexible(5), dropOrder: 2, minimum: 10),
        TableColumn("Date", .fixed(10), dropOrder: 4),
        TableColumn("Series", .fixed(6), align: .right, dropOrder: 5),
        TableColumn("Images", .fixed(7), align: .right, dropOrder: 1),
        TableColumn("Size", .fixed(7), align: .right, dropOrder: 3),
        TableColumn("", .flexible(4), dropOrder: 6, minimum: 12),
      ], width: width)
  }

  private static func values(
    _ choice: StudyChoice, isSelected: Bool, _ look: Look
  ) -> [Table.Value] {
    let study = choice.scanned.study
    let plain: TextRole = choice.isChecked ? .text : .dim
    let warnings = choice.scanned.warnings
    let box =
      choice.objection == nil || choice.isChecked
      ? CheckRow.box(choice.isChecked ? .on : .off) : "[!]"
    let boxRole: TextRole = choice.objection != nil ? .waiting : choice.isChecked ? .accent : .dim
    let note = choice.objection ?? warnings.first ?? ""
    return [
      Table.Value(box, look[boxRole]),
      Table.Value(
        PersonName.display(study.patientName),
        look[isSelected ? .selection : choice.isChecked ? .bright : .dim]),
      Table.Value(StudyWords.title(study), look[plain]),
      Table.Value(
        study.studyDate.isEmpty ? "no date" : Format.dicomDate(study.studyDate), look[.dim]),
      Table.Value(
        choice.series.isEmpty ? "" : Format.count(choice.series.count), look[plain]),
      Table.Value(Format.count(choice.scanned.files.count), look[plain]),
      Table.Value(Format.bytes(choice.byteCount), look[plain]),
      Table.Value(
        note.isEmpty ? "" : "! " + note, look[choice.objection != nil ? .waiting : .dim]),
    ]
  }

  private static func drawSeries(
    _ series: StudyChoice.Series, number: Int, y: Int, _ place: WizardLayout,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    let images = series.fileCount == 1 ? "1 image" : "\(Format.count(series.fileCount)) images"
    let facts = "series \(number)   \(images)   \(Format.bytes(series.byteCount))   "
    let x = place.list.x + 8
    let used = buffer.write(facts, x: x, y: y, width: place.list.width - 8, style: look[.dim])
    buffer.write(
      series.uid.isEmpty ? "no Series Instance UID" : series.uid, x: x + used, y: y,
      width: place.list.width - 8 - used, style: look[.dim], cut: .middle)
  }

  /// What was left out, and why.
  static func drawSkipped(
    _ wizard: WizardState, _ place: WizardLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    let skipped = wizard.scan?.skipped ?? []
    let count = wizard.scan?.skippedCount ?? 0
    var facts = [[look.span("\(Format.count(count)) left out", .bright)]]
    if count > skipped.count {
      facts.append([look.span("the first \(Format.count(skipped.count)) are shown", .dim)])
    }
    facts.append([look.span("Esc", .key), look.span(" back to the studies", .dim)])
    drawLine(facts, place, into: &buffer)
    let table = Table(
      columns: [
        TableColumn("Reason", .flexible(2), minimum: 12),
        TableColumn("File", .flexible(3), cut: .middle, minimum: 10),
      ], width: place.list.width)
    table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    for (index, item) in skipped.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let isSelected = index == wizard.selection
      table.drawRow(
        [
          Table.Value(item.reason, look[isSelected ? .selection : .text]),
          Table.Value(item.path, look[.dim]),
        ], selected: isSelected, into: &buffer, x: place.list.x,
        y: place.list.y + index - wizard.top, look)
    }
  }
}
