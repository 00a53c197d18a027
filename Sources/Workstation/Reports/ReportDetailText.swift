import Domain
import Screen

extension ReportsPane {
  /// A report in full: whose, what, by whom, when; then its text, or why there is none yet.
  static func reportText(
    _ report: Report, isLoaded: Bool, width: Int, _ context: ViewContext
  ) -> StyledText {
    let look = context.look
    var text = StyledText()
    guard width > 0 else { return text }
    let study = report.study
    let words = ReportWords(report, now: context.now)
    var who = [[look.span(PersonName.display(study.patientName), .bright)]]
    who += StudyWords.patientFacts(study).map { [look.span($0, .text)] }
    if !study.accessionNumber.isEmpty {
      who.append([look.span("accession \(study.accessionNumber)", .text)])
    }
    text.lines += Facts.flow(who, width: width)
    var what = [
      [look.span(StudyWords.title(study), .text)], [look.span(StudyWords.moment(study), .dim)],
      [look.span("\(words.state.glyph) \(words.state.word)", words.state.role)],
    ]
    if report.status == .ready {
      let signed = report.signedAt.map { "signed \(context.time($0))" } ?? "signed"
      what.append([
        look.span(
          report.radiologist.isEmpty ? signed : "\(report.radiologist), \(signed)", .dim)
      ])
      if report.version > 1 { what.append([look.span("version \(report.version)", .dim)]) }
    } else {
      if !report.radiologist.isEmpty { what.append([look.span(report.radiologist, .dim)]) }
      let due = words.isOverdue ? "\(words.due.text): overdue" : "due in \(words.due.text)"
      if report.dueAt != nil { what.append([look.span(due, words.due.role)]) }
    }
    text.lines += Facts.flow(what, width: width)
    text.addBlank()
    let body = ReportText(report.text)
    if report.versions.count > 1 {
      text.lines += ReportHistory(report.versions).lines(width: min(width, 110), context).lines
    } else if body.sections.isEmpty {
      let nothing = isLoaded || report.status != .ready ? self.nothing(report) : ""
      text.add(nothing, style: look[.dim], columns: min(width, 100))
    } else {
      text.lines += body.lines(width: min(width, 110), look).lines
    }
    if report.status == .ready, isLoaded {
      text.addBlank()
      text.add([
        report.hasPDF
          ? look.span("\(context.key("reports.pdf")) saves it as PDF", .dim)
          : look.span("There is no PDF of this report.", .dim)
      ])
    }
    return text
  }

  private static func nothing(_ report: Report) -> String {
    switch report.status {
    case .assigned: "No radiologist has begun yet. The text comes by itself when it is signed."
    case .pending: "It is being read. The text comes by itself when it is signed."
    case .ready: "The report is signed, but the gateway sent no text of it."
    case .additionalDataRequired:
      "The radiologist wants more before reading: another view, earlier images, or a word on the"
        + " history. Add what is missing as an upload of the same patient."
    }
  }

  /// Lines of the report in focus, for scrolling.
  static func lineCount(_ state: ReportsState, width: Int, _ context: PaneContext) -> Int {
    guard let report = state.focused else { return 0 }
    let view = ViewContext(
      look: Look(), now: context.now, calendar: context.calendar, layout: context.layout)
    return reportText(
      report, isLoaded: state.detail?.id == report.id, width: width, view
    ).lines.count
  }
}
