import Domain
import Foundation
import HTTPTypes
import Wire

/// Receives studies: sessions, chunks, completion.
struct UploadService: Sendable {
  let catalogue:
    any UploadCatalogue & ChunkCatalogue & DuplicateCatalogue & CustodyCatalogue & PieceCatalogue
      & KnownCatalogue
  let chunks: any ChunkStore
  let blobs: any BlobStore
  let reader: any InstanceReader
  let tokens: TokenIssuer
  let configuration: GatewayConfiguration
  let limiter: RateLimiter
  let metrics: GatewayMetrics
  let lock: UploadLock
  let claims: ChunkClaims
  let room: DiskRoom
  /// Wakes the forward queue.
  let wake: @Sendable () -> Void

  /// `POST /upload/init`: a new session, or the one that the client had under its own id.
  func begin(_ body: InitRequest, by user: User, address: String) async throws -> InitAnswer {
    try limiter.take(
      "init:\(user.id.rawValue)", limit: configuration.rates.inits, window: 60)
    guard user.role.rights.contains(.upload) else {
      throw GatewayProblem(.forbidden, .forbidden, "The account may not upload.")
    }
    try InitCheck(limits: configuration.limits).check(body)
    // Two requests under one client id must not make two sessions.
    let key = "\(user.id.rawValue)/\(body.clientUploadID ?? Identifier<Upload>.make().rawValue)"
    return try await lock.withLock(key) {
      try await beginLocked(body, by: user, address: address)
    }
  }

  private func beginLocked(_ body: InitRequest, by user: User, address: String) async throws
    -> InitAnswer
  {
    if let id = body.clientUploadID,
      let known = try await catalogue.upload(owner: user.id, clientUploadID: id)
    {
      // A person who forces a failed upload wants another try, not the old answer.
      guard known.state == .failed, body.forceUpload == true else {
        let answer = try await resume(known, body, user)
        try await keepReasons(body, of: known.id, by: user, address: address)
        return answer
      }
      try await catalogue.releaseClientID(of: known.id)
    }
    try checkHistory(body, user)
    let now = configuration.now()
    let files = (body.files ?? []).enumerated().map { ordinal, file in
      FileRecord(
        ordinal: ordinal, fileID: file.fileID, expectedSize: file.size,
        expectedSHA256: file.sha256, expectedSOPInstanceUID: file.sopInstanceUID)
    }
    if body.forceUpload != true { try await refuseDuplicate(body, files, user, now) }
    try await admit(body.totalSizeBytes)
    let metadata = body.studyMetadata
    let id = UploadID.make(at: now)
    let known = await knownContent(
      of: files, for: id, owner: user.id,
      wish: InitCheck(limits: configuration.limits).chunkSize(body))
    let lifetime =
      known.chunks.isEmpty ? configuration.emptySessionLifetime : configuration.sessionLifetime
    let upload = UploadRecord(
      id: id, owner: user.id, ownerName: user.username, facility: user.facility.id,
      clientUploadID: body.clientUploadID, metadata: metadata,
      clinicalHistory: body.clinicalHistory ?? "", serviceLevel: Self.level(metadata),
      studyInstanceUID: body.studyInstanceUID ?? "", totalFiles: body.totalFiles,
      totalBytes: body.totalSizeBytes,
      receivedBytes: known.chunks.reduce(0) { $0 + Int64($1.size) },
      chunkSize: known.chunkSize, hasManifest: body.files != nil, createdAt: now,
      expiresAt: now.addingTimeInterval(lifetime))
    do {
      try await catalogue.open(
        upload, files: files, chunks: known.chunks,
        audit: AuditEvent(
          at: now, actor: user.username, address: address,
          body.forceUpload == true ? .forceUpload : .openUpload, entity: "upload",
          upload.id.rawValue))
    } catch {
      if !known.chunks.isEmpty { try? await chunks.discard(upload: id) }
      throw error
    }
    try await keepReasons(body, of: id, by: user, address: address)
    return try await answer(
      upload, user, expiresAt: upload.expiresAt,
      resumed: body.clientUploadID == nil ? nil : false)
  }

  /// Urgent studies need a clinical history unless the facility does without. Asked of clients that
  /// announce their files only: a RelayPACS client cannot know of it.
  private func checkHistory(_ body: InitRequest, _ user: User) throws {
    let level = Self.level(body.studyMetadata)
    guard body.files != nil, level.needsClinicalHistory,
      !configuration.facilitiesWithoutHistory.contains(user.facility.id),
      (body.clinicalHistory ?? "").allSatisfy(\.isWhitespace)
    else { return }
    throw GatewayProblem.invalid("Field clinical_history is needed for \(level.title) here.")
  }

  /// Before the answer: a client that does not hear it comes again with the same reasons.
  private func keepReasons(
    _ body: InitRequest, of upload: UploadID, by user: User, address: String
  ) async throws {
    let reasons = (body.reasons ?? []).compactMap { reason in
      UploadReason.Kind(rawValue: reason.kind).map { UploadReason($0, reason.text) }
    }
    guard !reasons.isEmpty else { return }
    try await catalogue.keep(
      reasons, of: upload,
      audit: AuditEvent(
        at: configuration.now(), actor: user.username, address: address, .reason, entity: "upload",
        upload.rawValue))
  }

