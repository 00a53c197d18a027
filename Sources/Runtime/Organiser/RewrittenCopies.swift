import DICOM
public import Domain
public import Foundation
public import Store
import Sync

/// Hands studies over. Files that go out under another identity are rewritten into the spool first;
/// their sources are only read.
public enum RewrittenCopies {
  /// Puts studies into the queue: all or none.
  /// - Throws: ``StoreError`` and ``DICOM/DICOMError`` in words; nothing stays in the spool then.
  public static func enqueue(
    _ drafts: [StudyDraft], owner: UploadOwner, in store: Store, now: Date
  ) async throws -> [UploadID] {
    var drafts = drafts
    for index in drafts.indices { drafts[index] = try await edited(drafts[index]) }
    let wanted = drafts.flatMap(\.files).filter { $0.rewrite != nil }
    guard !wanted.isEmpty else {
      return try await SourceStaging.enqueue(drafts, in: store, owner: owner, now: now)
    }
    let bytes = wanted.reduce(Int64(0)) {
      $0.addingReportingOverflow(max(0, $1.byteCount) + DraftFile.rewriteMargin).partialValue
    }
    let intake = try await store.beginIntake(bytes: bytes, at: now)
    // As long as it lives nobody takes what it staged for leftovers.
    defer { withExtendedLifetime(intake) {} }
    do {
      let staged = try await stage(drafts, into: intake, RewriteRecord(modifiedAt: now))
      return try await SourceStaging.enqueue(staged, in: store, owner: owner, now: now)
    } catch {
      intake.discard()
      throw error
    }
  }

  /// What a person set of a whole study becomes what each of its files is to say otherwise.
  static func edited(_ draft: StudyDraft) async throws -> StudyDraft {
    guard !draft.edited.isEmpty else { return draft }
    var draft = draft
    let headers = await HeaderReading.headers(of: draft.files)
    for (number, header) in headers.enumerated() {
      guard let header else {
        throw StoreError.source(
          path: draft.files[number].path, reason: "it is gone, or changed after it was read")
      }
      draft.files[number].set(draft.edited, header: header)
    }
    draft.edited = [:]
    return draft
  }

  /// On a thread that may block for as long as the disk needs.
  private static func stage(
    _ drafts: [StudyDraft], into intake: SpoolIntake, _ record: RewriteRecord
  ) async throws -> [StudyDraft] {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result { try drafts.map { try stage($0, into: intake, record) } })
      }
    }
  }

  private static func stage(
    _ draft: StudyDraft, into intake: SpoolIntake, _ record: RewriteRecord
  ) throws -> StudyDraft {
    var references: [String: RewrittenReference] = [:]
    for file in draft.files {
      guard let rewrite = file.rewrite else { continue }
      references[file.sopInstanceUID] = RewrittenReference(
        sopInstanceUID: rewrite[.sopInstanceUID] ?? file.sopInstanceUID,
        seriesInstanceUID: rewrite[.seriesInstanceUID] ?? file.seriesInstanceUID,
        studyInstanceUID: draft.study.studyInstanceUID)
    }
    let context = RewriteContext(references: references, common: try common(draft.files))
    var staged = draft
    let archives = ArchiveSources()
    staged.files = try draft.files.map { file in
      guard let rewrite = file.rewrite else { return file }
      var file = file
      // An archive gives no place to read from: the rewriting reads a copy, which goes afterwards.
      let unpacked = file.archiveEntry == nil ? nil : try archives.copy(file, through: intake)
      if let unpacked { file = unpacked }
      defer { if let unpacked { intake.remove(unpacked.path) } }
      let expected = InstanceRewriter.Expected(
        byteCount: file.byteCount, modifiedAt: file.modifiedAt, inode: file.inode)
      let copy = try intake.stage { sink in
        try InstanceRewriter.stream(
          file.path, rewrite, in: context, record: record, expected: expected
        ) { try sink.write($0) }
      }
      try InstanceRewriter.verify(copy.path, rewrite)
      var result = file.staged(as: copy)
      result.rewrite = nil
      result.sopInstanceUID = rewrite[.sopInstanceUID] ?? file.sopInstanceUID
      result.seriesInstanceUID = rewrite[.seriesInstanceUID] ?? file.seriesInstanceUID
      return result
    }
    return staged
  }

  /// What the files that are not moved in from elsewhere agree on: it holds for those that are.
  private static func common(_ files: [DraftFile]) throws -> CommonAttributes {
    var common = CommonAttributes()
    for scope in IdentityScope.allCases {
      guard files.contains(where: { $0.rewrite?.replaces.contains(scope) == true }) else {
        continue
      }
      let own = files.filter {
        $0.rewrite?.replaces.contains(scope) != true && $0.archiveEntry == nil
      }
      common = common.merging(try CommonAttributes(of: own.map(\.path), scope))
    }
    return common
  }
}
