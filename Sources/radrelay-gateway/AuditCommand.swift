import ArgumentParser
import Foundation
import Gateway
import GatewayEmbedded

/// `radrelay-gateway audit`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Who did what: lists the audit log and checks that it is whole.",
    discussion: "Both only read, and work while the gateway serves.",
    subcommands: [List.self, Verify.self])

  /// `radrelay-gateway audit ls`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List rows of the audit log, oldest first.")

    @OptionGroup var data: DataOptions
    @Option(help: "From this moment on: 2026-11-21, 2026-11-21T08:00:00Z, or 7d, 12h, 30m ago.")
    var since: String?
    @Option(help: "Only what this user did.") var actor: String?
    @Option(help: "Only this action, such as login, or a group of them, such as upload.")
    var action: String?
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      let file = try AuditCommand.open(data)
      var query = AuditQuery(
        since: try since.map { try Moment.parse($0, now: Date()) }, actor: actor, action: action)
      if !json { print(Line.header.joined(separator: "\t")) }
      while true {
        let rows = try file.rows(query)
        for row in rows { try Line(row).write(json: json) }
        guard let last = rows.last, rows.count == query.limit else { return }
        query.after = last.number
      }
    }
  }

  /// `radrelay-gateway audit verify`.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the chain of hashes; exit status 1 names the first broken row.",
      discussion: """
        Finds rows that were changed, taken out or exchanged, and rows cut off at the end, by the \
        head that is kept beside the database. Whoever may write the data directory can make log \
        and head anew: note the printed head somewhere else from time to time and give it back \
        with --expect; then that is found, too. Rows written after the noted head can be cut off \
        unseen together with a forged head; nothing else can.
        """)

    @OptionGroup var data: DataOptions
    @Option(help: "A head that was noted elsewhere, NUMBER:HASH as this command prints it.")
    var expect: String?
    @Flag(help: "One JSON object.") var json = false

    func run() async throws {
      let expected = try expect.map { text in
        guard let head = AuditHead(text) else {
          throw ValidationError("--expect must be NUMBER:HASH as `audit verify` printed it.")
        }
        return head
      }
      let report = try AuditCommand.open(data).verify(expected: expected)
      if json {
        try JSONLine.write(
          Answer(
            ok: report.finding == nil, rows: report.rows, head: report.head.description,
            finding: report.finding?.description, unnoted: report.unnoted))
      } else if let finding = report.finding {
        print("broken: \(finding); rows 1 to \(report.rows) are sound")
      } else {
        print("sound: \(report.rows) rows, head \(report.head)")
        if report.unnoted > 0 {
          print("the head file lies \(report.unnoted) rows behind (a crash, or just written)")
        }
      }
      if report.finding != nil { throw ExitCode(1) }
    }

    private struct Answer: Encodable {
      var ok: Bool
      var rows: Int64
      var head: String
      var finding: String?
      var unnoted: Int64
    }
  }

  private static func open(_ data: DataOptions) throws -> AuditFile {
    let file = DataDirectory(try data.folder()).database
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw ValidationError("There is no gateway's database in the data directory; check --data.")
    }
    do {
      return try AuditFile(file)
    } catch is AuditFile.Missing {
      throw ValidationError(
        "The database has no audit log yet; start this version of the gateway once.")
    }
  }

  /// A row as it is printed.
  private struct Line: Encodable {
    static let header = [
      "number", "at", "actor", "address", "action", "entity", "id", "result",
      "detail",
    ]
    var number: Int64
    var at: String
    var actor: String
    var address: String
    var action: String
    var entity: String
    var id: String
    var result: String
    var hash: String
    var detail: String

    init(_ row: AuditRow) {
      number = row.number
      at = Moment.text(microseconds: row.at)
      (actor, address, action) = (row.actor, row.address, row.action)
      (entity, id, result, hash) = (row.entity, row.entityID, row.result, row.hash)
      detail = row.detail
    }

    func write(json: Bool) throws {
      if json { return try JSONLine.write(self) }
      let cells = [String(number), at, actor, address, action, entity, id, result, detail]
      // Whoever may write the database may have put anything into it.
      print(cells.map(Self.harmless).joined(separator: "\t"))
    }

    private static func harmless(_ text: String) -> String {
      guard !text.isEmpty else { return "-" }
      return String(
        String.UnicodeScalarView(
          text.unicodeScalars.map {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
              || $0.properties.generalCategory == .format ? "?" : $0
          }))
    }
  }
}

/// One JSON object as one line, keys sorted.
enum JSONLine {
  static func write(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

/// Moments on the command line.
enum Moment {
  /// UTC, to the millisecond.
  static func text(microseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(microseconds) / 1_000_000).formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// A date (UTC), a moment of ISO 8601, or a time ago: `7d`, `12h`, `30m`.
  static func parse(_ text: String, now: Date) throws -> Date {
    let units: [Character: Double] = ["d": 86_400, "h": 3_600, "m": 60]
    if let last = text.last, let unit = units[last], let count = Double(text.dropLast()),
      count >= 0, count < 1e6
    {
      return now.addingTimeInterval(-count * unit)
    }
    if let date = try? Date(text, strategy: .iso8601) { return date }
    if let day = try? Date(text, strategy: Date.ISO8601FormatStyle().year().month().day()) {
      return day
    }
    throw ValidationError(
      "--since must be like 2026-11-21, 2026-11-21T08:00:00Z, 7d, 12h or 30m.")
  }
}
