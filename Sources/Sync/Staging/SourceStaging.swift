public import Domain
public import Foundation
public import Store

/// The way from drafts to the queue: what must not stay where it is goes into the spool first, and
/// then everything is handed over in one transaction.
public enum SourceStaging {
  /// Queues studies; all or none.
  /// - Parameters:
  ///   - progress: hears how many of how many bytes are copied, from any thread.
  /// - Returns: the ids in the order of the drafts.
  /// - Throws: ``Store/StoreError``: no room, a source that is gone or changed; then nothing of it
  ///   stays behind, and nothing was queued.
  public static func enqueue(
    _ drafts: [StudyDraft], in store: Store, owner: UploadOwner, now: Date,
    progress: @escaping @Sendable (_ done: Int64, _ of: Int64) -> Void = { _, _ in }
  ) async throws -> [UploadID] {
    let total = drafts.flatMap(\.files).filter(\.needsStaging).reduce(Int64(0)) {
      $0.addingReportingOverflow(max(0, $1.byteCount)).partialValue
    }
    guard drafts.contains(where: { $0.files.contains(where: \.needsStaging) }) else {
      return try await store.enqueue(drafts, owner: owner, now: now)
    }
    let intake = try await store.beginIntake(bytes: total, at: now)
    do {
      let staged = try await blocking {
        try stage(drafts, through: intake, total: total, progress: progress)
      }
      // The intake lives until the rows are there.
      let ids = try await store.enqueue(staged, owner: owner, now: now)
      withExtendedLifetime(intake) {}
      return ids
    } catch {
      intake.discard()
      throw error
    }
  }

  private static func stage(
    _ drafts: [StudyDraft], through intake: SpoolIntake, total: Int64,
    progress: (Int64, Int64) -> Void
  ) throws -> [StudyDraft] {
    var drafts = drafts
    var done: Int64 = 0
    progress(done, total)
    let archives = ArchiveSources()
    for study in drafts.indices {
      for index in drafts[study].files.indices where drafts[study].files[index].needsStaging {
        let file = drafts[study].files[index]
        if file.archiveEntry != nil {
          drafts[study].files[index] = try archives.copy(file, through: intake)
        } else {
          drafts[study].files[index] = try intake.copy(file)
        }
        done += file.byteCount
        progress(done, total)
      }
    }
    return drafts
  }
}
