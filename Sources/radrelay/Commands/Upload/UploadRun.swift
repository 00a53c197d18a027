import ArgumentParser
import Domain
import Foundation
import Runtime
import Store
import Sync

/// `radrelay upload check plan.json`.
struct UploadCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say what of a plan could be sent now; nothing is queued.",
    discussion: """
      Says also which images were sent before (already_there; only new ones would go): the gateway \
      is asked for those of your facility, and the queue of this workstation is looked at. \
      Exit status: 0 when all that is chosen can be sent, 6 when some of it, 7 when nothing, 5 when \
      all of it was sent before.
      """)

  @OptionGroup var home: HomeOptions
  @Argument(help: "A plan.", completion: .file(extensions: ["json"])) var plan: String
  @Flag(help: "One JSON object per study.") var json = false

  func run() async throws {
    let store = try home.open()
    let outcomes = await EarlierLook.lookUp(
      PlanCheck.run(try PlanFile.read(plan, for: try await store.account()?.user)),
      by: Engine.make(store: store), day: { Words.time($0) })
    for outcome in outcomes {
      if json {
        try Output.json(OutcomeRow(outcome))
      } else {
        let reason = outcome.reason.isEmpty ? "" : ": \(outcome.reason)"
        Output.line("\(outcome.name)  \(outcome.verdict.rawValue)\(reason)")
      }
    }
    if let status = PlanEnd.status(of: outcomes) { throw ExitCode(status.rawValue) }
  }
}

/// `radrelay upload run plan.json`.
struct UploadRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Queue the studies of a plan, and send them.",
    discussion: """
      A study of which a file changed since the plan was made is refused, with the reason; the \
      others go. Images that were sent before, or are in the queue, are left out, and a study of \
      which all were is not queued: its force_reason sends it all the same.
      """)

  @OptionGroup var home: HomeOptions
  @Argument(help: "A plan.", completion: .file(extensions: ["json"])) var plan: String
  @Flag(help: "Send now, and end when every study is proven, refused or needs a person.")
  var wait = false
  @Option(help: "With --wait: give up waiting after this many seconds; the queue is kept.")
  var timeout: Int?
  @Flag(help: "One JSON object per study.") var json = false

  func run() async throws {
    let (store, account) = try await home.openLoggedIn()
    let plan = try PlanFile.read(plan, for: account.user)
    let outcomes = await EarlierLook.lookUp(
      PlanCheck.run(plan), by: Engine.make(store: store),
      day: { Words.time($0) })
    var refused = 0
    var ids: [UploadID] = []
    for outcome in outcomes {
      try outcome.tell(json: json)
      // What waits in the queue already is handed over: its upload is the one that counts.
      ids += outcome.waiting
      guard let draft = outcome.draft else {
        if outcome.verdict != .left, outcome.waiting.isEmpty { refused += 1 }
        continue
      }
      do {
        // One by one: what cannot be copied holds up nothing else.
        ids += try await Sources.enqueue([draft], store: store, account: account)
      } catch StoreError.source(let path, let reason) {
        Output.note(
          "study \(outcome.name) is not sent: \(StoreError.source(path: path, reason: reason))")
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
    let there = outcomes.count { $0.verdict == .alreadyThere }
    if ready == 0 { return refused > 0 ? .rejected : there > 0 ? .conflict : .notFound }
    return refused + there > 0 ? .partial : nil
  }
}
