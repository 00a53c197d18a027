import Domain
import Screen

/// Draws the wizard.
enum WizardView {
  static func draw(
    _ wizard: WizardState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    if wizard.isOrganising, let organiser = wizard.organiser {
      OrganiserView.draw(organiser, area: area, into: &buffer, context)
      return
    }
    if let picker = wizard.desk.picker {
      TemplatePickerView.draw(wizard, picker, area: area, into: &buffer, context)
      return
    }
    let place = WizardLayout(area, wizard, context.layout)
    drawSteps(wizard, place.heading, into: &buffer, context)
    switch wizard.step {
    case .folders: drawFolders(wizard.browser, place, into: &buffer, context)
    case .studies:
      if wizard.showsSkipped {
        drawSkipped(wizard, place, into: &buffer, context)
      } else {
        drawStudies(wizard, place, into: &buffer, context)
      }
    case .details: drawDetails(wizard, place, into: &buffer, context)
    case .review: drawReview(wizard, place, into: &buffer, context)
    }
    let problem = wizard.problem ?? (wizard.step == .folders ? wizard.browser.problem : nil)
    if let problem {
      buffer.write(
        "! " + problem, x: place.foot.x, y: place.foot.maxY - 1, width: place.foot.width,
        style: context.look[.waiting])
    } else if let notice = wizard.desk.notice, wizard.step == .details {
      TemplateMarks.draw(notice, place.foot, into: &buffer, context.look)
    }
  }

  private static func drawSteps(
    _ wizard: WizardState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let steps = WizardState.Step.allCases
    if context.layout == .compact {
      buffer.write(
        [
          look.span("Add uploads  ", .bright),
          look.span("\(wizard.step.rawValue + 1)/\(steps.count) \(wizard.step.title)", .accent),
        ], x: area.x, y: area.y, width: area.width)
      return
    }
    var spans: [Span] = []
    for step in steps {
      if step != .folders { spans.append(look.span("  ›  ", .dim)) }
      let role: TextRole =
        step == wizard.step
        ? .accent
        : step.rawValue < wizard.step.rawValue
          ? .text : .dim
      spans.append(look.span("\(step.rawValue + 1) \(step.title)", role))
    }
    Heading.draw("Add uploads", spans, into: &buffer, area, look)
  }

  /// `2 studies of 2 patients   1 204 images   209 MB`.
  static func sum(_ wizard: WizardState, _ look: Look) -> [[Span]] {
    let totals = wizard.totals
    guard totals.studies > 0 else { return [[look.span("nothing chosen", .dim)]] }
    let studies = totals.studies == 1 ? "1 study" : "\(Format.count(totals.studies)) studies"
    let patients = totals.patients == 1 ? "1 patient" : "\(Format.count(totals.patients)) patients"
    let staged = wizard.stagedBytes
    var facts = [
      [look.span("\(studies) of \(patients)", .bright)],
      [look.span("\(Format.count(totals.images)) images", .text)],
      [look.span(Format.bytes(totals.bytes), .text)],
    ]
    if staged > 0 {
      facts.append([look.span("copied here first: \(Format.bytes(staged))", .waiting)])
    }
    return facts
  }

  static func drawFoot(
    _ facts: [[Span]], _ place: WizardLayout, into buffer: inout CellBuffer
  ) {
    guard place.foot.height > 0 else { return }
    let line = Facts.flow(facts, width: .max).first ?? []
    buffer.write(line, x: place.foot.x, y: place.foot.y, width: place.foot.width)
  }

  static func drawLine(
    _ facts: [[Span]], _ place: WizardLayout, into buffer: inout CellBuffer
  ) {
    buffer.write(
      Facts.flow(facts, width: .max).first ?? [], x: place.line.x, y: place.line.y,
      width: place.line.width)
  }
}
