public import Foundation
import GRDB
public import Gateway

/// The PACS of a gateway that has none: an index in SQLite and files named by the digest of
/// their content, below one folder.
///
/// An instance is answered as stored after its bytes and its row are durable. A SOP Instance UID
/// keeps the bytes that it came with first: the same bytes again are no error, others are refused.
public final class BuiltInArchive: ServedArchive {
  let objects: ArchiveObjects
  let index: DatabasePool
  /// Changes of the index that come at the same time are one commit.
  let commits: GroupCommit

  public var keepsBytes: Bool { true }
  public var incomingFolder: URL { objects.incoming }

  /// Opens the archive below `folder`, or makes one (0700). Only one process may have it open.
  public init(folder: URL) throws {
    objects = try ArchiveObjects(folder: folder)
    index = try ArchiveIndex.open(folder.appendingPathComponent("index.sqlite"))
    commits = GroupCommit(index)
  }

  /// Several at the same time, so that the disk takes them together.
  public func store(_ instances: [OutgoingInstance], study: String) async throws -> [StoreOutcome] {
    var outcomes: [StoreOutcome?] = Array(repeating: nil, count: instances.count)
    try await withThrowingTaskGroup(of: (Int, StoreOutcome).self) { group in
      var rest = instances.enumerated().makeIterator()
      var running = 0
      while true {
        try Task.checkCancellation()
        while running < 32, let (position, instance) = rest.next() {
          group.addTask { (position, await self.store(instance, study: study)) }
          running += 1
        }
        guard let (position, outcome) = try await group.next() else { break }
        running -= 1
        outcomes[position] = outcome
      }
    }
    return outcomes.compactMap { $0 }
  }

  private func store(_ instance: OutgoingInstance, study: String) async -> StoreOutcome {
    let taken = await take(
      instance.file, study: study.isEmpty ? nil : study, isSettled: instance.isSettled)
    let result: StoreOutcome.Result
    if let failure = taken.failure {
      result = .refused(reason: failure.description, isFinal: failure.isFinal)
    } else if taken.sopInstanceUID != instance.sopInstanceUID {
      result = .refused(
        reason: "the file holds another SOP Instance UID than was announced", isFinal: true)
    } else {
      result = .stored
    }
    return StoreOutcome(sopInstanceUID: instance.sopInstanceUID, result: result)
  }

  public func instances(ofStudy study: String) async throws -> [ArchivedInstance] {
    try await answering {
      try await self.index.read { database in
        try Row.fetchAll(
          database,
          sql: """
            SELECT series_uid, sop_uid, sop_class_uid, modality FROM instance
            WHERE study_uid = ? ORDER BY series_uid, instance_number, sop_uid
            """, arguments: [study]
        ).map {
          ArchivedInstance(
            seriesInstanceUID: $0["series_uid"], sopInstanceUID: $0["sop_uid"],
            sopClassUID: $0["sop_class_uid"], modality: $0["modality"])
        }
      }
    }
  }

  /// Compares the bytes with their digest; damaged ones are never given out.
  public func retrieve(study: String, series: String, instance: String, limit: Int) async throws
    -> Data
  {
    guard let file = try await files(study: study, series: series, instance: instance).first else {
      throw ArchiveError.notFound
    }
    guard file.byteCount <= Int64(limit) else {
      throw ArchiveError.malformed("the instance is larger than \(limit) bytes")
    }
    guard let data = await Blocking.run({ self.objects.read(file.sha256) }) else {
      throw ArchiveError.malformed("the archive's file is missing or damaged; restore it")
    }
    return data
  }

  public func givesBack(_ instance: SentInstance) async throws -> Bool {
    let found = try await files(
      study: instance.studyInstanceUID, series: instance.seriesInstanceUID,
      instance: instance.sopInstanceUID)
    guard let file = found.first else { throw ArchiveError.notFound }
    guard file.sha256 == instance.sha256 else { return false }
    guard await Blocking.run({ self.objects.isIntact(file.sha256) }) else {
      throw ArchiveError.malformed("the archive's file is missing or damaged; restore it")
    }
    return true
  }

  public func files(study: String, series: String?, instance: String?) async throws
    -> [ArchivedFile]
  {
    let objects = objects
    // An instance has its key: the others of its study are not looked at.
    let key = instance == nil ? "" : "sop_uid = :instance AND"
    var arguments: StatementArguments = ["study": study, "series": series]
    if let instance { arguments += ["instance": instance] }
    let wanted = arguments
    return try await answering {
      try await self.index.read { database in
        try Row.fetchAll(
          try database.cachedStatement(
            sql: """
              SELECT series_uid, sop_uid, transfer_syntax_uid, byte_count, sha256 FROM instance
              WHERE \(key) study_uid = :study AND (:series IS NULL OR series_uid = :series)
              ORDER BY series_uid, instance_number, sop_uid
              """), arguments: wanted
        ).map { row in
          ArchivedFile(
            seriesInstanceUID: row["series_uid"], sopInstanceUID: row["sop_uid"],
            transferSyntaxUID: row["transfer_syntax_uid"], file: objects.url(row["sha256"]),
            byteCount: row["byte_count"], sha256: row["sha256"])
        }
      }
    }
  }

  /// An error of the index as one of the archive.
  func answering<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw ArchiveError.unreachable(
        "the archive's index failed (SQLite \(error.resultCode)); check the disk")
    }
  }
}

/// Runs work that blocks on the disk away from the threads that run tasks.
enum Blocking {
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
  }
}
