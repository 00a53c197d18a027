import DICOM
public import Domain
import Foundation
import Store
import Wire

extension SyncEngine {
  /// What is known of the images of studies that are about to be handed over, study by study, in
  /// any order: from the gateway, for the caller's facility, and from the uploads of this store.
  ///
  /// Files of which an image with the same SOP Instance UID is known are read and their digests
  /// compared; one that cannot be read counts as new, and handing it over says why. Nothing is
  /// changed anywhere. Ends early when the task that reads the stream ends.
  /// - Parameter sparing: see ``EarlierLookup``; for those who hand over study after study.
  public func earlierSendings(of drafts: [StudyDraft], sparing: Bool = false)
    -> AsyncStream<(index: Int, earlier: EarlierSending)>
  {
    let (stream, continuation) = AsyncStream.makeStream(
      of: (index: Int, earlier: EarlierSending).self)
    let check = EarlierCheck(store: store, lookup: earlier)
    let now = timing.now()
    let task = Task {
      await check.run(drafts, sparing: sparing, at: now) { continuation.yield(($0, $1)) }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  /// The same, all at once, in the order of the drafts.
  public func allEarlierSendings(of drafts: [StudyDraft], sparing: Bool = false) async
    -> [EarlierSending]
  {
    var found: [EarlierSending?] = drafts.map { _ in nil }
    for await (index, earlier) in earlierSendings(of: drafts, sparing: sparing) {
      found[index] = earlier
    }
    return found.map { $0 ?? EarlierSending(source: .notAsked("it was broken off")) }
  }
}

/// Looks for earlier sendings.
struct EarlierCheck: Sendable {
  let store: Store
  let lookup: EarlierLookup

  /// Seconds in which a study with the same name, date and modality is pointed out.
  static let similarSpan: TimeInterval = 30 * 86_400

  /// What one place knows of an image.
  private struct Candidate: Sendable {
    var image: EarlierImage
    var sha256: String?
    /// The file here that holds the image; nil at the gateway.
    var path: String?
    var stamp: FileStamp?
  }

  func run(
    _ drafts: [StudyDraft], sparing: Bool, at now: Date, tell: (Int, EarlierSending) -> Void
  ) async {
    let instances = Set(drafts.flatMap { $0.files.map(\.outgoingSOPInstanceUID) })
      .filter { !$0.isEmpty }
    let owner = (try? await store.account())?.owner ?? .nobody
    async let asked = lookup.ask(instances, drafts.map(\.study), sparing: sparing)
    let here = (try? await store.handedOver(instances, for: owner)) ?? []
    let there = await asked
    let source = there.source
    var candidates: [String: [Candidate]] = [:]
    for image in here {
      candidates[image.sopInstanceUID, default: []].append(Self.candidate(image))
    }
    // The gateway's word comes last and so first in `name`: it is the one that others can look up.
    for (uid, instance) in there.known {
      candidates[uid, default: []].append(
        Candidate(
          image: EarlierImage(standing: .sent, at: instance.at.date, upload: instance.uploadID),
          sha256: instance.sha256?.lowercased()))
    }
    for (index, draft) in drafts.enumerated() {
      guard !Task.isCancelled else { return }
      let similar = try? await store.similarHandedOver(
        draft.study, for: owner, since: now.addingTimeInterval(-Self.similarSpan))
      let files = draft.files.filter { candidates[$0.outgoingSOPInstanceUID] != nil }
      let known = candidates
      var found =
        (try? await blocking { Self.compare(files, with: known) }) ?? EarlierSending(source: source)
      found.source = source
      found.similarAt = [similar, there.similar[index]].compactMap { $0 }.max()
      tell(index, found)
    }
  }

  private static func candidate(_ image: HandedOverImage) -> Candidate {
    let isSent = image.state == .stored || image.state.isProven
    var earlier = EarlierImage(
      standing: isSent ? .sent : .queued, at: image.at, upload: image.upload)
    if !isSent { earlier.queued = image.id }
    return Candidate(
      image: earlier,
      sha256: image.sha256, path: image.path, stamp: image.stamp)
  }

  /// Reads what has to be compared. Blocks.
  private static func compare(_ files: [DraftFile], with candidates: [String: [Candidate]])
    -> EarlierSending
  {
    let digests = SourceDigests()
    var found = EarlierSending(source: .gateway)
    for file in files {
      let uid = file.outgoingSOPInstanceUID
      var same: [EarlierImage] = []
      var others: [EarlierImage] = []
      for candidate in candidates[uid] ?? [] {
        switch compare(file, with: candidate, digests) {
        case .same: same.append(candidate.image)
        case .unknown:
          var image = candidate.image
          image.isCompared = false
          same.append(image)
        case .other: others.append(candidate.image)
        case .gone: break
        }
      }
      if let image = furthest(same) {
        found.known[uid] = image
      } else if let image = furthest(others) {
        found.conflicts[uid] = image
      }
    }
    return found
  }

  private enum Comparison { case same, other, unknown, gone }

  private static func compare(
    _ file: DraftFile, with candidate: Candidate, _ digests: SourceDigests
  ) -> Comparison {
    // It goes out with other values than it has: under a new identifier that follows from these, the
    // same image with the same values; under its own, other bytes.
    if let rewrite = file.rewrite { return rewrite[.sopInstanceUID] == nil ? .other : .unknown }
    let stamp = FileStamp(
      inode: file.inode, byteCount: file.byteCount, modifiedAt: file.modifiedAt)
    if file.archiveEntry == nil, candidate.stamp == stamp { return .same }
    // What waits in the queue and cannot be sent from there any more stands in nobody's way.
    if candidate.image.standing == .queued, let path = candidate.path, let stamp = candidate.stamp,
      !SourceDigests.isThere(path, stamp)
    {
      return .gone
    }
    // Unreadable: it is not left out for what nobody could compare; handing it over says why.
    guard let own = digests.sha256(of: file) else { return .gone }
    let earlier =
      candidate.sha256
      ?? candidate.path.flatMap { path in
        candidate.stamp.flatMap { SourceDigests.sha256(path: path, expecting: $0) }
      }
    guard let earlier else { return .unknown }
    return earlier == own ? .same : .other
  }

  /// What was sent before what only waits; of these the last named.
  private static func furthest(_ images: [EarlierImage]) -> EarlierImage? {
    images.last { $0.standing == .sent } ?? images.last
  }
}
