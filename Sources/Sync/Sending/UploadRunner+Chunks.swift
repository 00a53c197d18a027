import Crypto
import Domain
import Foundation
import Store
import Synchronization
import Wire

/// Digests that passes over files of this run found.
final class DigestCache: Sendable {
  private let digests = Mutex<[FileID: FileDigest]>([:])
  private let unsaved = Mutex<[FileID: String]>([:])

  func keep(_ digest: FileDigest, of file: FileID) { digests.withLock { $0[file] = digest } }
  func digest(of file: FileID, _ layout: ChunkLayout) -> FileDigest? {
    digests.withLock { $0[file].flatMap { $0.layout == layout ? $0 : nil } }
  }
  func forget(_ file: FileID) { digests.withLock { $0[file] = nil } }

  func saveLater(_ sha256: String, of file: FileID) { unsaved.withLock { $0[file] = sha256 } }
  func takeUnsaved() -> [FileID: String] {
    unsaved.withLock { kept in
      defer { kept = [:] }
      return kept
    }
  }
}

extension UploadRunner {
  /// The manifest: every file read once, its digest kept. A file that was digested earlier and has
  /// not changed is not read again here; what is sent of it is compared with that digest.
  func digestAll(_ work: UploadWork, layout: ChunkLayout) async throws -> [ManifestFile] {
    var manifest: [ManifestFile] = []
    var fresh: [FileID: String] = [:]
    var bytes: Int64 = 0
    for file in work.files.map(\.file) {
      try Task.checkCancellation()
      let sha256: String
      if let known = file.sha256 {
        try await blocking { try SourceFile(file).checkUnchanged() }
        sha256 = known
      } else {
        let digest = try await blocking { try SourceFile(file).digest(layout: layout) }
        digests.keep(digest, of: file.id)
        sha256 = digest.sha256
        fresh[file.id] = sha256
        bytes += file.byteCount
      }
      manifest.append(
        ManifestFile(
          fileID: file.id.rawValue, size: file.byteCount, sha256: sha256,
          sopInstanceUID: file.sopInstanceUID))
      if fresh.count >= 200 || bytes >= 256 << 20 {
        try await store.setDigests(fresh)
        (fresh, bytes) = ([:], 0)
      }
    }
    if !fresh.isEmpty { try await store.setDigests(fresh) }
    return manifest
  }

  /// Sends the chunks of a plan. When one fails, no more are begun, those on their way end, and
  /// the first failure is thrown.
  func send(_ operations: [UploadOperation], _ work: UploadWork, _ kind: GatewayKind) async throws {
    guard let session = work.session else { return }
    let layout = ChunkLayout(chunkSize: session.chunkSize)
    let sending = Sending(
      session: session, layout: layout, token: UploadToken(session, of: id, owner: owner, context: context),
      kind: kind,
      urgency: .init(rank: work.upload.serviceLevel.rank, createdAt: work.upload.createdAt))
    let files = Dictionary(work.files.map { ($0.file.id.rawValue, $0) }) { first, _ in first }
    var failure: (any Error)?
    await withTaskGroup(of: (any Error)?.self) { group in
      var running = 0
      var open: (id: String, source: SourceFile)?
      for case .send(let fileID, let index, _, _) in operations {
        guard failure == nil, !Task.isCancelled, let progress = files[fileID] else { break }
        if running >= context.options.parallelChunks {
          if let ended = await group.next(), let error = ended { failure = failure ?? error }
          running -= 1
          if failure != nil { break }
        }
        do {
          if open?.id != fileID {
            let file = progress.file
            open = (fileID, try await blocking { try SourceFile(file) })
            if layout.count(ofBytes: file.byteCount) > 1 {
              try await prepare(file, open?.source, layout)
            }
          }
        } catch {
          failure = failure ?? error
          break
        }
        guard let source = open?.source else { break }
        group.addTask {
          do {
            try await self.put(index, of: progress.file, from: source, sending)
            return nil
          } catch { return error }
        }
        running += 1
      }
      for await ended in group { if let error = ended { failure = failure ?? error } }
    }
    let unsaved = digests.takeUnsaved()
    if !unsaved.isEmpty { try await store.setDigests(unsaved) }
    if let failure { throw failure }
    try Task.checkCancellation()
  }

  /// What the chunks of one round share.
  struct Sending: Sendable {
    var session: GatewaySession
    var layout: ChunkLayout
    var token: UploadToken
    var kind: GatewayKind
    var urgency: SlotGate.Urgency
  }

