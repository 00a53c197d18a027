public import ArgumentParser
public import Domain
import Foundation
import Runtime
import Store

extension QueueMove: ExpressibleByArgument {}

extension QueueCommand {
  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Pause uploads, until you say, for a time, or until a time of day.",
      discussion: "A pause with an end ends by itself: --for 4h (30m, 1h30m, 2d), --until 23:00.")

    @OptionGroup var home: HomeOptions
    @Option(name: .customLong("for"), help: "How long: 4h, 90m, 1h30m, 2d.") var length: String?
    @Option(help: "Until this time of day: 23:00.") var until: String?
    @Flag(help: "Everything that is queued or being sent.") var all = false
    @Argument(help: "Upload ids, or their first characters.") var uploads: [String] = []

    func validate() throws {
      guard uploads.isEmpty == all else {
        throw ValidationError("Name uploads, or use --all.")
      }
      guard length == nil || until == nil else {
        throw ValidationError("Use --for or --until, not both.")
      }
    }

    func run() async throws {
      var term: PauseTerm?
      let now = Date()
      if let length {
        guard let seconds = PauseTerm.seconds(length) else {
          throw CommandFailure(
            "\(length) is no length of time from a minute to 31 days; write 4h, 90m or 1h30m.",
            .usage)
        }
        term = PauseTerm(end: now.addingTimeInterval(seconds), duration: seconds)
      }
      if let until {
        guard BandwidthTimetable.minute(of: until) != nil,
          let found = PauseTerm(until, now: now, calendar: .current)
        else { throw CommandFailure("\(until) is no time of day; write 23:00.", .usage) }
        term = found
      }
      let store = try home.open()
      var names = uploads
      if all {
        let (page, _) = try await store.uploads(
          UploadFilter(states: [.queued, .sending]), Window(offset: 0, limit: 100_000))
        names = page.rows.map(\.id.rawValue)
        if names.isEmpty { Output.note("Nothing is queued or being sent.") }
      }
      try await UploadTargets.run(.pause, names, term: term, in: store)
    }
  }

  struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Move an upload in the sending order of its service level.",
      discussion: "STAT goes before emergency before subspecialty before routine, always.")

    @OptionGroup var home: HomeOptions
    @Argument(help: "The upload's id, or its first characters.") var upload: String
    @Argument(help: "up, down, first or last.") var place: QueueMove

    func run() async throws {
      let store = try home.open()
      let id = try await UploadLookup.find(upload, in: store)
      do {
        let (place, count) = try await store.move(id, place, at: Date())
        let level = try await store.upload(id)?.serviceLevel.title ?? ""
        Output.line("\(id)  \(level)  place \(place) of \(count)")
      } catch StoreError.invalid(let why) {
        throw CommandFailure(why, .conflict)
      }
    }
  }

  struct Level: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give uploads another service level; the gateway is told before the next chunk.",
      discussion: "STAT overtakes what is being sent. Nothing is sent again.")

    @OptionGroup var home: HomeOptions
    @Argument(help: "stat, emergency, subspecialty or routine.") var level: ServiceLevel
    @Argument(help: "Upload ids, or their first characters.") var uploads: [String]
    @Option(
      help: "Clinical history from now on, at most 500 characters; stat and emergency need one.")
    var history: String?

    func run() async throws {
      let store = try home.open()
      try await UploadTargets.each(uploads, in: store) { id in
        try await store.setLevel(level, of: id, history: history, at: Date())
      }
    }
  }

  struct Limit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Limit how fast is sent, by a weekly timetable; takes effect at once.",
      discussion: """
        \u{201C}08:00 256k; 18:00 off\u{201D}, or with days \u{201C}mon-fri 08:00 256k; sat,sun \
        00:00 off\u{201D}. Rates are bytes a second (256k, 2M); an entry holds until the next one, \
        across midnight and the end of the week. A rate alone always holds. Times are local.
        """)

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object.") var json = false
    @Argument(help: "A timetable, \u{201C}off\u{201D}, or \u{201C}show\u{201D}.")
    var timetable = "show"

    private struct Row: Encodable {
      var timetable: String
      var bytesPerSecond: Int64?
      var changesAt: Date?
      private enum CodingKeys: String, CodingKey {
        case timetable
        case bytesPerSecond = "bytes_per_second"
        case changesAt = "changes_at"
      }
    }

    func run() async throws {
      let store = try home.open()
      if timetable.lowercased() != "show" {
        do {
          let read = try BandwidthTimetable(timetable)
          try await store.set(.uploadLimit, value: read.description)
        } catch let problem as BandwidthTimetable.Problem {
          throw CommandFailure(problem.description, .usage)
        }
      }
      let text = try await home.setting(.uploadLimit, in: store)
      let table = try? BandwidthTimetable(text)
      let now = Date()
      let rate = table?.rate(at: now, calendar: .current)
      let change = table?.change(after: now, calendar: .current)
      if json {
        try Output.json(
          Row(
            timetable: table?.description ?? "off", bytesPerSecond: rate ?? nil,
            changesAt: change ?? nil))
        return
      }
      Output.line("timetable  \(table?.description ?? "off")")
      let present = (rate ?? nil).map { "\(ByteAmount.text($0)) bytes a second" } ?? "no limit"
      Output.line("now        \(present)")
      if let change { Output.line("changes    \(Words.time(change))") }
    }
  }

  struct Budget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Limit how much is sent in a day or a month; what is over waits.")

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object.") var json = false
    @Option(help: "day or month.") var per: String = "day"
    @Argument(help: "500M, 10G, \u{201C}off\u{201D}, or \u{201C}show\u{201D}.") var amount = "show"

    private struct Row: Encodable {
      var budget: String
      var bytes: Int64?
      var used: Int64
    }

    func run() async throws {
      let store = try home.open()
      if amount.lowercased() != "show" {
        do {
          let read = try ByteBudget.parse(amount == "off" ? amount : "\(amount) per \(per)")
          try await store.set(.uploadBudget, value: read?.description ?? "off")
        } catch let problem as BandwidthTimetable.Problem {
          throw CommandFailure(problem.description, .usage)
        }
      }
      let text = try await home.setting(.uploadBudget, in: store)
      let budget = (try? ByteBudget.parse(text)) ?? nil
      let now = Date()
      let used = try await store.traffic(
        ofDays: (budget ?? ByteBudget(bytes: 1, period: .day)).prefix(at: now, calendar: .current))
      if json {
        try Output.json(
          Row(budget: budget?.description ?? "off", bytes: budget?.bytes, used: used))
        return
      }
      Output.line("budget  \(budget?.description ?? "off")")
      Output.line("used    \(Words.bytes(used)) this \(budget?.period.rawValue ?? "day")")
      if let budget, used >= budget.bytes {
        let end = budget.next(after: now, calendar: .current)
        Output.line("waits   what is queued goes on at \(Words.time(end))")
      }
    }
  }
}

extension HomeOptions {
  /// A setting as it holds: of the store, else of `config.toml`.
  func setting(_ setting: Setting, in store: Store) async throws -> String {
    if let value = try await store.settings()[setting] { return value }
    return UserConfiguration.load(folder: location.configuration).settings[setting] ?? "off"
  }
}
