import Domain
import Screen

extension WizardView {
  /// Step three: how urgent, and why the study was made.
  static func drawDetails(
    _ wizard: WizardState, _ place: WizardLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    if let form = wizard.form {
      drawForm(form, wizard, place, into: &buffer, context)
      return
    }
    let look = context.look
    drawLine(
      [
        [look.span("How urgent is each study, and what should the radiologist know?", .dim)]
      ], place, into: &buffer)
    let rows = wizard.detailRows
    let table = detailTable(
      width: place.list.width,
      hasChanges: wizard.chosen.contains { !wizard.overrides(of: $0).isEmpty })
    if place.rowHeight == 1 {
      table.drawHeading(into: &buffer, x: place.titles.x, y: place.titles.y, look)
    }
    for (index, row) in rows.enumerated().dropFirst(wizard.top).prefix(place.visibleRows) {
      let y = place.list.y + (index - wizard.top) * place.rowHeight
      let isSelected = index == wizard.selection
      switch row {
      case .patient(let key):
        drawPatient(key, wizard, isSelected: isSelected, y: y, place, into: &buffer, look)
      case .study(let number):
        let choice = wizard.choices[number]
        let title = StudyWords.title(wizard.effective(number))
        guard place.rowHeight == 1 else {
          drawTwoLines(
            title, right: TemplateMarks.level(choice, look),
            below: changes(number, wizard, look, gap: true) + [historySpan(choice, look)],
            isSelected: isSelected, y: y, indent: 4, place, into: &buffer, look)
          continue
        }
        table.drawRow(
          [
            Table.Value("  " + title, look[isSelected ? .selection : .text]),
            Table.Value([TemplateMarks.level(choice, look)]),
            Table.Value([historySpan(choice, look)]),
            Table.Value(changes(number, wizard, look)),
          ], selected: isSelected, into: &buffer, x: place.list.x, y: y, look)
      }
    }
    drawEditor(wizard, place.editor, into: &buffer, context)
    drawFoot(sum(wizard, look), place, into: &buffer)
  }

  private static func detailTable(width: Int, hasChanges: Bool) -> Table {
    var columns = [
      TableColumn("Patient and study", .flexible(5), minimum: 16),
      TableColumn("Level", .fixed(14)),
      TableColumn("Clinical history", .flexible(hasChanges ? 5 : 8), dropOrder: 1, minimum: 14),
    ]
    if hasChanges {
      columns.append(TableColumn("Changed", .fixed(width < 120 ? 23 : 44), dropOrder: 2))
    }
    return Table(columns: columns, width: width)
  }

  /// What is said of a study otherwise than in its files: its own, and what it inherits.
  private static func changes(
    _ index: Int, _ wizard: WizardState, _ look: Look, gap: Bool = false
  ) -> [Span] {
    let own = wizard.choices[index].overrides
    let inherited = (wizard.patientOverrides[wizard.patientKey(of: index)] ?? [:])
      .filter { own[$0.key] == nil }
    let words = [
      StandingWords.marks(own), StandingWords.marks(inherited, from: " from patient"),
    ].compactMap { $0 }
    guard !words.isEmpty else { return [] }
    return [look.span(words.joined(separator: "  ") + (gap ? "  " : ""), .accent)]
  }

  /// The patient above his studies.
  private static func drawPatient(
    _ key: String, _ wizard: WizardState, isSelected: Bool, y: Int, _ place: WizardLayout,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    let study = patient(key, wizard)
    let name = PersonName.display(study.patientName)
    let marks = StandingWords.marks(wizard.patientOverrides[key] ?? [:])
    let facts = StudyWords.patientFacts(study).joined(separator: "  ")
    guard place.rowHeight == 1 else {
      drawTwoLines(
        name, right: look.span(marks ?? "", .accent), below: [look.span(facts, .dim)],
        isSelected: isSelected, y: y, place, into: &buffer, look)
      return
    }
    if isSelected { drawMarker(y: y, place, into: &buffer, look) }
    var spans = [
      look.span(name, isSelected ? .selection : .bright), look.span("   " + facts, .dim),
    ]
    if let marks { spans.append(look.span("   " + marks, .accent)) }
    buffer.write(spans, x: place.list.x + 2, y: y, width: place.list.width - 2)
  }

  /// A patient as he goes out, by what his files say and what is said of him.
  private static func patient(_ key: String, _ wizard: WizardState) -> StudySummary {
    guard let first = wizard.studies(of: key).first else { return StudySummary() }
    return wizard.choices[first].scanned.study
      .overridden(by: (wizard.patientOverrides[key] ?? [:]).mapValues(\.value))
  }

  static func historySpan(_ choice: StudyChoice, _ look: Look) -> Span {
    if !choice.history.allSatisfy(\.isWhitespace) {
      let isOpen = ClinicalHistory.missing(in: choice.history) != nil
      return look.span(
        TemplateMarks.mark(choice.historyOrigin) + (isOpen ? "! " : "") + choice.history,
        isOpen ? .waiting : .text)
    }
    return choice.level.needsClinicalHistory && !choice.isHistoryOptional
      ? look.span("! needed for \(choice.level.title)", .waiting) : look.span("none", .dim)
  }

  /// A study in two lines, for narrow screens.
  static func drawTwoLines(
    _ title: String, right: Span, below: [Span], isSelected: Bool, y: Int, indent: Int = 2,
    _ place: WizardLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    let x = place.list.x + indent
    let width = place.list.width - indent
    if isSelected { drawMarker(y: y, place, into: &buffer, look) }
    buffer.write(
      title, x: x, y: y, width: width - SafeText.width(right.text) - 2,
      style: look[isSelected ? .selection : .bright])
    buffer.write(right.text, x: x, y: y, width: width, style: right.style, align: .right)
    guard y + 1 < place.list.maxY else { return }
    buffer.write(below, x: x, y: y + 1, width: width)
  }

  /// The history of the selected study, with a caret while it is written; for a patient, what can be
  /// done.
  private static func drawEditor(
    _ wizard: WizardState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    guard area.height >= 2 else { return }
    Rule.draw(into: &buffer, area, look)
    let body = area.inset(top: 2)
    guard let index = wizard.selectedChoice else {
      guard case .patient(let key) = wizard.selectedDetail else { return }
      let count = wizard.studies(of: key).count
      Heading.draw("Patient", [], into: &buffer, area.row(1), look)
      buffer.write(
        [
          look.span(context.key("uploads.wizard-edit"), .key),
          look.span(
            " changes name, ID, birth date, sex of "
              + (count == 1 ? "the study" : "all \(count) studies"), .dim),
        ], x: body.x, y: body.y, width: body.width)
      return
    }
    let choice = wizard.choices[index]
    let count = wizard.editing?.characters.count ?? choice.history.count
    let right = [look.span("\(count) of \(StudyChoice.historyLimit)", .dim)]
    let marks = TemplateMarks.words(choice)
    let name = PersonName.display(wizard.effective(index).patientName)
    // Where there is room for one only, the mark is what the row cannot say.
    let details: [Span?] = [
      context.layout == .compact && marks != nil ? nil : look.span(name + "   ", .dim),
      marks.map { look.span($0, .accent) },
    ]
    Heading.draw(
      "Clinical history", details.compactMap(\.self), right: right, into: &buffer, area.row(1),
      look)
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
