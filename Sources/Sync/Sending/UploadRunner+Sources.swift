import Domain
import Foundation
import Store
import Synchronization
import Wire

/// Digests that passes over files of this run found.
final class DigestCache: Sendable {
  private let digests = Mutex<[FileID: FileDigest]>([:])

  func keep(_ digest: FileDigest, of file: FileID) { digests.withLock { $0[file] = digest } }
  func digest(of file: FileID, _ layout: ChunkLayout) -> FileDigest? {
    digests.withLock { $0[file].flatMap { $0.layout == layout ? $0 : nil } }
  }
  func forget(_ file: FileID) { digests.withLock { $0[file] = nil } }
}

extension UploadRunner {
  /// Bytes a second to the gateway below which a study is read before it is sent: what the gateway
  /// has by its digest already costs less to read than to send.
  private static let slowLine = 4_000_000.0

  /// The manifest of a study. Files that were not read yet are named by their size alone, where the
  /// gateway takes that and a digest could spare little: the first byte need not wait for the last
  /// one to be read. That is so for all files of a study that is urgent, and on a line that is not
  /// known to be slow for those of one chunk (the gateway compares the chunks of others with the
  /// digest of the whole). What a person sends once more is likely to be there.
  func manifest(_ work: UploadWork, _ kind: GatewayKind, layout: ChunkLayout) async throws
    -> [ManifestFile]
  {
    let files = work.files.map(\.file)
    let speed = try await store.lastSpeed(to: work.upload.gateway, at: now)?.bytesPerSecond
    let isSparing = (speed ?? .infinity) < Self.slowLine || work.forceReason != nil
    let known = try await digestAll(
      files.filter { file in
        kind.pieces == nil
          || !work.upload.serviceLevel.needsClinicalHistory
            && (isSparing || file.sha256 != nil || layout.count(ofBytes: file.byteCount) > 1)
      }, layout: layout)
    return files.map { file in
      ManifestFile(
        fileID: file.id.rawValue, size: file.byteCount, sha256: known[file.id] ?? file.sha256,
        sopInstanceUID: file.sopInstanceUID)
    }
  }

  /// Digests of files that were sent by a run that did not live to keep them: nothing is proven of a
  /// file without its own.
  func digestRest(_ work: UploadWork) async throws -> UploadWork {
    guard let session = work.session, work.files.contains(where: { $0.file.sha256 == nil }) else {
      return work
    }
    _ = try await digestAll(
      work.files.map(\.file).filter { $0.sha256 == nil },
      layout: ChunkLayout(chunkSize: session.chunkSize))
    return try await store.work(id) ?? work
  }

  /// Reads every file once and keeps its digest. A file that was digested earlier and has not changed
  /// is not read again here; what is sent of it is compared with that digest.
  private func digestAll(_ files: [UploadFile], layout: ChunkLayout) async throws
    -> [FileID: String]
  {
    var fresh: [FileID: String] = [:]
    var bytes: Int64 = 0
    var known: [FileID: String] = [:]
    try await withThrowingTaskGroup(of: (file: UploadFile, sha256: String).self) { group in
      func take() async throws {
        guard let (file, sha256) = try await group.next() else { return }
        known[file.id] = sha256
        guard file.sha256 == nil else { return }
        fresh[file.id] = sha256
        bytes += file.byteCount
        if fresh.count >= 200 || bytes >= 256 << 20 {
          try await store.setDigests(fresh)
          (fresh, bytes) = ([:], 0)
        }
      }
      for (number, file) in files.enumerated() {
        // Two at a time: one reads while the other calculates.
        if number >= 2 { try await take() }
        group.addTask { (file, try await self.digest(file, layout)) }
      }
      for _ in 0..<2 { try await take() }
    }
    if !fresh.isEmpty { try await store.setDigests(fresh) }
    return known
  }

  private func digest(_ file: UploadFile, _ layout: ChunkLayout) async throws -> String {
    if let known = file.sha256 {
      try await blocking { try SourceFile(file).checkUnchanged() }
      return known
    }
    let digest = try await blocking { try SourceFile(file).digest(layout: layout) }
    digests.keep(digest, of: file.id)
    return digest.sha256
  }

  /// One pass over a file of several chunks: it must be what was digested before (by an earlier
  /// process, perhaps), and its chunks are what will be sent.
  func prepare(_ file: UploadFile, _ source: SourceFile?, _ layout: ChunkLayout)
    async throws
  {
    guard digests.digest(of: file.id, layout) == nil, let source else { return }
    let digest = try await blocking { try source.digest(layout: layout) }
    if let known = file.sha256 {
      guard known == digest.sha256 else { throw SourceError.changed(file.path) }
    } else {
      try await store.setDigest(file.id, sha256: digest.sha256)
    }
    digests.keep(digest, of: file.id)
  }

  /// A person was told that files changed and wants them sent as they are: each changed file gets
  /// a new id, so that old and new bytes never meet, and must still be of the same study.
  /// - Parameter changedPath: a file whose content changed, whatever its time says.
  func takeFilesAsTheyAre(_ work: UploadWork, _ changedPath: String) async throws {
    var changed = false
    for file in work.files.map(\.file) {
      do {
        try await blocking { try SourceFile(file).checkUnchanged() }
        if file.path != changedPath { continue }
      } catch SourceError.changed {
        // Below.
      }
      let describe = context.options.describe
      let found: SourceDescription
      do {
        found = try await blocking { try describe(file.path) }
      } catch {
        throw SourceError.unreadable(file.path, "it is no readable DICOM file any more")
      }
      let study = work.upload.study.overridden(by: work.overridden)
      guard found.studyInstanceUID == study.studyInstanceUID, found.patientID == study.patientID
      else {
        throw UploadEnd.held(
          "The file \(file.path) now belongs to another study or patient. Cancel this upload and "
            + "queue the folder again.")
      }
      _ = try await store.replaceFile(file.id, with: found.file, at: now)
      digests.forget(file.id)
      changed = true
    }
    if changed { try await marks.wantNewSession(at: now) }
    try await marks.forgetChange()
  }
}