  private func resume(_ known: UploadRecord, _ body: InitRequest, _ user: User) async throws
    -> InitAnswer
  {
    let kept = try await catalogue.files(of: known.id)
    let announced = body.files ?? []
    let byID = Dictionary(kept.map { ($0.fileID, $0) }, uniquingKeysWith: { first, _ in first })
    let isSame =
      known.hasManifest == (body.files != nil) && known.totalFiles == body.totalFiles
      && known.totalBytes == body.totalSizeBytes
      && (!known.hasManifest
        || (kept.count == announced.count
          && announced.allSatisfy { file in
            guard let known = byID[file.fileID] else { return false }
            // A digest that was not known at first may come later.
            let isSameDigest =
              known.expectedSHA256 == nil || file.sha256 == nil
              || known.expectedSHA256 == file.sha256
            return known.expectedSize == file.size && isSameDigest
              && known.expectedSOPInstanceUID == file.sopInstanceUID
          }))
    guard isSame else { throw UploadProblems.manifestConflict }
    let digests = Dictionary(
      announced.compactMap { file -> (Int, String)? in
        guard let digest = file.sha256, let known = byID[file.fileID],
          known.expectedSHA256 == nil
        else { return nil }
        return (known.ordinal, digest)
      }, uniquingKeysWith: { first, _ in first })
    if known.state == .receiving, !digests.isEmpty {
      try await catalogue.announce(digests, of: known.id)
    }
    guard known.state == .receiving else {
      return try await answer(known, user, expiresAt: known.expiresAt, resumed: true)
    }
    let now = configuration.now()
    let life = max(
      configuration.emptySessionLifetime, known.expiresAt.timeIntervalSince(now))
    let expiresAt = now.addingTimeInterval(life)
    try await catalogue.resume(
      known.id, serviceLevel: Self.level(body.studyMetadata),
      clinicalHistory: body.clinicalHistory ?? known.clinicalHistory, expiresAt: expiresAt)
    return try await answer(known, user, expiresAt: expiresAt, resumed: true)
  }

  private func answer(
    _ upload: UploadRecord, _ user: User, expiresAt: Date, resumed: Bool?
  ) async throws -> InitAnswer {
    let token = try await tokens.upload(
      upload.id, user: user, lifetime: configuration.uploadTokenLifetime)
    return InitAnswer(
      uploadID: upload.id.rawValue, uploadToken: token, chunkSize: upload.chunkSize,
      expiresAt: WireDate(expiresAt).text(zone: "Z"), resumed: resumed,
      receivedBytes: resumed == nil ? nil : upload.receivedBytes)
  }

  private func refuseDuplicate(
    _ body: InitRequest, _ files: [FileRecord], _ user: User, _ now: Date
  ) async throws {
    let since = now.addingTimeInterval(-30 * 86_400)
    let known: UploadID?
    if let study = body.studyInstanceUID, !study.isEmpty, !files.isEmpty {
      known = try await catalogue.duplicate(
        study: study, files: files, facility: user.facility.id, since: since)
    } else {
      known = try await catalogue.duplicate(
        name: body.studyMetadata.patientName, date: body.studyMetadata.studyDate,
        modality: body.studyMetadata.modality, owner: user.id, facility: user.facility.id,
        since: since)
    }
    guard let known else { return }
    throw GatewayProblem(
      .conflict, .duplicateStudy,
      "This study was already uploaded. Set force_upload to send it again.",
      duplicateOf: known.rawValue)
  }

  /// Chunks and the joined file are on disk together until completion, so twice the bytes must fit.
  private func admit(_ bytes: Int64) async throws {
    let free = try await blobs.freeBytes()
    let promised = try await catalogue.outstandingBytes(now: configuration.now())
    let (needed, overflow) = (bytes + promised).multipliedReportingOverflow(by: 2)
    guard !overflow, free - configuration.diskReserve >= needed else {
      throw UploadProblems.diskFull
    }
  }

  static func level(_ metadata: StudyMetadata) -> ServiceLevel {
    metadata.serviceLevel.flatMap { ServiceLevel(rawValue: $0.lowercased()) } ?? .routine
  }

  /// The session, if the caller may see it.
  func session(_ text: String, by caller: Caller) async throws -> UploadRecord {
    guard Name.isUUID(text), let upload = try await catalogue.upload(UploadID(text)) else {
      throw GatewayProblem.noSession
    }
    guard caller.scope.shows(owner: upload.owner, facility: upload.facility) else {
      throw GatewayProblem(.forbidden, .forbidden, "The upload belongs to another user.")
    }
    return upload
  }

  /// `POST /upload/{id}/cancel`.
  func cancel(_ upload: UploadRecord, by user: User, address: String) async throws
    -> UploadRecord
  {
    guard upload.owner == user.id else {
      throw GatewayProblem(.forbidden, .forbidden, "The upload belongs to another user.")
    }
    let now = configuration.now()
    let cancelled = try await lock.withLock(upload.id.rawValue) {
      try await catalogue.cancel(
        upload.id, reason: "cancelled by its owner", now: now,
        audit: AuditEvent(
          at: now, actor: user.username, address: address, .cancelUpload, entity: "upload",
          upload.id.rawValue))
    }
    if cancelled {
      try await chunks.discard(upload: upload.id)
    } else if upload.state != .cancelled {
      throw GatewayProblem(
        .conflict, .invalid, "The upload is complete and cannot be cancelled any more.")
    }
    return try await catalogue.upload(upload.id) ?? upload
  }
}
