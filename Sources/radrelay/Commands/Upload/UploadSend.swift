import ArgumentParser
import Domain
import Foundation
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
      """)

  @OptionGroup var home: HomeOptions
  @Argument(
    help: "Folders, files, ZIP archives or the DICOMDIR of a medium.", completion: .directory)
  var folders: [String]
  @Option(help: "How soon to be read: stat, emergency, subspecialty or routine.")
  var level: ServiceLevel?
  @Option(help: "Clinical history, at most 500 characters; needed for stat and emergency.")
  var history = ""
  @Flag(help: "Send now, and end when every study is proven, refused or needs a person.")
  var wait = false
  @Option(help: "With --wait: give up waiting after this many seconds; the queue is kept.")
  var timeout: Int?
  @Flag(help: "One JSON object per study.") var json = false

  func run() async throws {
    let (store, account) = try await home.openLoggedIn()
    let settings = try await store.settings()
    let level =
      level ?? settings[.defaultServiceLevel].flatMap(ServiceLevel.init(rawValue:)) ?? .routine
    if level.needsClinicalHistory, history.allSatisfy(\.isWhitespace) {
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
      drafts.append(
        StudyDraft(
          study: found.study, serviceLevel: level, clinicalHistory: history, files: found.files))
    }
    guard !drafts.isEmpty else {
      throw CommandFailure(
        "No DICOM study to send in \(folders.joined(separator: ", ")): "
          + "\(scan.files) files seen. Name a folder with DICOM files.", .notFound)
    }
    return (try await Sources.enqueue(drafts, store: store, account: account), refused)
  }
}
