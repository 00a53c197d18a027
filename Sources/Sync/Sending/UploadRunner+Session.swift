import Domain
import Foundation
import Logging
import Store
import Wire

extension UploadRunner {
  /// Opens a session, or the same one again, and keeps it before anything is sent.
  func openSession(_ work: UploadWork, _ kind: GatewayKind) async throws -> RemoteUpload {
    let wish = context.options.chunkSize ?? context.line.chunkSize(maximum: kind.maximumChunk)
    let chunkSize = max(kind.minimumChunk, min(wish, kind.maximumChunk))
    let manifest =
      kind.manifest
      ? try await manifest(work, kind, layout: ChunkLayout(chunkSize: chunkSize)) : nil
    var request = initRequest(work)
    if let manifest {
      request.clientUploadID = try await marks.clientID()
      request.chunkSize = chunkSize
      request.files = manifest
      if !work.reasons.isEmpty {
        request.reasons = work.reasons.map {
          ReasonMessage(kind: $0.kind.rawValue, text: $0.text)
        }
      }
    }
    request.forceUpload = work.forceReason != nil
    let wasOpen = kind.manifest ? false : try await marks.initIsOpen()
    let answer: InitAnswer
    do {
      answer = try await initialise(request, kind)
    } catch LinkError.duplicate(let other, let message) {
      if kind.proof, try await store.upload(remoteID: other)?.id == id,
        try await hasArrived(other, work)
      {
        // In an earlier session, whose end was not heard, or which was another user's before it was
        // taken over: nothing is left to send.
        return try await adopt(other, chunkSize: chunkSize)
      }
      guard try await isOurs(other, work, kind, answerWasLost: wasOpen) else {
        if !wasOpen, !kind.manifest { try await marks.closeInit() }
        let evidence = await evidence(of: work, kind) ?? (message.isEmpty ? "" : " (\(message))")
        throw UploadEnd.duplicate(
          "The gateway already has this study\(evidence). "
            + "Cancel, or send it all the same with a reason.")
      }
      request.forceUpload = true
      answer = try await initialise(request, kind)
    } catch LinkError.conflict(_, let message) where kind.manifest {
      // The session under this client id is about other files: those of before a change.
      throw UploadEnd.poisoned("its session is about other files (\(message))")
    }
    return try await keep(answer, work, kind)
  }

  /// What the gateway says of the images that it has already: how many, since when, in which upload.
  /// Nil when it cannot be asked, or does not know them all.
  private func evidence(of work: UploadWork, _ kind: GatewayKind) async -> String? {
    guard let limit = kind.sopLookup else { return nil }
    let wanted = Set(work.files.map(\.file.sopInstanceUID)).sorted()
    var found: [KnownInstancesAnswer.Instance] = []
    for start in stride(from: 0, to: wanted.count, by: limit) {
      let some = Array(wanted[start..<min(start + limit, wanted.count)])
      let answer = try? await context.keeper.authorised(as: .owner(owner)) { link, access in
        try await link.known(KnownInstancesRequest(sopInstanceUIDs: some), access: access).known
      }
      guard let answer, answer.count == some.count else { return nil }
      found += answer
    }
    guard let latest = found.map(\.at.date).max() else { return nil }
    let uploads = Set(found.map(\.uploadID)).sorted()
    return ": all \(found.count) images, sent \(latest.formatted(.iso8601)) in upload "
      + uploads.prefix(3).joined(separator: ", ") + (uploads.count > 3 ? " and others" : "")
  }

  /// True when the gateway has put together what an earlier session of this upload sent.
  private func hasArrived(_ remoteID: String, _ work: UploadWork) async throws -> Bool {
    do {
      let proof = try await context.keeper.authorised(as: .owner(owner)) { link, access in
        try await link.proof(of: remoteID, access: access)
      }
      let verdict = ProofVerdict.judge(work.files.map(\.file), proof).conclusion
      return switch verdict {
      case .waiting, .reached: true
      case .refused, .otherBytes, .incomplete, .receiving, .cancelled: false
      }
    } catch LinkError.notFound, LinkError.forbidden {
      return false
    }
  }

  /// Goes on with a session that the gateway has closed already: only its proof is asked for.
  private func adopt(_ remoteID: String, chunkSize: Int) async throws -> RemoteUpload {
    try await store.beginSession(
      id, GatewaySession(remoteID: remoteID, uploadToken: "", chunkSize: chunkSize),
      resumed: false, at: now)
    try await store.log(
      "The gateway has this study from an earlier session; its proof is asked for.", for: id,
      at: now)
    return .closed
  }

  private func initialise(_ request: InitRequest, _ kind: GatewayKind) async throws -> InitAnswer {
    // A plain gateway answers a repeated init with 409: whoever reads it must know that the first
    // one may have been ours.
    if !kind.manifest { try await marks.openInit(at: now) }
    return try await context.keeper.authorised(as: .owner(owner)) { link, access in
      // Only with a client id an init may be repeated.
      guard kind.manifest else { return try await link.initialise(request, access: access) }
      return try await context.line.withCopies(request.totalFiles) {
        try await link.initialise(request, access: access)
      }
    }
  }

  /// Chunks of an upload, those that its files' ends need not counted.
  private static let mostChunks: Int64 = 100_000
  /// Bytes of a chunk below which the advice of a plain gateway is not followed.
  private static let smallestAdvice = 1_024

