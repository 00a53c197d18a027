import Domain
import Screen

/// Where a value comes from, as a glyph and words: colour and glyph never say it alone.
enum StandingWords {
  static func glyph(_ standing: DetailsForm.Standing) -> String {
    switch standing {
    case .file, .organiser: "="
    case .patient: "↑"
    case .changed: "✎"
    case .template: "≡"
    }
  }

  /// One or two words, for little room.
  static func short(_ standing: DetailsForm.Standing) -> String {
    switch standing {
    case .file: "file"
    case .organiser: "organiser"
    case .patient: "patient"
    case .changed: "changed"
    case .template: "template"
    }
  }

  /// All of it, with the file's value where another one stands.
  static func long(_ row: DetailsForm.Row) -> String {
    let file = row.file.isEmpty ? "the file has none" : "file: \(row.file)"
    let words: String =
      switch row.standing {
      case .file: row.file.isEmpty && row.value.isEmpty ? "not in the file" : "from file"
      case .organiser: "set in the organiser"
      case .patient: "from patient, \(file)"
      case .changed: "changed, \(file)"
      case .template(let name): "from template \(name), \(file)"
      }
    return row.field.identity == nil ? words + "; gateway only" : words
  }

  static func role(_ standing: DetailsForm.Standing) -> TextRole {
    switch standing {
    case .file, .organiser: .dim
    case .patient: .text
    case .changed, .template: .accent
    }
  }

  /// `✎ name, ID`; nil when nothing is said.
  static func marks(
    _ overrides: [StudyField: StudyOverride], from: String = ""
  ) -> String? {
    let fields = StudyField.allCases.filter { overrides[$0] != nil }
    guard !fields.isEmpty else { return nil }
    let isTemplate = overrides.values.allSatisfy {
      if case .template = $0.origin { true } else { false }
    }
    let words = fields.map(\.word).joined(separator: ", ")
    return (isTemplate ? "≡ " : "✎ ") + words + from + (isTemplate ? " from template" : "")
  }
}

extension StudyField {
  /// One word, where there is little room.
  var word: String {
    switch self {
    case .patientName: "name"
    case .patientID: "ID"
    case .patientBirthDate: "born"
    case .patientSex: "sex"
    case .accessionNumber: "accession"
    case .studyDate: "date"
    case .studyDescription: "description"
    case .bodyPart: "body part"
    case .modality: "modality"
    }
  }
}

extension WizardView {
  /// The form in the place of list and editor.
  static func drawForm(
    _ form: DetailsForm, _ wizard: WizardState, _ place: WizardLayout,
    into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    drawLine([subject(form, wizard, look)], place, into: &buffer)
    let area = place.list
    let first = place.firstFormLine(form)
    for line in first..<max(first, min(form.lineCount, first + area.height)) {
      let y = area.y + line - first
      let isSelected = line == form.index
      if isSelected { SelectionMarker.draw(into: &buffer, x: area.x, y: y, look) }
      let columns = FormColumns(area)
      let row = form.rows.indices.contains(line) ? form.rows[line] : nil
      buffer.write(
        row?.field.title ?? "Reason", x: columns.label.x, y: y, width: columns.label.width,
        style: look[isSelected ? .selection : .text])
      guard let row else {
        // The last line: all the room there is, for a sentence.
        form.reason.draw(
          placeholder: "why the patient is another", focused: isSelected, into: &buffer,
          Rect(x: columns.field.x, y: y, width: area.maxX - columns.field.x, height: 1), look)
        continue
      }
      row.text.draw(
        focused: isSelected, into: &buffer,
        Rect(x: columns.field.x, y: y, width: columns.field.width, height: 1), look)
      let words =
        columns.isWide ? StandingWords.long(row) : StandingWords.short(row.standing)
      buffer.write(
        StandingWords.glyph(row.standing) + " " + words, x: columns.words.x, y: y,
        width: columns.words.width, style: look[StandingWords.role(row.standing)])
    }
    drawFormFoot(form, place, into: &buffer, look)
  }

  private static func subject(
    _ form: DetailsForm, _ wizard: WizardState, _ look: Look
  ) -> [Span] {
    switch form.subject {
    case .patient(let key):
      let studies = wizard.studies(of: key)
      let name = studies.first.map { wizard.choices[$0].scanned.study.patientName } ?? ""
      let count = studies.count == 1 ? "one study" : "all \(studies.count) studies"
      return [
        look.span(PersonName.display(name), .bright), look.span("   holds for \(count)", .dim),
      ]
    case .study(let index):
      guard wizard.choices.indices.contains(index) else { return [] }
      let study = wizard.choices[index].scanned.study
      return [
        look.span(StudyWords.title(study), .bright),
        look.span("   of \(PersonName.display(study.patientName))", .dim),
      ]
    }
  }

  private static func drawFormFoot(
    _ form: DetailsForm, _ place: WizardLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    guard place.foot.height > 0 else { return }
    let words: String
    if form.isReasonSelected {
      words =
        "\(form.reason.characters.count) of \(DetailsForm.reasonLimit), kept in history and audit log"
    } else if form.rows[form.index].field.identity == nil {
      words = "Only the gateway is told: each series says it for itself."
    } else if FormColumns(place.list).isWide {
      words = "The files stay as they are: copies with these values are sent."
    } else {
      words = StandingWords.long(form.rows[form.index])
    }
    buffer.write(
      words, x: place.foot.x, y: place.foot.y, width: place.foot.width, style: look[.dim])
    if let problem = form.problem, place.foot.height > 1 {
      buffer.write(
        "! " + problem, x: place.foot.x, y: place.foot.maxY - 1, width: place.foot.width,
        style: look[.waiting])
    }
  }
}

/// Label, value and origin side by side.
struct FormColumns {
  let label: Rect
  let field: Rect
  let words: Rect
  var isWide: Bool { words.width >= 24 }

  init(_ area: Rect) {
    let isNarrow = area.width < 60
    let labels = isNarrow ? 12 : 13
    let left = max(0, area.width - 2 - labels)
    let wordsWidth = isNarrow ? min(11, left / 2) : min(left - 29, max(36, left * 55 / 100))
    label = Rect(x: area.x + 2, y: area.y, width: labels - 1, height: 1)
    field = Rect(
      x: area.x + 2 + labels, y: area.y, width: max(0, left - wordsWidth - 1), height: 1)
    words = Rect(x: field.maxX + 1, y: area.y, width: wordsWidth, height: 1)
  }
}

extension WizardLayout {
  /// The first line in sight when not all of them are.
  func firstFormLine(_ form: DetailsForm) -> Int {
    max(0, min(form.index - list.height + 1, form.lineCount - 1))
  }
}