  /// One pass over a file of several chunks: it must be what was digested before (by an earlier
  /// process, perhaps), and its chunks are what will be sent.
  private func prepare(_ file: UploadFile, _ source: SourceFile?, _ layout: ChunkLayout)
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

  private func put(
    _ index: Int, of file: UploadFile, from source: SourceFile, _ sending: Sending
  ) async throws {
    let layout = sending.layout
    var damages = 0
    var answered: ChunkAttempt?
    while answered == nil {
      do {
        answered = try await context.gate.run(sending.urgency) {
          try await self.putOnce(index, of: file, from: source, sending)
        }
      } catch LinkError.digestMismatch where damages < 3 {
        damages += 1
      } catch LinkError.conflict(_, let message) {
        throw UploadEnd.poisoned("the session holds other bytes (\(message))")
      }
    }
    let length = layout.length(of: index, ofBytes: file.byteCount)
    if let answered { try await store.acknowledge(answered) }
    context.meter.record(id, bytes: Int64(length), at: now)
    await memory.progressed()
  }

  /// Sends a chunk; returns the attempt that the gateway acknowledged.
  private func putOnce(
    _ index: Int, of file: UploadFile, from source: SourceFile, _ sending: Sending
  ) async throws -> ChunkAttempt {
    let layout = sending.layout
    let length = layout.length(of: index, ofBytes: file.byteCount)
    let (bytes, sha256, md5) = try await blocking {
      let bytes = try source.read(offset: layout.offset(of: index), length: length)
      return (bytes, Digests.sha256(bytes), Digests.md5(bytes))
    }
    let hexadecimal = Digests.hexadecimal(sha256)
    if layout.count(ofBytes: file.byteCount) == 1 {
      // The chunk is the file.
      if let known = file.sha256 {
        guard known == hexadecimal else { throw SourceError.changed(file.path) }
      } else {
        digests.saveLater(hexadecimal, of: file.id)
      }
    } else {
      guard let digest = digests.digest(of: file.id, layout), index < digest.chunks.count,
        digest.chunks[index] == sha256
      else { throw SourceError.changed(file.path) }
    }
    let session = sending.session
    let isRepeated = await memory.attempt(session.remoteID, file.id.rawValue, index)
    let chunk = OutgoingChunk(
      upload: session.remoteID, fileID: file.id.rawValue, index: index, bytes: bytes,
      sha256: sha256, md5: md5)
    let (attempt, receipt) = try await sending.token.authorised { link, token in
      try await self.onTheWire(index, of: file, session.remoteID) {
        try await link.put(chunk, uploadToken: token)
      }
    }
    do {
      try check(receipt, length, hexadecimal, isRepeated: isRepeated, sending.kind)
    } catch {
      try await store.giveUp(attempt, wasSent: true)
      throw error
    }
    return attempt
  }

  /// Runs a request that carries a chunk, with a note of it that outlives this process.
  private func onTheWire(
    _ index: Int, of file: UploadFile, _ remoteID: String,
    _ request: () async throws -> ChunkReceipt
  ) async throws -> (ChunkAttempt, ChunkReceipt) {
    let attempt = store.beginChunk(index, of: file.id, session: remoteID)
    do {
      return (attempt, try await request())
    } catch {
      var wasSent = true
      if case LinkError.noConnection = error { wasSent = false }
      // What went wrong with the request matters more than a number that cannot be kept.
      try? await store.giveUp(attempt, wasSent: wasSent)
      throw error
    }
  }

  /// - Throws: ``UploadEnd/poisoned(_:)`` when the gateway has something else than was sent.
  private func check(
    _ receipt: ChunkReceipt, _ length: Int, _ hexadecimal: String, isRepeated: Bool,
    _ kind: GatewayKind
  ) throws {
    if let received = receipt.receivedBytes, received != length {
      throw UploadEnd.poisoned("it kept \(received) of \(length) bytes of a chunk")
    }
    if let digest = receipt.sha256, digest != hexadecimal {
      throw UploadEnd.poisoned("it kept other bytes of a chunk than were sent")
    }
    if receipt.existed, !isRepeated, !kind.chunkDigest {
      // It was asked just before and did not list this chunk: whose bytes are these?
      throw UploadEnd.poisoned("it claims to have a chunk that was never sent to it")
    }
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
      let study = work.upload.study
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
