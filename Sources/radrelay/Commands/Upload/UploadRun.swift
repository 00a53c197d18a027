import ArgumentParser
import Domain
import Foundation
import Store
import Sync

/// `radrelay upload check plan.json`.
struct UploadCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say what of a plan could be sent now; nothing is queued.",
    discussion:
      "Exit status: 0 when all that is chosen can be sent, 6 when some of it, 7 when nothing.")

  @Argument(help: "A plan.", completion: .file(extensions: ["json"])) var plan: String
  @Flag(help: "One JSON object per study.") var json = false

  func run() async throws {
    let outcomes = PlanCheck.run(try PlanFile.read(plan))
    for outcome in outcomes {
      let study = outcome.study
      if json {
        try Output.json(Row(outcome))
      } else {
        let name = Sources.name(study.studyInstanceUID, study.files.first?.path)
        let reason = outcome.reason.isEmpty ? "" : ": \(outcome.reason)"
        Output.line("\(name)  \(outcome.verdict.rawValue)\(reason)")
      }
    }
    if let status = PlanEnd.status(of: outcomes) { throw ExitCode(status.rawValue) }
  }

  private struct Row: Encodable {
    let studyInstanceUID: String
    let verdict: String
    let reason: String
    let instances: Int

    enum CodingKeys: String, CodingKey {
      case studyInstanceUID = "study_instance_uid"
      case verdict, reason, instances
    }

    init(_ outcome: PlanCheck.Outcome) {
      studyInstanceUID = outcome.study.studyInstanceUID
      verdict = outcome.verdict.rawValue
      reason = outcome.reason
      instances = outcome.study.files.count
    }
  }
}

/// `radrelay upload run plan.json`.
struct UploadRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Queue the studies of a plan, and send them.",
    discussion: """
      A study of which a file changed since the plan was made is refused, with the reason; the \
      others go. Running a plan twice queues its studies twice; the gateway recognises the second.
      """)

  @OptionGroup var home: HomeOptions
  @Argument(help: "A plan.", completion: .file(extensions: ["json"])) var plan: String
  @Flag(help: "Send now, and end when every study is proven, refused or needs a person.")
  var wait = false
  @Option(help: "With --wait: give up waiting after this many seconds; the queue is kept.")
  var timeout: Int?
  @Flag(help: "One JSON object per study.") var json = false

  func run() async throws {
    let plan = try PlanFile.read(plan)
    let (store, account) = try await home.openLoggedIn()
    let outcomes = PlanCheck.run(plan)
    var refused = 0
    var ids: [UploadID] = []
    for outcome in outcomes {
      let study = outcome.study
      let name = Sources.name(study.studyInstanceUID, study.files.first?.path)
      guard let draft = outcome.draft else {
        Output.note("study \(name) is not sent: \(outcome.reason)")
        if outcome.verdict == .refused { refused += 1 }
        continue
      }
      do {
        // One by one: what cannot be copied holds up nothing else.
        ids += try await Sources.enqueue([draft], store: store, account: account)
      } catch StoreError.source(let path, let reason) {
        Output.note("study \(name) is not sent: \(StoreError.source(path: path, reason: reason))")
        refused += 1
      }
    }
    guard !ids.isEmpty else {
      throw CommandFailure(
        "Nothing of the plan could be queued.", PlanEnd.status(of: outcomes) ?? .rejected)
    }
    try await Handover(store: store, json: json, timeout: timeout)
      .finish(ids, wait: wait, refused: refused)
  }
}

/// How a plan ends.
enum PlanEnd {
  /// Nil when everything that is chosen can be sent.
  static func status(of outcomes: [PlanCheck.Outcome]) -> ExitStatus? {
    let ready = outcomes.count { $0.verdict == .ready }
    let refused = outcomes.count { $0.verdict == .refused }
    if ready == 0 { return refused > 0 ? .rejected : .notFound }
    return refused > 0 ? .partial : nil
  }
}
