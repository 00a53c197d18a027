import Domain
import Foundation
import Store

/// What a person allows to be sent, as the store has it now: a timetable of rates and a byte
/// budget. Asked for with every slice of a body, read again after a change of the settings.
actor SendingRules {
  private let store: Store
  private let timing: Timing
  /// Values of the settings that nobody set in the store.
  private let defaults: [Setting: String]
  private var known: (timetable: BandwidthTimetable, budget: ByteBudget?, revision: Int64)?
  /// The rate, and until when it is known to hold.
  private var present: (rate: Int64?, from: Date, until: Date)?

  init(store: Store, timing: Timing, defaults: [Setting: String]) {
    self.store = store
    self.timing = timing
    self.defaults = defaults
  }

  /// Bytes a second that may go out now; nil: no limit.
  func rate() async -> Int64? {
    let (timetable, _, isFresh) = await read()
    if timetable.entries.isEmpty { return nil }
    let now = timing.now()
    if !isFresh, let present, now >= present.from, now < present.until { return present.rate }
    let calendar = timing.calendar()
    let rate = timetable.rate(at: now, calendar: calendar)
    // A change of the time zone is seen within a minute.
    present = (rate, now, now.addingTimeInterval(1))
    return rate
  }

  /// Why nothing may go out now: the budget is used up. With words for a person, and when it ends.
  func overBudget() async throws -> (words: String, end: Date)? {
    guard let budget = await read().budget else { return nil }
    let now = timing.now()
    let calendar = timing.calendar()
    let used = try await store.traffic(ofDays: budget.prefix(at: now, calendar: calendar))
    guard used >= budget.bytes else { return nil }
    let end = budget.next(after: now, calendar: calendar)
    let begin = calendar.dateComponents([.year, .month, .day], from: end)
    let day =
      "\(begin.year ?? 0)-" + (begin.month ?? 0).twoDigits + "-" + (begin.day ?? 0).twoDigits
    return ("\(Store.budgetWords) (\(budget)) is used up; goes on at midnight, on \(day).", end)
  }

  /// The day that bytes count for now.
  nonisolated var today: String { ByteBudget.day(of: timing.now(), calendar: timing.calendar()) }

  private func read() async -> (
    timetable: BandwidthTimetable, budget: ByteBudget?, isFresh: Bool
  ) {
    let revision = store.revision(of: .settings) ?? -1
    if let known, known.revision == revision, revision >= 0 {
      return (known.timetable, known.budget, false)
    }
    let settings = defaults.merging((try? await store.settings()) ?? [:]) { $1 }
    // What cannot be read was refused where it was typed; from a file it is told by `doctor`.
    let timetable =
      (try? BandwidthTimetable(settings[.uploadLimit] ?? "")) ?? BandwidthTimetable.unlimited
    let budget = (try? ByteBudget.parse(settings[.uploadBudget] ?? "")) ?? nil
    known = (timetable, budget, revision)
    return (timetable, budget, true)
  }
}

extension Int {
  fileprivate var twoDigits: String { (self < 10 ? "0" : "") + String(self) }
}
