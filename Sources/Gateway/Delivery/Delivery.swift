import Crypto
import Domain
import Foundation

/// One attempt to bring one upload to the archive: STOW what was not taken yet, ask for all, get
/// back what the archive keeps byte by byte.
struct Delivery {
  /// How the attempt ended.
  enum Outcome: Equatable {
    /// Again, after a pause.
    case later(String)
    case end(CustodyState, String)
  }

  let upload: UploadRecord
  let catalogue: any UploadCatalogue & ChunkCatalogue & CustodyCatalogue
  let blobs: any BlobStore
  let archive: any Archive
  let configuration: GatewayConfiguration

  func attempt() async throws -> Outcome {
    let files = try await catalogue.files(of: upload.id)
    let open = files.filter { $0.state == .stored }
    for (study, group) in Dictionary(grouping: open, by: { $0.instance?.studyInstanceUID ?? "" }) {
      try await send(group.filter { $0.sentAt == nil }, study: study)
      try await verify(study)
      if archive.keepsBytes { try await compare(study) }
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
          file: try await blobs.file(blob), byteCount: file.size))
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
    try await catalogue.record(progress, of: upload.id, now: configuration.now())
  }

  /// QIDO-RS: what the archive took and lists is verified; what it took and does not list is sent
  /// again.
  private func verify(_ study: String) async throws {
    let sent = try await files(study).filter { $0.state == .stored && $0.sentAt != nil }
    guard !sent.isEmpty else { return }
    let listed = Set(try await archive.instances(ofStudy: study).map(\.sopInstanceUID))
    let progress = sent.map { file in
      listed.contains(file.instance?.sopInstanceUID ?? "")
        ? InstanceProgress(file: file.ordinal, state: .verified, isSent: true)
        : InstanceProgress(
          file: file.ordinal, state: .stored,
          reason: "the PACS took it and does not list it yet", isSent: false)
    }
    try await catalogue.record(progress, of: upload.id, now: configuration.now())
  }

  /// WADO-RS: the same digest back is the last proof; another one means that the archive keeps
  /// something else under this UID.
  private func compare(_ study: String) async throws {
    for file in try await files(study) where file.state == .verified {
      guard let facts = file.instance else { continue }
      var progress: InstanceProgress
      do {
        let bytes = try await archive.retrieve(
          study: study, series: facts.seriesInstanceUID, instance: facts.sopInstanceUID,
          limit: Int(clamping: file.size + 1))
        let isSame = Self.hex(SHA256.hash(data: bytes)) == file.sha256
        progress = InstanceProgress(
          file: file.ordinal, state: isSame ? .committed : .failed,
          reason: isSame ? "" : Self.otherBytes, isSent: true)
      } catch ArchiveError.malformed {
        // Longer than what was sent.
        progress = InstanceProgress(
          file: file.ordinal, state: .failed, reason: Self.otherBytes, isSent: true)
      }
      try await catalogue.record([progress], of: upload.id, now: configuration.now())
    }
  }

  private func conclude() async throws -> Outcome {
    let files = try await catalogue.files(of: upload.id)
    let waiting = files.filter { $0.state == .stored }
    if let first = waiting.first {
      let reason = first.reason.isEmpty ? "not confirmed yet" : first.reason
      return .later("\(waiting.count) of \(files.count) instances wait: \(reason)")
    }
    let failed = files.filter { $0.state == .failed }
    if let first = failed.first {
      return .end(
        .failed, "\(failed.count) of \(files.count) instances were refused: \(first.reason)")
    }
    return .end(files.allSatisfy { $0.state == .committed } ? .committed : .verified, "")
  }

  private func files(_ study: String) async throws -> [FileRecord] {
    try await catalogue.files(of: upload.id).filter { $0.instance?.studyInstanceUID == study }
  }

  private static let otherBytes =
    "the archive keeps other bytes under this SOP Instance UID"

  static func hex(_ digest: SHA256.Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
