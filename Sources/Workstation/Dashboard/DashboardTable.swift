import Domain
import Screen

/// All numbers of the dashboard as lines of text: for those who read rather than look, and for
/// screen readers.
enum DashboardTable {
  static func text(_ counts: DashboardCounts, width: Int, _ look: Look) -> StyledText {
    var text = StyledText()
    guard width > 0 else { return text }
    let columns = min(width, 60)
    func row(_ name: String, _ values: [String]) {
      let right = values.map { UploadsPane.padded($0, 10, align: .right) }.joined(separator: "  ")
      let room = max(0, columns - SafeText.width(right) - 2)
      text.add([
        look.span(UploadsPane.padded(name, room) + "  ", .text), look.span(right, .bright),
      ])
    }
    func group(_ title: String, _ buckets: [DashboardCounts.Bucket], _ name: (String) -> String) {
      guard !buckets.isEmpty else { return }
      text.addBlank()
      text.add([look.span(title, .heading)])
      for bucket in buckets {
        row(bucket.name.isEmpty ? "unknown" : name(bucket.name), [Format.count(bucket.count)])
      }
    }
    row("Uploads", [Format.count(counts.uploads)])
    row("Volume", [Format.bytes(counts.bytes)])
    row("Proven to be in the PACS", [Format.count(counts.proven)])
    row("Failed", [Format.count(counts.failed)])
    row(
      "Median to PACS", [counts.medianSecondsToPACS.map { Format.duration($0) } ?? "–"])
    row("Overdue reports", [Format.count(counts.overdueReports)])
    group("By modality", counts.byModality) { $0 }
    group("By service level", counts.byServiceLevel) { ServiceLevel(rawValue: $0)?.title ?? $0 }
    group("By state", counts.byStatus) {
      UploadState(rawValue: $0).map { UploadStanding($0).word } ?? $0
    }
    text.addBlank()
    text.add([look.span("By day, newest first", .heading)])
    for day in counts.days.reversed() {
      row(day.date, [Format.count(day.count), Format.bytes(day.bytes)])
    }
    return text
  }
}
