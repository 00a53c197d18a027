import Domain
import Screen

/// Whose images these are: on the screen as long as there are images on it, whole, in as many rows
/// as that needs.
enum ViewerIdentity {
  static let warning = "NOT FOR DIAGNOSTIC USE"
  private static let separator = " · "

  /// What must be said, the most important first.
  static func parts(_ study: ViewerStudy) -> [String] {
    let summary = study.summary
    guard study.hasPatient else {
      return [summary.studyDescription, "teaching case", "no patient"].filter { !$0.isEmpty }
    }
    return [
      PersonName.display(summary.patientName),
      summary.patientID.isEmpty ? "no patient ID" : "ID \(summary.patientID)",
      birth(summary),
      summary.accessionNumber.isEmpty ? "no accession" : "acc \(summary.accessionNumber)",
      StudyWords.day(summary),
    ]
  }

  /// `1961-04-02 F`; what is missing is said.
  private static func birth(_ summary: StudySummary) -> String {
    let sex = summary.patientSex
    guard !summary.patientBirthDate.isEmpty else {
      return "no birth date, " + (sex.isEmpty ? "no sex" : sex)
    }
    return Format.dicomDate(summary.patientBirthDate) + (sex.isEmpty ? ", no sex" : " " + sex)
  }

  static func rowCount(_ study: ViewerStudy?, width: Int) -> Int {
    guard let study else { return 1 }
    return max(1, rows(study, width: width).count)
  }

  /// The parts in rows; the warning ends the first row where it fits there, else the last one.
  private static func rows(_ study: ViewerStudy, width: Int) -> [[String]] {
    let all = parts(study)
    let whole = all.joined(separator: separator)
    if SafeText.width(whole) + 3 + warning.count <= width { return [all] }
    var rows: [[String]] = []
    var used = 0
    for part in all + [warning] {
      let own = SafeText.width(part)
      if let last = rows.indices.last, used + separator.count + own <= width {
        rows[last].append(part)
        used += separator.count + own
      } else {
        rows.append([part])
        used = own
      }
    }
    return rows
  }

  static func draw(
    _ study: ViewerStudy?, into buffer: inout CellBuffer, _ area: Rect, _ look: Look
  ) {
    guard !area.isEmpty else { return }
    guard let study else {
      buffer.write(
        warning, x: area.x, y: area.y, width: area.width, style: look[.waiting], align: .right)
      return
    }
    let rows = rows(study, width: area.width)
    for (index, row) in rows.prefix(area.height).enumerated() {
      var spans: [Span] = []
      for part in row where part != warning {
        let isName = index == 0 && spans.isEmpty
        if !spans.isEmpty { spans.append(look.span(separator, .dim)) }
        spans.append(look.span(part, isName ? .bright : .text))
      }
      buffer.write(spans, x: area.x, y: area.y + index, width: area.width)
      if row.contains(warning) || rows.count == 1 {
        buffer.write(
          warning, x: area.x, y: area.y + index, width: area.width, style: look[.waiting],
          align: .right)
      }
    }
  }
}
