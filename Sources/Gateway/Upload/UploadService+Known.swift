import Domain
import Foundation
import HTTPTypes
import Wire

extension UploadService {
  /// Chunks of a session that is about to be made, of bytes that are here already under the digest
  /// that its manifest names.
  struct KnownChunks: Sendable {
    var chunks: [ChunkRecord] = []
    /// Bytes of every chunk of the session but a file's last.
    var chunkSize: Int
  }

  /// Finds them, and gives their bytes to the session. Whatever fails here only means that they
  /// are sent again.
  /// - Parameter wish: the chunk size that the client wants; that of a session which has part of
  ///   the bytes wins.
  func knownContent(
    of files: [FileRecord], for upload: UploadID, owner: UserID, wish: Int
  ) async -> KnownChunks {
    let none = KnownChunks(chunkSize: wish)
    guard files.contains(where: { $0.expectedSHA256 != nil }),
      let contents = try? await catalogue.knownContent(of: files, owner: owner),
      contents.contains(where: { $0 != nil })
    else { return none }
    var size = wish
    let limits = configuration.limits
    for (file, content) in zip(files, contents) {
      guard let content, content.object == nil,
        Int64(min(wish, content.chunkSize)) < file.expectedSize ?? 0,
        (limits.minimumChunk...limits.maximumChunk).contains(content.chunkSize)
      else { continue }
      size = content.chunkSize
      break
    }
    var found: [(record: ChunkRecord, part: StoredPart)] = []
    for (file, content) in zip(files, contents) {
      guard let content else { continue }
      found += await parts(of: file, content, chunkSize: size)
    }
    guard !found.isEmpty,
      let places = try? await chunks.adopt(found.map(\.part), into: upload)
    else { return none }
    let records = zip(found, places).compactMap { found, place in
      place.map { place in
        var record = found.record
        record.place = place
        return record
      }
    }
    if records.isEmpty { try? await chunks.discard(upload: upload) }
    return KnownChunks(chunks: records, chunkSize: size)
  }

  private func parts(of file: FileRecord, _ content: KnownContent, chunkSize: Int) async -> [(
    record: ChunkRecord, part: StoredPart
  )] {
    guard let bytes = file.expectedSize, bytes > 0 else { return [] }
    func size(_ index: Int) -> Int {
      Int(clamping: min(Int64(chunkSize), bytes - Int64(index) * Int64(chunkSize)))
    }
    let count = Int(clamping: (bytes + Int64(chunkSize) - 1) / Int64(chunkSize))
    // Cut the same way, their digests are known.
    let isCutTheSame = content.chunks.allSatisfy { $0.index < count && $0.size == size($0.index) }
    guard let object = content.object else {
      guard isCutTheSame else { return [] }
      return content.chunks.map { chunk in
        (
          ChunkRecord(
            file: file.ordinal, index: chunk.index, size: chunk.size, sha256: chunk.sha256),
          .chunk(content.upload, place: chunk.place)
        )
      }
    }
    var digests = content.chunks.map(\.sha256)
    if !isCutTheSame || content.chunks.map(\.index) != Array(0..<count) {
      digests = (try? await chunks.digests(of: object, every: chunkSize)) ?? []
    }
    guard digests.count == count else { return [] }
    return digests.enumerated().map { index, digest in
      (
        ChunkRecord(file: file.ordinal, index: index, size: size(index), sha256: digest),
        .object(object, offset: Int64(index) * Int64(chunkSize))
      )
    }
  }

  /// Bytes of another session were taken for a file, and the whole does not have its digest: that
  /// session had wrong ones. They are forgotten here, and the client sends them.
  func doubtAdopted(
    _ upload: UploadRecord, _ files: [FileRecord], _ digests: [String],
    _ received: [Int: [ChunkRecord]]
  ) async throws {
    var doubted: (file: Int, chunk: Int)?
    for (file, digest) in zip(files, digests) {
      guard let announced = file.expectedSHA256, announced != digest else { continue }
      for chunk in received[file.ordinal] ?? [] where chunks.isAdopted(chunk.place) {
        try await catalogue.forget(chunk.index, file: file.ordinal, of: upload.id)
        doubted = (file.ordinal, chunk.index)
      }
    }
    guard let doubted else { return }
    throw UploadProblems.incomplete(
      "chunk \(doubted.chunk) of file \(doubted.file + 1) was taken from an earlier session and is "
        + "not what the digest says; send it")
  }

  /// `POST /upload/known`: instances that the caller's facility has sent already.
  func known(_ body: KnownInstancesRequest, by user: User) async throws -> KnownInstancesAnswer {
    try limiter.take(
      "known:\(user.id.rawValue)", limit: configuration.rates.lookups, window: 60)
    guard user.role.rights.contains(.upload) else {
      throw GatewayProblem(.forbidden, .forbidden, "The account may not upload.")
    }
    let limit = configuration.maximumLookup
    guard body.sopInstanceUIDs.count <= limit else {
      throw GatewayProblem(
        .contentTooLarge, .tooLarge, "Ask for at most \(limit) instances at once.")
    }
    guard body.sopInstanceUIDs.allSatisfy({ Name.isUID($0) }) else {
      throw GatewayProblem.invalid("Field sop_instance_uids must hold DICOM UIDs.")
    }
    let studies = body.studies ?? []
    guard studies.count <= configuration.maximumStudyLookup else {
      throw GatewayProblem(
        .contentTooLarge, .tooLarge,
        "Ask for at most \(configuration.maximumStudyLookup) studies at once.")
    }
    let found = try await catalogue.knownInstances(
      body.sopInstanceUIDs, facility: user.facility.id)
    let since = configuration.now().addingTimeInterval(-30 * 86_400)
    var similar: [KnownInstancesAnswer.Similar] = []
    for (number, study) in studies.enumerated()
    where !study.patientName.isEmpty && !study.studyDate.isEmpty {
      guard
        let at = try await catalogue.similar(to: study, facility: user.facility.id, since: since)
      else { continue }
      similar.append(.init(study: number, at: WireDate(at)))
    }
    return KnownInstancesAnswer(
      known: found.map { instance in
        .init(
          sopInstanceUID: instance.sopInstanceUID, uploadID: instance.upload.rawValue,
          state: instance.state.rawValue, sha256: instance.sha256, at: WireDate(instance.at))
      }, similar: body.studies == nil ? nil : similar)
  }
}
