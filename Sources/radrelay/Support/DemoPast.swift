import Demonstration
import Domain
import Foundation
import Store

/// The invented past of the demonstration's workstation: half a year of uploads, so that lists and
/// dashboard have something to show. Their files never existed; only finished uploads are taken,
/// so that nothing is ever looked for.
enum DemoPast {
  /// Fills a store that has no uploads yet.
  static func fill(_ store: Store, account: Account, now: Date = Date()) async throws {
    let (page, _) = try await store.uploads(UploadFilter(), Window(offset: 0, limit: 1))
    guard page.total == 0 else { return }
    let history = DemoHistory.make(
      now: now, owner: account.user.username, facility: account.user.facility.name,
      gateway: account.server)
    let finished = history.uploads.filter { $0.state.isFinal }
    try await store.importHistory(
      finished.map { upload in
        UploadDetail(upload: upload, files: files(of: upload), log: log(of: upload))
      },
      // What was read long ago; the others come from the gateway as news.
      reports: history.reports.filter { $0.viewedAt != nil })
  }

  private static func files(of upload: Upload) -> [UploadFile] {
    let count = max(1, upload.fileCount)
    let size = upload.byteCount / Int64(count)
    let state: InstanceState =
      switch upload.state {
      case .committed: .committed
      case .verified: .verified
      default: .waiting
      }
    return (0..<count).map { index in
      UploadFile(
        id: FileID("\(upload.id).\(index)"), uploadID: upload.id,
        path: "/demonstration/\(upload.id)/\(index).dcm", byteCount: size,
        sha256: digest("\(upload.id) \(index)"), modifiedAt: 0, inode: 0,
        sopInstanceUID: "\(upload.study.studyInstanceUID).\(index + 1)", sopClassUID: "",
        seriesInstanceUID: "\(upload.study.studyInstanceUID).0", transferSyntaxUID: "",
        state: state)
    }
  }

  /// As invented as the file that it is of.
  private static func digest(_ text: String) -> String {
    [text, text + "'"].map { DemoUID.uuid($0).uuidString.replacing("-", with: "").lowercased() }
      .joined()
  }

  private static func log(of upload: Upload) -> [UploadDetail.LogLine] {
    var lines = [UploadDetail.LogLine(at: upload.createdAt, text: "Handed over.")]
    if let stored = upload.storedAt { lines.insert(.init(at: stored, text: "Stored."), at: 0) }
    if let proven = upload.verifiedAt { lines.insert(.init(at: proven, text: "Proven."), at: 0) }
    return lines
  }
}
