import Domain
import Foundation
import Logging
import Store
import Wire

/// Brings one upload as far as it goes now: session, chunks, complete, first proof. Everything that
/// must survive is in the store before it counts; a run that dies is simply begun again, and begins
/// by asking the gateway what it has.
struct UploadRunner: Sendable {
  let id: UploadID
  /// Whose upload it is: every request goes out under this login or not at all.
  let owner: UploadOwner
  let context: SendContext
  let memory: UploadMemory
  let digests = DigestCache()

  var store: Store { context.store }
  var now: Date { context.timing.now() }
  var marks: UploadMarks { UploadMarks(store: context.store, id: id) }
  var proofs: ProofFollower { ProofFollower(id: id, context: context, memory: memory) }

  /// Never throws: what went wrong stands in the upload. Returns how the gateway was reached.
  func run() async -> Reach {
    let end = RunEnd(id: id, context: context, memory: memory)
    do {
      try await advance()
      return .reached
    } catch {
      return await end.settle(error)
    }
  }

  private func advance() async throws {
    var work = try await load()
    await memory.beginRun()
    let login = try await context.keeper.current(as: .owner(owner))
    let kind = try await context.line.withCopies { [kinds = context.kinds] in
      try await kinds.kind(of: login.link)
    }
    try checkLimits(work, kind)
    if let path = try await marks.toldOfChange() { try await takeFilesAsTheyAre(work, path) }
    if try await marks.wantsNewSession() { try await dropSession(kind, "A new session is opened.") }
    try await store.transition(id, to: .sending, at: now)
    defer { context.meter.end(id) }

    var remote = RemoteUpload.unknown
    var progress = Progress()
    while true {
      try Task.checkCancellation()
      work = try await load()
      context.meter.begin(
        id, sent: work.upload.sentBytes, total: work.upload.byteCount)
      if let change = try await marks.untold() {
        remote = try await tell(change, kind) ?? remote
        work = try await load()
      }
      let operations = plan(local: LocalUpload(work), remote: remote)
      do {
        switch operations.first {
        case .refuse(let file): throw UploadEnd.held(emptyFile(file, work))
        case .initialise:
          remote = try await openSession(work, kind)
          try await heard()
        case .askStatus:
          remote = try await askStatus(work, kind, &progress)
          try await heard()
        case .abandonSession(let reason): throw UploadEnd.poisoned(reason)
        case .askProof:
          _ = try await digestRest(work)
          try await proofs.poll()
          return
        case .complete:
          try await reconcile(remote)
          try await complete(try await digestRest(work), kind)
          return
        case .forget, .acknowledge, .send:
          try await reconcile(remote)
          try progress.note(remote)
          try await send(operations, work, kind)
          remote = .unknown
        case nil: return
        }
      } catch UploadEnd.poisoned(let reason) {
        try await replacePoisonedSession(reason, kind)
        remote = .unknown
        progress = Progress()
      }
    }
  }

  /// Tells the gateway of a level and a history that changed after the session was opened.
  /// - Returns: what is known of the gateway's side then; nil when there is nobody to tell.
  private func tell(_ change: String, _ kind: GatewayKind) async throws -> RemoteUpload? {
    // Read after the change, and forgotten after it was heard: a crash or another change in between
    // leaves it to be told.
    let work = try await load()
    var remote: RemoteUpload?
    // A session that is not there yet is opened with them; a plain gateway keeps what it heard first.
    if work.session != nil, kind.manifest {
      remote = try await openSession(work, kind)
      try await heard()
    }
    try await marks.wasTold(change)
    return remote
  }

  /// The gateway has answered: what waited for the network goes on.
  private func heard() async throws {
    await memory.heard()
    try await context.heard()
  }

  /// The upload, unless it is no longer ours to send.
  func load() async throws -> UploadWork {
    guard let work = try await store.work(id), [.queued, .sending].contains(work.upload.state),
      work.upload.belongsTo == owner
    else {
      throw UploadEnd.takenAway
    }
    return work
  }

