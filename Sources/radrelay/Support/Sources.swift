import ArgumentParser
import Domain
import Foundation
import Runtime
import Store

/// Folders, archives and media that a person named, and what was found there.
enum Sources {
  /// Reads everything; progress goes to a terminal on the standard error output.
  static func scan(_ roots: [String]) async -> ScanProgress {
    var last = ScanProgress()
    let shows = isatty(STDERR_FILENO) == 1
    let medium = SourceMedium()
    let scan = StudyScan.run(roots: roots.map(Paths.absolute), medium: { medium.reason(for: $0) })
    for await progress in scan {
      last = progress
      if shows {
        let line = "\r\(progress.files) files, \(progress.dicomFiles) DICOM"
        StandardStream.write(Data(line.utf8), to: STDERR_FILENO)
      }
    }
    if shows { StandardStream.write(Data("\n".utf8), to: STDERR_FILENO) }
    return last
  }

  /// Names what was left out, and why.
  static func tellSkipped(_ scan: ScanProgress) {
    for skipped in scan.skipped { Output.note("left out \(skipped.path): \(skipped.reason)") }
    if scan.skippedCount > scan.skipped.count {
      Output.note("left out \(scan.skippedCount - scan.skipped.count) more")
    }
  }

  /// Queues drafts; says first what is copied, and how much.
  static func enqueue(_ drafts: [StudyDraft], store: Store, account: Account) async throws
    -> [UploadID]
  {
    let staged = drafts.flatMap(\.files).filter(\.needsStaging)
    if !staged.isEmpty {
      let bytes = staged.reduce(Int64(0)) {
        $0.addingReportingOverflow(max(0, $1.byteCount)).partialValue
      }
      let reasons = Set(staged.compactMap { $0.staging?.words }).sorted()
      Output.note(
        "copied here first: \(Words.bytes(bytes)) (\(reasons.joined(separator: ", ")))")
    }
    return try await RewrittenCopies.enqueue(
      drafts, owner: account.owner, in: store, now: Date())
  }

  /// A study in messages: without an identifier it is named by one of its files.
  static func name(_ studyInstanceUID: String, _ firstPath: String?) -> String {
    studyInstanceUID.isEmpty ? "of \(firstPath ?? "?")" : studyInstanceUID
  }
}

/// What follows when studies are in the queue.
struct Handover {
  var store: Store
  var json: Bool
  var timeout: Int?

  /// Says what is queued, or sends it and says how it ended.
  /// - Parameter refused: how many studies or files were left out.
  func finish(_ ids: [UploadID], wait: Bool, refused: Int) async throws {
    var states: [UploadState] = []
    if wait { try await Engine.send(ids, store: store, timeout: timeout) }
    for id in ids {
      guard let upload = try await store.upload(id) else { continue }
      states.append(upload.state)
      if json {
        try Output.json(UploadRow(upload))
      } else {
        Output.line(
          "\(upload.id)  \(upload.state.rawValue)  \(upload.verifiedFiles) of "
            + "\(upload.fileCount) verified  \(upload.reason)")
      }
    }
    var status = wait ? ExitStatus(of: states) : .ok
    if status == .ok, refused > 0 { status = .partial }
    if status != .ok { throw ExitCode(status.rawValue) }
  }
}
