import Crypto
import Domain
import Foundation

/// One attempt to bring one upload to the archive: STOW what was not taken yet, ask for all, get
/// back what the archive keeps byte by byte.
struct Delivery {
  /// How the attempt ended.
  enum Outcome: Equatable {
    /// Again, after a pause; until then the upload stands so.
    case later(CustodyState, String)
    case end(CustodyState, String)
  }

  let upload: UploadRecord
  let catalogue: any UploadCatalogue & ChunkCatalogue & CustodyCatalogue
  let blobs: any BlobStore
  let archive: any Archive
  let configuration: GatewayConfiguration

  func attempt() async throws -> Outcome {
    let files = try await catalogue.files(of: upload.id)
    let open = files.filter {
      $0.state == .stored || ($0.state == .verified && archive.keepsBytes)
    }
    for (study, group) in Dictionary(grouping: open, by: { $0.instance?.studyInstanceUID ?? "" }) {
      try await send(group.filter { $0.state == .stored && $0.sentAt == nil }, study: study)
      try await verify(study)
    }
    return try await conclude()
  }

  /// STOW-RS in batches of bounded size; each batch's results are kept before the next is sent.
  private func send(_ files: [FileRecord], study: String) async throws {
    var batch: [FileRecord] = []
    var bytes: Int64 = 0
    for file in files {
      if !batch.isEmpty,
        batch.count >= configuration.batchInstances
          || bytes + file.size > configuration.batchBytes
      {
        try await send(batch: batch, study: study)
        batch = []
        bytes = 0
      }
      batch.append(file)
      bytes += file.size
    }
    if !batch.isEmpty { try await send(batch: batch, study: study) }
  }

  private func send(batch: [FileRecord], study: String) async throws {
    var outgoing: [OutgoingInstance] = []
    for file in batch {
      guard let facts = file.instance, let blob = file.blob else { continue }
      outgoing.append(
        OutgoingInstance(
          sopInstanceUID: facts.sopInstanceUID, sopClassUID: facts.sopClassUID,
          file: try await blobs.file(blob), byteCount: file.size, isSettled: true))
    }
    let outcomes = try await archive.store(outgoing, study: study)
    let progress = zip(batch, outcomes).map { file, outcome in
      switch outcome.result {
      case .stored:
        InstanceProgress(file: file.ordinal, state: .stored, isSent: true)
      case .refused(let reason, let isFinal):
        InstanceProgress(
          file: file.ordinal, state: isFinal ? .failed : .stored,
          reason: "the PACS refused it: \(reason)", isSent: false)
      }
    }
    let now = configuration.now()
    try await catalogue.record(
      progress, of: upload.id, now: now,
      audit: AuditEvent(
        at: now, actor: AuditEvent.gateway, .forward, entity: "upload", upload.id.rawValue,
        result: progress.allSatisfy(\.isSent) ? .ok : .refused))
  }

  /// QIDO-RS: what the archive took and lists is verified; what it took and does not list is sent
  /// again. Where the archive keeps bytes, they are compared before anybody hears of it.
  private func verify(_ study: String) async throws {
    let files = try await files(study)
    let sent = files.filter { $0.state == .stored && $0.sentAt != nil }
    var listed: [FileRecord] = []
    if !sent.isEmpty {
      let uids = Set(try await archive.instances(ofStudy: study).map(\.sopInstanceUID))
      listed = sent.filter { uids.contains($0.instance?.sopInstanceUID ?? "") }
      let missing = sent.filter { !uids.contains($0.instance?.sopInstanceUID ?? "") }
      var progress = missing.map {
        InstanceProgress(
          file: $0.ordinal, state: .stored,
          reason: "the PACS took it and does not list it yet", isSent: false)
      }
      if !archive.keepsBytes {
        progress += listed.map {
          InstanceProgress(file: $0.ordinal, state: .verified, isSent: true)
        }
      }
      if !progress.isEmpty {
        try await catalogue.record(
          progress, of: upload.id, now: configuration.now(), audit: nil)
      }
    }
    guard archive.keepsBytes else { return }
    try await compare(listed + files.filter { $0.state == .verified }, study)
  }

  private func conclude() async throws -> Outcome {
    let files = try await catalogue.files(of: upload.id)
    let waiting = files.filter { $0.state == .stored }
    if let first = waiting.first {
      let reason = first.reason.isEmpty ? "not confirmed yet" : first.reason
      return .later(
        .forwarding, "\(waiting.count) of \(files.count) instances wait: \(reason)")
    }
    let failed = files.filter { $0.state == .failed }
    if let first = failed.first {
      return .end(
        .failed, "\(failed.count) of \(files.count) instances were refused: \(first.reason)")
    }
    let uncompared = files.filter { $0.state == .verified }
    if archive.keepsBytes, let first = uncompared.first {
      let reason = uncompared.lazy.map(\.reason).first { !$0.isEmpty } ?? first.reason
      return .later(
        .verified,
        "\(uncompared.count) of \(files.count) instances are listed by the PACS and were not "
          + "compared byte by byte yet" + (reason.isEmpty ? "" : ": \(reason)"))
    }
    return .end(files.allSatisfy { $0.state == .committed } ? .committed : .verified, "")
  }

  /// How far the whole is while it is not at its end: verified once the archive listed everything.
  func standing() async throws -> CustodyState {
    let files = try await catalogue.files(of: upload.id)
    return files.allSatisfy { $0.state == .verified || $0.state == .committed }
      ? .verified : .forwarding
  }

  func files(_ study: String) async throws -> [FileRecord] {
    try await catalogue.files(of: upload.id).filter { $0.instance?.studyInstanceUID == study }
  }

  static func hex(_ digest: SHA256.Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
