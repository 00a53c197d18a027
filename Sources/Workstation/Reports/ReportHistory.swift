import Domain
import Screen

/// The versions of a signed report, the newest first: nothing that was signed is hidden, and
/// nothing that was replaced can be taken for what counts.
struct ReportHistory {
  let versions: [ReportVersion]

  init(_ versions: [ReportVersion]) {
    self.versions = versions.sorted { $0.number > $1.number }
  }

  func lines(width: Int, _ context: ViewContext) -> StyledText {
    let look = context.look
    var text = StyledText()
    for (index, version) in versions.enumerated() {
      if index > 0 { text.addBlank() }
      let isReplaced = versions[..<index].contains { $0.kind == .amended }
      let facts = [
        [look.span(title(version), index == 0 ? .heading : .bright)],
        isReplaced ? [look.span("replaced by a later version", .waiting)] : [],
        [look.span("version \(version.number)", .dim)],
        version.radiologist.isEmpty ? [] : [look.span(version.radiologist, .dim)],
        version.signedAt.map { [look.span("signed \(context.time($0))", .dim)] } ?? [],
      ]
      text.lines += Facts.flow(facts, width: width)
      if let newer = versions[..<index].last(where: { $0.text == version.text }) {
        text.add([look.span("The same text as in version \(newer.number).", .dim)])
        continue
      }
      text.lines += ReportText(version.text).lines(width: width, look).lines
    }
    return text
  }

  private func title(_ version: ReportVersion) -> String {
    switch version.kind {
    case .first: "Report"
    case .addendum: "Addendum"
    case .amended: "Amended report"
    case .updated: "Updated report"
    }
  }
}
