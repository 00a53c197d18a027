import ArgumentParser
import Domain
import Foundation
import Store
import Sync

/// `radrelay upload DIR…`: hands folders of DICOM files over to the queue.
struct UploadStudies: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload", abstract: "Queue the studies in folders, and send them.",
    discussion: """
      Every study that can be sent is queued before anything goes out; what cannot is named with \
      the reason, and the rest goes on. Without --wait the queue is sent by the full-screen \
      program or by `radrelay sync`. Files stay where they are; do not remove them before their \
      study is verified.
      """)

  @OptionGroup var home: HomeOptions
  @Argument(help: "Folders or files.", completion: .directory) var folders: [String]
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

    let scan = await scanFolders()
    for skipped in scan.skipped { Output.note("left out \(skipped.path): \(skipped.reason)") }
    if scan.skippedCount > scan.skipped.count {
      Output.note("left out \(scan.skippedCount - scan.skipped.count) more")
    }
    var refused = scan.skippedCount
    var drafts: [StudyDraft] = []
    for found in scan.studies {
      // A study without an identifier is named by one of its files.
      let name =
        found.study.studyInstanceUID.isEmpty
        ? "of \(found.files.first?.path ?? "?")" : found.study.studyInstanceUID
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
    let ids = try await store.enqueue(
      drafts, owner: account.owner, now: Date())

    guard wait else {
      for id in ids { try await report(id, in: store) }
      if refused > 0 { throw ExitCode(ExitStatus.partial.rawValue) }
      return
    }
    try await send(ids, store: store, refused: refused)
  }

  private func scanFolders() async -> ScanProgress {
    var last = ScanProgress()
    let shows = isatty(STDERR_FILENO) == 1
    for await progress in StudyScan.run(roots: folders.map(absolute)) {
      last = progress
      if shows {
        let line = "\r\(progress.files) files, \(progress.dicomFiles) DICOM"
        StandardStream.write(Data(line.utf8), to: STDERR_FILENO)
      }
    }
    if shows { StandardStream.write(Data("\n".utf8), to: STDERR_FILENO) }
    return last
  }

  private func send(_ ids: [UploadID], store: Store, refused: Int) async throws {
    try await Engine.send(ids, store: store, timeout: timeout)
    var states: [UploadState] = []
    for id in ids {
      try await report(id, in: store)
      if let upload = try await store.upload(id) { states.append(upload.state) }
    }
    var status = ExitStatus(of: states)
    if status == .ok, refused > 0 { status = .partial }
    if status != .ok { throw ExitCode(status.rawValue) }
  }

  private func report(_ id: UploadID, in store: Store) async throws {
    guard let upload = try await store.upload(id) else { return }
    if json {
      try Output.json(UploadRow(upload))
    } else {
      Output.line(
        "\(upload.id)  \(upload.state.rawValue)  \(upload.verifiedFiles) of \(upload.fileCount) "
          + "verified  \(upload.reason)")
    }
  }

  private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
  }
}
