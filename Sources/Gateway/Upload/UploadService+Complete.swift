import Domain
import Foundation
import Wire

extension UploadService {
  /// `POST /upload/{id}/complete`: checks and keeps every file, then answers; may be repeated.
  /// - Parameter wait: seconds to wait for the archive's confirmation.
  func complete(_ upload: UploadRecord, wait: TimeInterval, address: String) async throws
    -> CompleteAnswer
  {
    try limiter.take(
      "complete:\(upload.id.rawValue)", limit: configuration.rates.completes, window: 60)
    guard upload.state != .cancelled else { throw GatewayProblem.noSession }
    if upload.state == .receiving {
      // Whatever fails after the study was sealed: it goes on to the archive now.
      defer { wake() }
      try await lock.withLock(upload.id.rawValue) {
        // Somebody else may have completed it while we waited.
        guard let present = try await catalogue.upload(upload.id), present.state == .receiving
        else { return }
        guard present.expiresAt > configuration.now() else { throw GatewayProblem.noSession }
        _ = try await unfinishedPieces(present, try await catalogue.files(of: present.id))
        try await seal(present, address: address)
      }
    }
    return try await answer(upload.id, wait: wait)
  }

  /// Joins, measures and reads every file; a bad one is refused, the others go on.
  private func seal(_ upload: UploadRecord, address: String) async throws {
    let files = try await catalogue.files(of: upload.id)
    let received = Dictionary(grouping: try await catalogue.chunks(of: upload.id), by: \.file)
    try checkAllHere(upload, files, received)
    let now = configuration.now()
    let joined = try await join(upload, files, received)
    try await doubtAdopted(upload, files, joined.map(\.sha256), received)
    var sealed: [FileRecord] = []
    var seen: [String: String] = [:]
    var kept = Set<BlobKey>()
    for (file, object) in zip(files, joined) {
      var file = file
      file.size = object.size
      file.sha256 = object.sha256
      do {
        let facts = try object.facts.get()
        if let other = seen[facts.sopInstanceUID], other != object.sha256 {
          throw Refusal("another file of the upload has the same SOP Instance UID and other bytes")
        }
        seen[facts.sopInstanceUID] = object.sha256
        file.instance = facts
        file.blob = object.key
        file.state = .stored
        file.storedAt = now
        kept.insert(object.key)
      } catch let refusal as Refusal {
        file.state = .failed
        file.reason = refusal.reason
        // A refused file stays with its owner, who is told why; another with these bytes may not.
        if !kept.contains(object.key) { try await blobs.remove(object.key) }
      }
      sealed.append(file)
    }
    try await close(upload, sealed, now, address: address)
    // The study is stored. What cannot be removed now is removed with the orphans.
    try? await self.chunks.discard(upload: upload.id)
  }

  /// A file on the disk, and what was read of it or why it is refused.
  private struct Joined: Sendable {
    var key: BlobKey
    var size: Int64
    var sha256: String
    var facts: Result<InstanceFacts, Refusal>
  }

  /// Joins and reads the files, some at the same time; in their order.
  private func join(
    _ upload: UploadRecord, _ files: [FileRecord], _ received: [Int: [ChunkRecord]]
  ) async throws -> [Joined] {
    var joined: [Joined?] = Array(repeating: nil, count: files.count)
    var damaged: [(file: FileRecord, chunk: Int)] = []
    try await withThrowingTaskGroup(of: (Int, Result<Joined, StorageError>).self) { group in
      var rest = files.enumerated().makeIterator()
      var running = 0
      while true {
        while running < Self.atOnce, let (position, file) = rest.next() {
          let chunks = (received[file.ordinal] ?? []).sorted { $0.index < $1.index }
          group.addTask { (position, try await joinOne(upload, file, chunks)) }
          running += 1
        }
        guard let (position, result) = try await group.next() else { break }
        running -= 1
        switch result {
        case .success(let object): joined[position] = object
        case .failure(.damaged(let index)): damaged.append((files[position], index))
        case .failure(.full): throw UploadProblems.diskFull
        case .failure(let error): throw error
        }
      }
    }
    for (file, index) in damaged {
      try await catalogue.forget(index, file: file.ordinal, of: upload.id)
    }
    if let (file, index) = damaged.first {
      throw UploadProblems.incomplete(
        "chunk \(index) of file \(file.ordinal + 1) was damaged on the gateway's disk; send it again"
      )
    }
    return joined.compactMap { $0 }
  }

  /// Files of one upload that are joined at the same time: the disk takes their names in one go.
  private static let atOnce = 64

  private func joinOne(
    _ upload: UploadRecord, _ file: FileRecord, _ chunks: [ChunkRecord]
  ) async throws -> Result<Joined, StorageError> {
    do {
      let object = try await self.chunks.assemble(
        chunks, upload: upload.id, file: file.ordinal, expecting: file.expectedSHA256)
      let url = try await blobs.file(object.key)
      var file = file
      file.sha256 = object.sha256
      let facts = Result { () throws(Refusal) in try read(url, file, upload) }
      return .success(
        Joined(key: object.key, size: object.size, sha256: object.sha256, facts: facts))
    } catch let error as StorageError {
      return .failure(error)
    }
  }