  /// Sets the store to what the gateway lists.
  private func reconcile(_ remote: RemoteUpload) async throws {
    guard case .receiving(let chunks, _, _) = remote else { return }
    var listed: [FileID: ChunkBitmap] = [:]
    for (file, indices) in chunks { listed[FileID(file)] = ChunkBitmap(indices) }
    try await store.reconcile(id, acknowledged: listed, at: now)
  }

  private func replacePoisonedSession(_ reason: String, _ kind: GatewayKind) async throws {
    context.logger.warning(
      "session given up", metadata: ["upload": "\(id)", "reason": "\(reason)"])
    guard await memory.poisoned() <= 2 else {
      throw UploadEnd.failed(
        "The gateway does not keep what is sent to it: \(reason). Tell its administrator, then "
          + "press retry. Your files are untouched.")
    }
    try await dropSession(kind, "A new session is opened, because \(reason).")
    try await store.transition(id, to: .sending, at: now)
  }

  /// Gives the session up at both ends. The next one gets a new client id, so that the gateway
  /// does not resume this one.
  func dropSession(_ kind: GatewayKind, _ reason: String) async throws {
    try await marks.nextGeneration(at: now)
    if kind.cancel, let session = try await store.session(id) {
      // Tidiness only: a gateway that cannot be told forgets the session by itself.
      try? await context.keeper.authorised(as: .owner(owner)) { link, access in
        try await link.cancel(session.remoteID, access: access)
      }
    }
    try await store.loseSession(id, reason: reason, at: now)
    try await marks.hasNewSession()
  }

  private func checkLimits(_ work: UploadWork, _ kind: GatewayKind) throws {
    guard work.upload.byteCount <= kind.maximumStudyBytes else {
      throw UploadEnd.failed(
        "The study has \(work.upload.byteCount) bytes; this gateway takes at most "
          + "\(kind.maximumStudyBytes). Send it in parts, or ask its administrator.")
    }
    guard work.files.count <= kind.maximumFiles else {
      throw UploadEnd.failed(
        "The study has \(work.files.count) files; this gateway takes at most "
          + "\(kind.maximumFiles). Send it in parts, or ask its administrator.")
    }
  }

  private func emptyFile(_ file: String, _ work: UploadWork) -> String {
    let path = work.files.first { $0.file.id.rawValue == file }?.file.path ?? file
    return "The file \(path) is empty. Replace it and press retry, or send the study without it."
  }
}

/// Whether rounds bring the gateway forward.
struct Progress {
  private var best: (chunks: Int, bytes: Int) = (-1, -1)
  private var stalled = 0
  /// The session was gone right after it was opened.
  var losses = 0

  /// - Throws: ``UploadEnd/poisoned(_:)`` when chunks are sent and sent and never listed.
  mutating func note(_ remote: RemoteUpload) throws {
    guard case .receiving(let chunks, let pieces, _) = remote else { return }
    let listed = chunks.values.reduce(0) { $0 + $1.count }
    // Bytes of chunks that are not whole yet are progress, too.
    let spans = pieces.values.flatMap(\.values).joined()
    let bytes = spans.reduce(0) { $0 + $1.length }
    if (listed, bytes) > best {
      best = (listed, bytes)
      stalled = 0
      return
    }
    stalled += 1
    guard stalled < 3 else {
      throw UploadEnd.poisoned("it acknowledges chunks and does not list them")
    }
  }
}

extension LocalUpload {
  init(_ work: UploadWork) {
    self.init(
      files: work.files.map { progress in
        File(
          id: progress.file.id.rawValue, byteCount: progress.file.byteCount,
          acknowledged: Set(progress.acknowledged.chunks))
      }, layout: work.session.map { ChunkLayout(chunkSize: $0.chunkSize) })
  }
}
