import Domain
import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct ListTests {
  let sandbox = Sandbox()

  /// Every window of every kind of filter equals a slice of a plainly sorted list.
  @Test func windowsAreSlicesOfTheOrder() async throws {
    let store = try sandbox.open()
    var random = SeededRandom(state: 7)
    let states: [UploadState] = [.queued, .paused, .failed, .cancelled, .held, .queued]
    for number in 0..<120 {
      let id = try #require(
        try await store.enqueue(
          [
            draft(
              name: "Name\(number % 3)^\(number)",
              level: ServiceLevel.allCases.randomElement(using: &random) ?? .routine)
          ], now: t0 + Double(Int.random(in: 0..<40, using: &random))
        ).first)
      let state = states.randomElement(using: &random) ?? .queued
      if state != .queued { try await store.transition(id, to: state, at: t0) }
    }
    let all = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 500)).page.rows
    #expect(all.count == 120)
    let open = all.filter { !$0.state.isFinal }
    #expect(all.prefix(open.count).allSatisfy { !$0.state.isFinal })
    #expect(
      open.map { $0.serviceLevel.rank * 1000 + Int($0.createdAt.timeIntervalSince(t0)) }
        == open.map { $0.serviceLevel.rank * 1000 + Int($0.createdAt.timeIntervalSince(t0)) }
        .sorted())
    let done = all.dropFirst(open.count).map(\.createdAt)
    #expect(done == done.sorted(by: >))

    let sets: [Set<UploadState>] = [
      [], [.failed], [.failed, .queued], [.held, .cancelled, .paused],
    ]
    for states in sets {
      for text in ["", "name1"] {
        let expected = all.filter {
          (states.isEmpty || states.contains($0.state))
            && (text.isEmpty || $0.study.patientName.hasPrefix("Name1"))
        }
        for offset in stride(from: 0, through: 130, by: 13) {
          for limit in [0, 1, 7, 200] {
            let page = try await store.uploads(
              UploadFilter(text: text, states: states), Window(offset: offset, limit: limit)
            ).page
            #expect(page.total == expected.count)
            #expect(page.rows == Array(expected.dropFirst(offset).prefix(limit)))
          }
        }
      }
    }
    let counts = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 0)).counts
    for state in UploadState.allCases {
      #expect(counts.byState[state] ?? 0 == all.filter { $0.state == state }.count)
    }
  }

  @Test func textFilterFindsWordsByTheirBeginning() async throws {
    let store = try sandbox.open()
    _ = try await store.enqueue([
      draft(name: "Müller^Jörg", description: "CT Thorax"), draft(name: "O'Neill^Ann"),
      draft(name: "Yamada^Tarou=山田^太郎", modality: "MR", description: "MR Knee"),
    ])
    let cases: [(String, Int)] = [
      ("muller", 1), ("MÜLL jor", 1), ("tho mül", 1), ("o'nei", 1), ("山田", 1), ("mr", 1),
      ("p1", 3), ("üller", 0), ("\"", 3), ("***", 3), ("a OR b", 0), ("NEAR(", 0), ("-mr", 1),
      ("tarou^ya", 0), ("yamada^ta", 1), ("mr\u{0}", 1), ("   ", 3), ("study_description:ct", 0),
    ]
    for (text, count) in cases {
      #expect(try await store.names(UploadFilter(text: text)).count == count, "\(text)")
    }
  }

  @Test func textIndexFollowsEveryChange() async throws {
    let store = try sandbox.open()
    var report = Report(
      id: ReportID("r"), remoteUploadID: "u", status: .pending, text: "no fracture", createdAt: t0,
      updatedAt: t0)
    func found(_ text: String) async throws -> Int {
      try await store.reports(ReportFilter(text: text), Window(offset: 0, limit: 10)).page.total
    }
    try await store.apply(RemoteChanges(reports: [report]), at: t0)
    #expect(try await found("fract") == 1)
    report.text = "small effusion"
    report.updatedAt = t0 + 1
    try await store.apply(RemoteChanges(reports: [report]), at: t0)
    #expect(try await found("fract") == 0)
    #expect(try await found("effus") == 1)
    try await store.write { db, _ in
      for index in TextIndex.all {
        try db.execute(
          sql: "INSERT INTO \(index.name) (\(index.name), rank) VALUES ('integrity-check', 1)")
      }
      try db.execute(sql: "DELETE FROM reports")
      try db.execute(
        sql: "INSERT INTO reports_text (reports_text, rank) VALUES ('integrity-check', 1)")
    }
    #expect(try await found("effus") == 0)
    #expect(try await store.frame().unreadReports == 0)
  }

  @Test func casesByTitleWithFacets() async throws {
    let store = try sandbox.open()
    func teachingCase(_ title: String, _ modality: String, _ part: String) -> TeachingCase {
      TeachingCase(
        id: CaseID(title), title: title, modality: modality, bodyPart: part, diagnosis: "d",
        difficulty: 2, clinicalHistory: "h", findings: "Kerley lines", teachingPoints: "p",
        differentials: ["one", "two"], tags: ["lung", "heart"], author: "a",
        preview: GrayThumbnail(width: 2, height: 1, pixels: Data([0, 255])), updatedAt: t0)
    }
    let cases = [
      teachingCase("écho", "US", "Heart"), teachingCase("Zebra", "CT", "Chest"),
      teachingCase("apple", "CT", "Head"), teachingCase("Delta", "CT", "Chest"),
    ]
    try await store.apply(RemoteChanges(cases: cases), at: t0)
    let window = Window(offset: 0, limit: 10)
    let (page, facets) = try await store.cases(CaseFilter(), window)
    #expect(page.rows.map(\.title) == ["apple", "Delta", "écho", "Zebra"])
    #expect(page.rows.allSatisfy { $0.findings.isEmpty && $0.preview == nil })
    #expect(facets.modalities.map(\.name) == ["CT", "US"])
    #expect(facets.bodyParts.first == DashboardCounts.Bucket(name: "Chest", count: 2))
    let chest = CaseFilter(modality: "CT", bodyPart: "Chest")
    #expect(try await store.cases(chest, window).page.rows.map(\.title) == ["Delta", "Zebra"])
    #expect(try await store.cases(CaseFilter(text: "kerl", modality: "US"), window).page.total == 1)
    #expect(try await store.teachingCase(CaseID("Zebra")) == cases[1])
  }

  /// Days are those of the person's calendar, also when a day has 23 or 25 hours.
  @Test func dashboardDaysFollowTheTimeZone() async throws {
    let store = try sandbox.open()
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let format = ISO8601DateFormatter()
    // 2026-10-25 has 25 hours in Berlin: from 22:00Z on the 24th to 23:00Z on the 25th.
    for time in [
      "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z",
      "2026-10-25T23:00:00Z",
    ] {
      _ = try await store.enqueue([draft()], now: try #require(format.date(from: time)))
    }
    let now = try #require(format.date(from: "2026-10-26T12:00:00Z"))
    let counts = try await store.dashboard(.oneWeek, now: now, timeZone: berlin)
    #expect(counts.days.count == 7)
    #expect(counts.days.suffix(3).map(\.date) == ["2026-10-24", "2026-10-25", "2026-10-26"])
    #expect(counts.days.suffix(3).map(\.count) == [1, 2, 1])
    #expect(counts.byModality == [DashboardCounts.Bucket(name: "CT", count: 4)])
    #expect(counts.medianSecondsToPACS == nil)
    let all = try await store.dashboard(.all, now: now, timeZone: berlin)
    #expect(all.days.map(\.count) == [1, 2, 1])
    #expect(all.byStatus == counts.byStatus && all.uploads == 4)
  }
}

struct SeededRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
