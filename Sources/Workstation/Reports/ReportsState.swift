public import Domain

/// The reports pane: what radiologists answer.
public struct ReportsState: Sendable, Equatable {
  public var list = ListWindow<Report>()
  /// The tab: nil shows all.
  public var status: ReportStatus?
  public var text = ""
  public var counts = ReportCounts()
  /// The report whose text is shown; follows the selection when it rests.
  public var focus: ReportID?
  /// The report in focus with its text, as far as it is read.
  public var detail: Report?
  /// True while one report has the whole pane.
  public var isOpen = false
  /// True while the keys scroll the text beside the list.
  public var isReading = false
  /// First line of the text.
  public var scroll = 0
  /// Why the list could not be read, in words.
  public var problem: String?

  public init() {}

  public var filter: ReportFilter { ReportFilter(text: text, status: status) }

  /// The report in focus, as new as there is, with its text when it is here.
  public var focused: Report? {
    guard let focus else { return nil }
    let row = list.rows.first { $0.id == focus }
    guard let detail, detail.id == focus else { return row }
    guard var row else { return detail }
    row.text = detail.text
    row.versions = detail.versions
    return row
  }

  /// What a command works on.
  public var target: Report? { isOpen ? focused : list.selectedRow }

  /// All reports, over all tabs.
  public var allCount: Int { counts.byStatus.values.reduce(0, +) }

  /// The tabs in their order.
  static let tabs: [ReportStatus?] = [nil] + [.assigned, .pending, .ready, .additionalDataRequired]
}
