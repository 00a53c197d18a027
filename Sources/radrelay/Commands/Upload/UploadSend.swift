import ArgumentParser
import Domain
import Foundation
import Runtime
import Store
import Sync

/// `radrelay upload DIR…`: hands folders of DICOM files over to the queue.
struct UploadSend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Queue the studies in folders, and send them.",
    discussion: """
      Every study that can be sent is queued before anything goes out; what cannot is named with \
      the reason, and the rest goes on. Without --wait the queue is sent by the full-screen \
      program or by `radrelay sync`. Files stay where they are; do not remove them before their \
      study is verified. What lies in a ZIP archive, on a removable medium or on a network share is \
      copied first: the medium may go once the study is queued.

      Images that were sent before are recognised by their identifiers, with the help of the \
      gateway and of this workstation's own queue: only new ones are sent, and a study without any \
      is left out. A study that waits here already gets the --level that you name when that is more \
      urgent. An identifier with other contents than before needs a person: --force-reason sends \
      everything as it is, and the reason is kept in the gateway's audit log.
      """)

  @OptionGroup var home: HomeOptions
  @Argument(
    help: "Folders, files, ZIP archives or the DICOMDIR of a medium.", completion: .directory)
  var folders: [String]
  @Option(help: "How soon to be read: stat, emergency, subspecialty or routine.")
  var level: ServiceLevel?
  @Option(help: "Clinical history, at most 500 characters; needed for stat and emergency.")
  var history = ""
  @Option(
    help: ArgumentHelp(
      "Send also what was sent before; the reason is kept, at the gateway too.",
      valueName: "reason"))
  var forceReason: String?
  @Flag(help: "Send now, and end when every study is proven, refused or needs a person.")
  var wait = false
  @Option(help: "With --wait: give up waiting after this many seconds; the queue is kept.")
  var timeout: Int?
  @Flag(help: "One JSON object per study.") var json = false

  func validate() throws {
    guard let forceReason else { return }
    guard !forceReason.allSatisfy(\.isWhitespace), forceReason.unicodeScalars.count <= 500 else {
      throw ValidationError("--force-reason takes 1 to 500 characters.")
    }
  }

  func run() async throws {
    let (store, account) = try await home.openLoggedIn()
    let settings = try await store.settings()
    let level =
      level ?? settings[.defaultServiceLevel].flatMap(ServiceLevel.init(rawValue:)) ?? .routine
    if level.needsClinicalHistory(for: account.user), history.allSatisfy(\.isWhitespace) {
      throw CommandFailure(
        "\(level.title) needs a clinical history: add --history \"what, since when, question\".",
        .usage)
    }

    let (ids, refused) = try await queue(level, store, account)
    try await Handover(store: store, json: json, timeout: timeout)
      .finish(ids, wait: wait, refused: refused)
  }

  /// Scans and queues. What was found is in the store afterwards and not in memory: a study may have
  /// thousands of files.
  private func queue(_ level: ServiceLevel, _ store: Store, _ account: Account) async throws
    -> (ids: [UploadID], refused: Int)
  {
    let scan = await Sources.scan(folders)
    Sources.tellSkipped(scan)
    var refused = scan.skippedCount
    var drafts: [StudyDraft] = []
    for found in scan.studies {
      let name = Sources.name(found.study.studyInstanceUID, found.files.first?.path)
      for warning in found.warnings { Output.note("study \(name): \(warning)") }
      if let objection = found.objection {
        Output.note("study \(name) is not sent: \(objection).")
        refused += 1
        continue
      }
      var draft = StudyDraft(
        study: found.study, serviceLevel: level, clinicalHistory: history, files: found.files)
      if let forceReason { draft.force(because: forceReason) }
      drafts.append(draft)
    }
    guard !drafts.isEmpty else {
      throw CommandFailure(
        "No DICOM study to send in \(folders.joined(separator: ", ")): "
          + "\(scan.files) files seen. Name a folder with DICOM files.", .notFound)
    }
    let outcomes = await EarlierLook.lookUp(
      drafts.map { PlanCheck.Outcome($0) }, by: Engine.make(store: store),
      day: { Words.time($0) })
    for outcome in outcomes { try outcome.tell(json: json) }
    // What waits in the queue already is handed over: its uploads are those that count.
    let waiting = outcomes.flatMap(\.waiting)
    refused += outcomes.count { $0.draft == nil && $0.waiting.isEmpty }
    drafts = outcomes.compactMap(\.draft)
    guard !drafts.isEmpty || !waiting.isEmpty else {
      throw CommandFailure(
        "Nothing of it is queued. To send it all the same: --force-reason \"why\".",
        PlanEnd.status(of: outcomes) ?? .conflict)
    }
    if self.level != nil { try await raise(waiting, to: level, store) }
    let ids = try await Sources.enqueue(drafts, store: store, account: account) + waiting
    return (ids, refused)
  }

  /// What was queued as less urgent than it turns out to be. An upload whose last byte went out
  /// meanwhile keeps its level, and says so.
  private func raise(_ waiting: [UploadID], to level: ServiceLevel, _ store: Store) async throws {
    for id in waiting {
      guard let before = try await store.upload(id)?.serviceLevel, level < before else { continue }
      do {
        try await store.setLevel(
          level, of: id, history: history.isEmpty ? nil : history, at: Date())
        Output.note("upload \(id): \(before.title) before, \(level.title) now")
      } catch StoreError.invalid(let why) {
        Output.note(why)
      }
    }
  }
}
