import Domain
import Foundation
import Screen

@testable import Workstation

/// A store of invented rows that answers the queries of a ``Stage``.
struct SampleStore {
  var uploads: [Upload] = []
  var reports: [Report] = []
  var cases: [TeachingCase] = []
  var templates: [StoredTemplate] = []
  var details: [UploadID: UploadDetail] = [:]
  var counts: [DashboardPeriod: DashboardCounts] = [:]

  func answer(_ query: Query) -> Loaded? {
    switch query {
    case .uploads(let filter, let window):
      var byState: [UploadState: Int] = [:]
      for upload in uploads { byState[upload.state, default: 0] += 1 }
      let rows = uploads.filter {
        (filter.states.isEmpty || filter.states.contains($0.state))
          && Self.matches(filter.text, $0.study)
      }
      return .uploads(filter, window, page(rows, window), UploadCounts(byState: byState))
    case .upload(let id, _):
      let detail =
        details[id]
        ?? uploads.first { $0.id == id }
        .map { UploadDetail(upload: $0, files: [], log: []) }
      return .upload(detail)
    case .reports(let filter, let window):
      let words = reports.map { ReportWords($0, now: Stage.now) }
      var counts = ReportCounts(
        unread: words.filter(\.isNew).count, overdue: words.filter(\.isOverdue).count,
        asOf: Stage.now)
      for report in reports { counts.byStatus[report.status, default: 0] += 1 }
      let rows = reports.filter {
        (filter.status == nil || filter.status == $0.status)
          && Self.matches(filter.text, $0.study)
      }.map { report in
        var row = report
        row.text = ""
        return row
      }
      return .reports(filter, window, page(rows, window), counts)
    case .report(let id): return .report(reports.first { $0.id == id })
    case .cases(let filter, let window):
      let rows = cases.filter {
        (filter.modality == nil || filter.modality == $0.modality)
          && (filter.bodyPart == nil || filter.bodyPart == $0.bodyPart)
          && (filter.text.isEmpty || $0.title.lowercased().contains(filter.text.lowercased()))
      }.map { found in
        var row = found
        row.preview = nil
        row.clinicalHistory = ""
        return row
      }
      let facets = CaseFacets(
        modalities: Self.buckets(cases.map(\.modality)),
        bodyParts: Self.buckets(cases.map(\.bodyPart)))
      return .cases(filter, window, page(rows, window), facets)
    case .teachingCase(let id): return .teachingCase(cases.first { $0.id == id })
    case .dashboard(let period):
      return .dashboard(
        counts[period] ?? DashboardCounts(period: period, asOf: Stage.now))
    case .draft: return .draft(nil)
    case .templates: return .templates(templates)
    case .notifications, .settings, .spool, .frame: return nil
    }
  }

  private func page<Row>(_ rows: [Row], _ window: Window) -> ListPage<Row> {
    ListPage(rows: Array(rows.dropFirst(window.offset).prefix(window.limit)), total: rows.count)
  }

  private static func matches(_ text: String, _ study: StudySummary) -> Bool {
    text.lowercased().split(separator: " ").allSatisfy {
      "\(study.patientName) \(study.studyDescription)".lowercased().contains($0)
    }
  }

  private static func buckets(_ names: [String]) -> [DashboardCounts.Bucket] {
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    return counts.map { DashboardCounts.Bucket(name: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }
}

extension Stage {
  /// Answers what was asked for until nothing more is asked; timers end at once.
  mutating func settle(_ store: SampleStore) {
    var pending = effects
    var rounds = 0
    while !pending.isEmpty, rounds < 50 {
      rounds += 1
      var next: [Effect] = []
      for effect in pending {
        switch effect {
        case .load(let query):
          if let loaded = store.answer(query) { next += send(.loaded(loaded)) }
        case .after(_, .selectionRested): next += send(.timer(.selectionRested))
        case .after(_, .filterSettled): next += send(.timer(.filterSettled))
        default: break
        }
      }
      pending = next
    }
  }

  /// Presses keys one by one, each answered.
  mutating func press(_ names: String..., answeredBy store: SampleStore) {
    for name in names {
      press(name)
      settle(store)
    }
  }

  /// A stage on which a pane is open and has its rows.
  static func showing(
    _ pane: PaneID, _ store: SampleStore, _ width: Int = 80, _ height: Int = 24
  ) -> Stage {
    var stage = Stage(Size(width: width, height: height))
    // The first pane may be open already: go away and come back, so that it appears.
    stage.press(pane == .cases ? "2" : "1")
    stage.press(String((PaneID.allCases.firstIndex(of: pane) ?? 0) + 1))
    stage.settle(store)
    return stage
  }
}

extension Date {
  /// Minutes before (negative) or after the stage's now.
  static func minutes(_ minutes: Double) -> Date { Stage.now.addingTimeInterval(minutes * 60) }
}
