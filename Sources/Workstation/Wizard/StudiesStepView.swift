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
    let table = studyTable(width: place.list.width)
    if place.rowHeight == 1 {
      table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    }
    let rows = wizard.studyRows
    for (index, row) in rows.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let y = place.list.y + (index - wizard.top) * place.rowHeight
      let isSelected = index == wizard.selection
      if isSelected { drawMarker(y: y, place, into: &buffer, look) }
      let inner = Rect(
        x: place.list.x + (place.rowHeight == 1 ? 8 : 6), y: y,
        width: place.list.width - (place.rowHeight == 1 ? 8 : 6), height: place.rowHeight
      ).intersection(place.list)
      switch row {
      case .study(let number):
        let choice = wizard.choices[number]
        if place.rowHeight == 1 {
          table.drawRow(
            values(choice, isSelected: isSelected, look), selected: isSelected, into: &buffer,
            x: place.list.x, y: y, look)
        } else {
          drawTwoLines(choice, isSelected: isSelected, into: &buffer, inner, look)
        }
      case .warning(_, let text): drawWarning(text, inner, into: &buffer, look)
      case .series(let number, let series):
        drawSeries(
          wizard.choices[number].series[series], number: series + 1, inner, into: &buffer, look)
      }
    }
    drawNote(wizard, place, into: &buffer, look)
  }

  /// What is to be known of the selected study, where its row has no room for it.
  private static func drawNote(
    _ wizard: WizardState, _ place: WizardLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    guard wizard.problem == nil, place.foot.height > 1, let index = wizard.selectedChoice else {
      return
    }
    let choice = wizard.choices[index]
    guard let note = choice.objection ?? choice.scanned.warnings.first else { return }
    buffer.write(
      "! " + note, x: place.foot.x, y: place.foot.maxY - 1, width: place.foot.width,
      style: look[choice.objection == nil ? .dim : .waiting])
  }

  /// A warning, in as many lines as the row has.
  private static func drawWarning(
    _ text: String, _ area: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    let lines = Wrapping.lines("! " + text, columns: area.width)
    for (number, line) in lines.prefix(area.height).enumerated() {
      let isLast = number == area.height - 1
      let shown = isLast ? lines.dropFirst(number).joined(separator: " ") : line
      buffer.write(
        shown, x: area.x, y: area.y + number, width: area.width, style: look[.waiting])
    }
  }

  static func drawMarker(
    y: Int, _ place: WizardLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    if place.rowHeight > 1, y + 1 < place.list.maxY {
      SelectionMarker.draw(into: &buffer, x: place.list.x, y: y + 1, look)
    }
    SelectionMarker.draw(into: &buffer, x: place.list.x, y: y, look)
  }

  private static func box(_ choice: StudyChoice, _ look: Look) -> Span {
    let isOpen = choice.objection == nil || choice.isChecked
    return look.span(
      isOpen ? CheckRow.box(choice.isChecked ? .on : .off) : "[!]",
      choice.objection != nil ? .waiting : choice.isChecked ? .accent : .dim)
  }

  private static func drawTwoLines(
    _ choice: StudyChoice, isSelected: Bool, into buffer: inout CellBuffer, _ area: Rect,
    _ look: Look
  ) {
    let study = choice.scanned.study
    let images = "\(Format.count(choice.scanned.files.count)) img"
    let width = SafeText.width(images)
    let plain: TextRole = choice.isChecked ? .text : .dim
    buffer.write([box(choice, look)], x: area.x - 4, y: area.y)
    buffer.write(
      PersonName.display(study.patientName), x: area.x, y: area.y, width: area.width - width - 2,
      style: look[isSelected ? .selection : choice.isChecked ? .bright : .dim])
    buffer.write(images, x: area.x, y: area.y, width: area.width, style: look[plain], align: .right)
    guard area.height > 1 else { return }
    let size = Format.bytes(choice.byteCount)
    buffer.write(
      StudyWords.title(study), x: area.x, y: area.y + 1,
      width: area.width - SafeText.width(size) - 2, style: look[.dim])
    buffer.write(
      size, x: area.x, y: area.y + 1, width: area.width, style: look[.dim], align: .right)
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
        look.span("  \(context.key("uploads.wizard-skipped"))", .key), look.span(" says why", .dim),
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
      hints.append(KeyHint(context.key("uploads.wizard-skipped"), "what was left out, and why"))
    }
    EmptyState.draw(
      "No studies here",
      lines: [
        "None of the files in \(wizard.scannedRoots.joined(separator: ", ")) is a DICOM image"
          + " that can be sent."
      ], hints: hints, into: &buffer, place.list, context.look)
  }

  private static func studyTable(width: Int) -> Table {
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
    let note = choice.objection ?? warnings.first ?? ""
    return [
      Table.Value([Self.box(choice, look)]),
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
    _ series: StudyChoice.Series, number: Int, _ area: Rect, into buffer: inout CellBuffer,
    _ look: Look
  ) {
    let images = series.fileCount == 1 ? "1 image" : "\(Format.count(series.fileCount)) images"
    let facts = "series \(number)   \(images)   \(Format.bytes(series.byteCount))   "
    let used = buffer.write(facts, x: area.x, y: area.y, width: area.width, style: look[.dim])
    let uid = series.uid.isEmpty ? "no Series Instance UID" : series.uid
    let isBelow = area.height > 1
    let left = isBelow ? 0 : used
    buffer.write(
      uid, x: area.x + left, y: area.y + (isBelow ? 1 : 0), width: area.width - left,
      style: look[.dim], cut: .middle)
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
        TableColumn("Reason", .flexible(1), minimum: 12),
        TableColumn("File", .flexible(1), cut: .middle, minimum: 10),
      ], width: place.list.width)
    if place.rowHeight == 1 {
      table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    }
    for (index, item) in skipped.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let isSelected = index == wizard.selection
      let y = place.list.y + (index - wizard.top) * place.rowHeight
      let style = look[isSelected ? .selection : .text]
      if place.rowHeight == 1 {
        table.drawRow(
          [Table.Value(item.reason, style), Table.Value(item.path, look[.dim])],
          selected: isSelected, into: &buffer, x: place.list.x, y: y, look)
        continue
      }
      if isSelected { drawMarker(y: y, place, into: &buffer, look) }
      let x = place.list.x + 2
      let width = place.list.width - 2
      buffer.write(item.reason, x: x, y: y, width: width, style: style)
      if y + 1 < place.list.maxY {
        buffer.write(item.path, x: x, y: y + 1, width: width, style: look[.dim], cut: .middle)
      }
    }
    // The whole of the selected line, where it has more room.
    if skipped.indices.contains(wizard.selection), place.foot.height > 1 {
      let item = skipped[wizard.selection]
      let foot = place.foot
      buffer.write(item.reason, x: foot.x, y: foot.y, width: foot.width, style: look[.text])
      buffer.write(
        item.path, x: foot.x, y: foot.y + 1, width: foot.width, style: look[.dim], cut: .middle)
    }
  }
}
