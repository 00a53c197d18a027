public import ArgumentParser
public import Domain
import Foundation
import Store

/// `radrelay queue …`: the uploads of this workstation.
struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue", abstract: "List and steer uploads.",
    subcommands: [
      List.self, Show.self, Pause.self, Resume.self, Retry.self, Move.self, Level.self,
      Take.self, Cancel.self, Forget.self, Force.self, Limit.self, Budget.self,
    ], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List uploads: unfinished first, then the newest.")

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object per line.") var json = false
    @Option(help: "Only this state (may be repeated): queued, sending, stored, verified …")
    var state: [UploadState] = []
    @Option(help: "At most this many.") var limit = 50

    func run() async throws {
      let store = try home.open()
      let (page, _) = try await store.uploads(
        UploadFilter(states: Set(state)), Window(offset: 0, limit: min(max(0, limit), 100_000)))
      if json {
        for upload in page.rows { try Output.json(UploadRow(upload)) }
        return
      }
      Output.table(
        ["UPLOAD", "PATIENT", "STUDY", "LEVEL", "IMAGES", "SIZE", "STATE", "SENT", "WHY"],
        page.rows.map { upload in
          [
            upload.id.rawValue, PersonName.display(upload.study.patientName),
            [upload.study.modality, upload.study.studyDescription].joined(separator: " "),
            upload.serviceLevel.title, String(upload.fileCount), Words.bytes(upload.byteCount),
            upload.state.rawValue, Words.progress(upload), Words.why(upload),
          ]
        })
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one upload with its files and what happened to it.")

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object.") var json = false
    @Argument(help: "The upload's id, or its first characters.") var upload: String

    private struct Detail: Encodable {
      struct File: Encodable {
        var path: String
        var sopInstanceUID: String
        var bytes: Int64
        var sha256: String?
        var state: String
        var reason: String
        private enum CodingKeys: String, CodingKey {
          case path, bytes, sha256, state, reason
          case sopInstanceUID = "sop_instance_uid"
        }
      }
      struct Line: Encodable {
        var at: Date
        var text: String
      }
      var upload: UploadRow
      var files: [File]
      var log: [Line]
    }

    func run() async throws {
      let store = try home.open()
      let id = try await UploadLookup.find(upload, in: store)
      guard let detail = try await store.uploadDetail(id, fileLimit: 100_000) else {
        throw UploadLookup.missing(upload)
      }
      if json {
        try Output.json(
          Detail(
            upload: UploadRow(detail.upload),
            files: detail.files.map {
              .init(
                path: $0.path, sopInstanceUID: $0.sopInstanceUID, bytes: $0.byteCount,
                sha256: $0.sha256, state: $0.state.rawValue, reason: $0.reason)
            }, log: detail.log.map { .init(at: $0.at, text: $0.text) }))
        return
      }
      let row = detail.upload
      Output.line("\(PersonName.display(row.study.patientName))  \(row.study.studyDescription)")
      Output.line("study     \(row.study.studyInstanceUID)")
      Output.line("state     \(row.state.rawValue)\(row.reason.isEmpty ? "" : ": \(row.reason)")")
      Output.line(
        "queued by \([row.owner, row.facility].filter { !$0.isEmpty }.joined(separator: ", "))")
      Output.line(
        "sent      \(Words.bytes(row.sentBytes)) of \(Words.bytes(row.byteCount)); resumed "
          + "\(row.resumeCount) times, \(Words.bytes(row.resentBytes)) sent again")
      Output.line(
        "proof     stored \(row.storedFiles), verified \(row.verifiedFiles) of \(row.fileCount)")
      if detail.copies.files > 0 {
        Output.line(
          "copies    \(detail.copies.files) kept here, \(Words.bytes(detail.copies.bytes))")
      }
      Output.line()
      Output.table(
        ["STATE", "BYTES", "SOP INSTANCE", "FILE", "WHY"],
        detail.files.map {
          [$0.state.rawValue, String($0.byteCount), $0.sopInstanceUID, $0.path, $0.reason]
        })
      Output.line()
      Output.table(["WHEN", "WHAT"], detail.log.map { [Words.time($0.at), $0.text] })
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Go on with paused uploads.")
    @OptionGroup var target: UploadTargets
    func run() async throws { try await target.run(.resume) }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Try uploads again, now: failed ones, held ones, and those that wait.")
    @OptionGroup var target: UploadTargets
    func run() async throws { try await target.run(.retry) }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give uploads up; the files on this machine stay.")
    @OptionGroup var target: UploadTargets
    func run() async throws { try await target.run(.cancel) }
  }

  struct Force: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send duplicates all the same; the reason is kept.")
    @OptionGroup var target: UploadTargets
    @Option(help: "Why it must be sent again.") var reason: String
    func run() async throws { try await target.run(.force, reason: reason) }
  }
}

/// The uploads that a command is about.
struct UploadTargets: ParsableArguments {
  @OptionGroup var home: HomeOptions
  @Argument(help: "Upload ids, or their first characters.") var uploads: [String]

  func run(_ command: UploadCommand, reason: String = "") async throws {
    try await Self.run(command, uploads, reason: reason, in: try home.open())
  }

  static func run(
    _ command: UploadCommand, _ uploads: [String], reason: String = "", term: PauseTerm? = nil,
    in store: Store
  ) async throws {
    try await each(uploads, in: store) { id in
      try await store.command(command, id, reason: reason, term: term, at: Date())
    }
  }

  /// Does something to each of the uploads, and says what became of it.
  static func each(
    _ uploads: [String], in store: Store, _ work: (UploadID) async throws -> Void
  ) async throws {
    var worst: ExitStatus?
    for text in uploads {
      do {
        let id = try await UploadLookup.find(text, in: store)
        try await work(id)
        // What a command made of it: what waits for another login says so.
        guard let upload = try await store.upload(id) else { continue }
        var words = upload.reason.isEmpty ? "" : "  " + upload.reason
        if upload.state == .paused, let end = upload.nextAttemptAt {
          words = "  until \(Words.time(end))"
        }
        Output.line("\(id)  \(upload.state.rawValue)\(words)")
      } catch let failure as CommandFailure {
        Output.note(failure.message)
        worst = failure.status
      } catch let error as StoreError {
        Output.note("\(text): \(error)")
        worst = .conflict
      }
    }
    if let worst {
      throw ExitCode(uploads.count > 1 ? ExitStatus.partial.rawValue : worst.rawValue)
    }
  }
}

/// Finds uploads by what a person types.
enum UploadLookup {
  /// The upload with this id, or the only one whose id begins so.
  static func find(_ text: String, in store: Store) async throws -> UploadID {
    let wanted = text.lowercased()
    if try await store.upload(UploadID(wanted)) != nil { return UploadID(wanted) }
    guard wanted.count >= 4 else { throw missing(text) }
    let (page, _) = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 10_000))
    let matches = page.rows.filter { $0.id.rawValue.hasPrefix(wanted) }
    guard matches.count <= 1 else {
      throw CommandFailure(
        "\(matches.count) uploads begin with \(text); type more of the id.", .usage)
    }
    guard let match = matches.first else { throw missing(text) }
    return match.id
  }

  static func missing(_ text: String) -> CommandFailure {
    CommandFailure("There is no upload \(text). See: radrelay queue ls", .notFound)
  }
}

extension UploadState: ExpressibleByArgument {}
extension ServiceLevel: ExpressibleByArgument {}
extension ReportStatus: ExpressibleByArgument {}