  private func keep(_ answer: InitAnswer, _ work: UploadWork, _ kind: GatewayKind) async throws
    -> RemoteUpload
  {
    guard answer.chunkSize > 0 else { throw LinkError.malformed("field chunk_size") }
    var chunkSize = answer.chunkSize
    if kind.manifest {
      guard chunkSize <= 16 << 20, work.upload.byteCount / Int64(chunkSize) <= Self.mostChunks
      else {
        throw LinkError.malformed("chunks of \(chunkSize) bytes")
      }
    } else {
      // Advice: memory and the number of requests are bounded by us.
      chunkSize = max(Self.smallestAdvice, min(chunkSize, kind.maximumChunk))
      chunkSize = max(chunkSize, Int(clamping: work.upload.byteCount / Self.mostChunks))
    }
    let resumed = answer.resumed == true
    try await store.beginSession(
      id,
      GatewaySession(
        remoteID: answer.uploadID, uploadToken: answer.uploadToken, chunkSize: chunkSize,
        expiresAt: WireDate.parse(answer.expiresAt)),
      resumed: resumed && work.session?.remoteID == answer.uploadID, at: now)
    if !kind.manifest { try await marks.closeInit() }
    if let warning = answer.warning, !warning.isEmpty {
      context.logger.info("gateway warned at init", metadata: ["upload": "\(id)"])
    }
    // Chunks of a file that the gateway knows by its digest are there already.
    let isEmpty = !resumed && (answer.receivedBytes ?? 0) <= 0
    return isEmpty ? .receiving(chunks: [:], pieces: [:], bytes: 0) : .unknown
  }

  /// What the gateway has; an answer of "no such session" is one, too.
  func askStatus(_ work: UploadWork, _ kind: GatewayKind, _ progress: inout Progress)
    async throws -> RemoteUpload
  {
    guard let session = work.session else { return .gone }
    let token = UploadToken(session, of: id, owner: owner, context: context)
    do {
      let answer = try await token.authorised { link, token in
        try await context.line.withCopies(work.files.count) {
          try await link.status(of: session.remoteID, uploadToken: token)
        }
      }
      return RemoteUpload(answer, hasProof: kind.proof)
    } catch LinkError.notFound {
      let isAllSent = LocalUpload(work).isAllAcknowledged
      if isAllSent, !kind.proof {
        // A plain gateway forgets a session when it completes it: perhaps only its answer is lost.
        try await receiptIsLost(session)
      }
      if !kind.manifest { try await countLoss(work) }
      progress.losses += 1
      if progress.losses > 1 { try await marks.nextGeneration(at: now) }
      guard progress.losses < 5 else {
        throw UploadEnd.later("the gateway forgets every session at once", retryAfter: nil)
      }
      try await store.loseSession(
        id, reason: "The gateway lost the session; what it lacks is sent again.", at: now)
      try await store.transition(id, to: .sending, at: now)
      return .gone
    }
  }

  /// A plain gateway forgets a session 30 minutes after its begin, and with it everything that was
  /// sent: on a line that is too slow for the study, sending would go on for ever.
  private func countLoss(_ work: UploadWork) async throws {
    guard work.upload.sentBytes > 0 else { return }
    let losses = try await marks.losses() + 1
    try await marks.setLosses(losses, at: now)
    guard losses >= 6 else { return }
    try await marks.forgetLosses()
    throw UploadEnd.held(
      "The gateway forgot the session \(losses) times before the study was through, each time with "
        + "everything that had been sent. Send over a faster line or in parts, or ask its "
        + "administrator for longer sessions; then press retry.")
  }

  /// True when the upload that is in the way is an earlier attempt at this very study from this
  /// workstation, or known to be another study.
  private func isOurs(_ other: String, _ work: UploadWork, _ kind: GatewayKind, answerWasLost: Bool)
    async throws -> Bool
  {
    if let known = try await store.upload(remoteID: other) {
      if known.id == id { return true }
      let (mine, theirs) = (work.upload.study.studyInstanceUID, known.study.studyInstanceUID)
      // RelayPACS compares name, date and modality only: two CTs of one day are no duplicates.
      return !kind.manifest && !mine.isEmpty && !theirs.isEmpty && mine != theirs
    }
    guard !kind.manifest, answerWasLost else { return false }
    // An init of ours may have got through without its answer: then the session is this user's
    // and nobody has put anything into it.
    do {
      let status = try await context.keeper.authorised(as: .owner(owner)) { link, access in
        let token = try await link.renewUploadToken(of: other, access: access)
        return try await link.status(of: other, uploadToken: token)
      }
      return status.files.values.allSatisfy {
        $0.receivedChunks.isEmpty && ($0.pieces ?? [:]).isEmpty
      }
    } catch LinkError.notFound, LinkError.forbidden {
      return false
    }
  }

  private func initRequest(_ work: UploadWork) -> InitRequest {
    let study = work.upload.study
    return InitRequest(
      studyMetadata: StudyMetadata(
        patientName: study.patientName.isEmpty ? "UNKNOWN" : study.patientName,
        studyDate: study.studyDate, modality: study.modality.isEmpty ? "OT" : study.modality,
        gender: study.patientSex.isEmpty ? nil : study.patientSex,
        serviceLevel: work.upload.serviceLevel.rawValue,
        studyDescription: study.studyDescription.isEmpty ? nil : study.studyDescription),
      totalFiles: work.files.count, totalSizeBytes: work.upload.byteCount,
      clinicalHistory: work.upload.clinicalHistory.isEmpty ? nil : work.upload.clinicalHistory,
      studyInstanceUID: study.studyInstanceUID.isEmpty ? nil : study.studyInstanceUID)
  }
}

extension LocalUpload {
  /// True when the gateway acknowledged every chunk of every file.
  var isAllAcknowledged: Bool {
    guard let layout, !files.isEmpty else { return false }
    return files.allSatisfy { $0.acknowledged.count == layout.count(ofBytes: $0.byteCount) }
  }
}