  /// Contiguous chunks, the announced number of files, the announced bytes.
  private func checkAllHere(
    _ upload: UploadRecord, _ files: [FileRecord], _ received: [Int: [ChunkRecord]]
  ) throws {
    let started = files.filter { !(received[$0.ordinal] ?? []).isEmpty }
    guard started.count == upload.totalFiles else {
      throw UploadProblems.incomplete(
        "received \(started.count) files, expected \(upload.totalFiles)")
    }
    var sum: Int64 = 0
    for (position, file) in files.enumerated() {
      let chunks = (received[file.ordinal] ?? []).sorted { $0.index < $1.index }
      for (expected, chunk) in chunks.enumerated() where chunk.index != expected {
        throw UploadProblems.incomplete(
          "file \(position + 1) of \(files.count) lacks chunk \(expected)")
      }
      let size = chunks.reduce(Int64(0)) { $0 + Int64($1.size) }
      if let announced = file.expectedSize, announced != size {
        throw UploadProblems.incomplete(
          "file \(position + 1) of \(files.count) has \(size) bytes, expected \(announced)")
      }
      sum += size
    }
    guard sum == upload.totalBytes else {
      throw UploadProblems.incomplete("received \(sum) bytes, expected \(upload.totalBytes)")
    }
  }

  private func read(_ url: URL, _ file: FileRecord, _ upload: UploadRecord) throws(Refusal)
    -> InstanceFacts
  {
    if let announced = file.expectedSHA256, announced != file.sha256 {
      throw Refusal("the bytes do not have the digest that was announced; send the file again")
    }
    let facts: InstanceFacts
    do {
      facts = try reader.read(url)
    } catch {
      throw Refusal("not readable as DICOM: \(error)")
    }
    if let announced = file.expectedSOPInstanceUID, announced != facts.sopInstanceUID {
      throw Refusal("its SOP Instance UID is not the one that was announced")
    }
    if upload.hasManifest, !upload.studyInstanceUID.isEmpty,
      upload.studyInstanceUID != facts.studyInstanceUID
    {
      throw Refusal("it belongs to another study than the one that was announced")
    }
    return facts
  }

  private func close(
    _ upload: UploadRecord, _ files: [FileRecord], _ now: Date, address: String
  ) async throws {
    // Only the owner completes an upload.
    var event = AuditEvent(
      at: now, actor: upload.ownerName, address: address, .completeUpload, entity: "upload",
      upload.id.rawValue)
    let kept = files.filter { $0.state == .stored }
    var upload = upload
    guard let first = kept.first?.instance else {
      upload.state = .failed
      upload.reason = "none of the \(files.count) files could be kept"
      event.result = .failed
      try await catalogue.seal(upload, files: files, report: nil, audit: event)
      return
    }
    upload.state = .stored
    upload.storedAt = now
    upload.nextAttemptAt = now
    if kept.count < files.count {
      upload.reason = "\(files.count - kept.count) of \(files.count) files were refused"
    }
    upload.studyInstanceUID = first.studyInstanceUID
    let report = ReportRecord(
      id: .make(at: now), upload: upload.id, owner: upload.owner, ownerName: upload.ownerName,
      facility: upload.facility, studyInstanceUID: first.studyInstanceUID,
      serviceLevel: upload.serviceLevel, study: Self.study(kept, upload), createdAt: now,
      updatedAt: now, dueAt: now.addingTimeInterval(upload.serviceLevel.dueInterval),
      nextPollAt: now)
    try await catalogue.seal(upload, files: files, report: report, audit: event)
  }

  private static func study(_ files: [FileRecord], _ upload: UploadRecord) -> StudySummary {
    let facts = files.compactMap(\.instance)
    let first = facts.first
    func text(_ value: String?, or other: String?) -> String {
      if let value, !value.isEmpty { return value }
      return other ?? ""
    }
    return StudySummary(
      studyInstanceUID: first?.studyInstanceUID ?? "",
      patientName: text(first?.patientName, or: upload.metadata.patientName),
      patientID: first?.patientID ?? "", patientSex: upload.metadata.gender ?? "",
      accessionNumber: first?.accessionNumber ?? "",
      studyDate: text(first?.studyDate, or: upload.metadata.studyDate),
      studyDescription: text(first?.studyDescription, or: upload.metadata.studyDescription),
      bodyPart: first?.bodyPart ?? "",
      modality: text(first?.modality, or: upload.metadata.modality),
      seriesCount: Set(facts.map(\.seriesInstanceUID)).count, instanceCount: facts.count)
  }
}

/// Why one file is refused; goes to its owner.
private struct Refusal: Error {
  let reason: String
  init(_ reason: String) { self.reason = String(reason.prefix(300)) }
}
