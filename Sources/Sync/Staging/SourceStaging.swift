import DICOM
public import Domain
public import Foundation
public import Store
import Synchronization

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
    // An archive is opened once, whatever number of studies are in it.
    var archives: [String: OpenedArchive] = [:]
    for study in drafts.indices {
      for index in drafts[study].files.indices where drafts[study].files[index].needsStaging {
        let file = drafts[study].files[index]
        if file.archiveEntry != nil {
          let archive = try archives[file.path] ?? OpenedArchive(file)
          archives[file.path] = archive
          drafts[study].files[index] = try archive.copy(file, through: intake)
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

/// An archive that a scan looked into, opened again to take instances out.
private final class OpenedArchive {
  private let path: String
  private let archive: ZipArchive
  /// Places of entries by name: a name may be there several times.
  private let places: [String: [Int]]

  init(_ file: DraftFile) throws {
    path = file.path
    try Self.checkUnchanged(file)
    do { archive = try ZipArchive(path: file.path) } catch {
      throw StoreError.source(path: file.path, reason: "the archive cannot be read: \(error)")
    }
    var places: [String: [Int]] = [:]
    for (number, entry) in archive.entries.enumerated() where !entry.isFolder {
      places[entry.name, default: []].append(number)
    }
    self.places = places
  }

  /// Copies the entry that holds the instance.
  func copy(_ file: DraftFile, through intake: SpoolIntake) throws -> DraftFile {
    let name = file.archiveEntry ?? ""
    let shown = path + "!" + name
    for number in places[name] ?? [] {
      let entry = archive.entries[number]
      guard Int64(entry.size) == file.byteCount, try holds(entry, file) else { continue }
      let staged = try intake.stage { sink in
        var failure: (any Error)?
        do {
          try archive.stream(entry) { part in
            do {
              try sink.write(part)
              return true
            } catch {
              failure = error
              return false
            }
          }
        } catch {
          throw StoreError.source(path: shown, reason: "\(error)")
        }
        if let failure { throw failure }
      }
      try Self.checkUnchanged(file)
      return file.staged(as: staged)
    }
    throw StoreError.source(path: shown, reason: "it is not in the archive any more")
  }

  /// Of entries with one name, the one with this instance; a name that is there once needs no look.
  private func holds(_ entry: ZipEntry, _ file: DraftFile) throws -> Bool {
    guard places[entry.name]?.count != 1 else { return true }
    guard let bytes = try? archive.read(entry, limit: 1 << 30),
      let found = try? ScannedInstance.read(bytes: bytes)
    else { return false }
    return found.sopInstanceUID == file.sopInstanceUID
  }

  private static func checkUnchanged(_ file: DraftFile) throws {
    var info = stat()
    guard stat(file.path, &info) == 0 else {
      throw StoreError.source(path: file.path, reason: String(cString: strerror(errno)))
    }
    guard
      Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)
        == file.modifiedAt, UInt64(info.st_ino) == file.inode
    else {
      throw StoreError.source(path: file.path, reason: "it changed after it was read")
    }
  }
}
