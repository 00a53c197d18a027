public import DICOM
public import Domain
import Foundation
public import Store

/// Archives that a scan looked into, opened again to take instances out: each once, whatever number
/// of studies are in it. Its calls block.
public final class ArchiveSources {
  private var opened: [String: OpenedArchive] = [:]

  public init() {}

  /// Copies an instance into the spool.
  /// - Throws: ``Store/StoreError/source(path:reason:)`` when archive or instance are not what the
  ///   scan saw, and what the spool throws.
  public func copy(_ file: DraftFile, through intake: SpoolIntake) throws -> DraftFile {
    try archive(of: file).copy(file, through: intake)
  }

  /// Reads the header of an instance; path, time and inode are not filled in.
  /// - Throws: as ``copy(_:through:)``, and ``DICOM/DICOMError``.
  public func header(of file: DraftFile) throws -> ScannedInstance {
    try archive(of: file).header(of: file)
  }

  /// Gives the bytes of an instance, piece by piece.
  /// - Throws: as ``copy(_:through:)``, and what `receive` throws.
  func read(_ file: DraftFile, _ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    try archive(of: file).read(file, receive)
  }

  private func archive(of file: DraftFile) throws -> OpenedArchive {
    if let archive = opened[file.path] { return archive }
    let archive = try OpenedArchive(file)
    opened[file.path] = archive
    return archive
  }
}

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
    let entry = try entry(of: file)
    let staged = try intake.stage { sink in try stream(entry) { try sink.write($0) } }
    try Self.checkUnchanged(file)
    return file.staged(as: staged)
  }

  func read(_ file: DraftFile, _ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    try stream(try entry(of: file), receive)
    try Self.checkUnchanged(file)
  }

  private func stream(
    _ entry: ZipEntry, _ receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var failure: (any Error)?
    do {
      try archive.stream(entry) { part in
        do {
          try receive(part)
          return true
        } catch {
          failure = error
          return false
        }
      }
    } catch {
      throw StoreError.source(path: archive.name(entry), reason: "\(error)")
    }
    if let failure { throw failure }
  }

  func header(of file: DraftFile) throws -> ScannedInstance {
    try Self.checkUnchanged(file)
    return try archive.header(try entry(of: file))
  }

  /// Of entries with one name, the one with this instance; a name that is there once needs no look.
  private func entry(of file: DraftFile) throws -> ZipEntry {
    let name = file.archiveEntry ?? ""
    let places = places[name] ?? []
    let entry = places.map { archive.entries[$0] }.first { entry in
      guard Int64(entry.size) == file.byteCount else { return false }
      return places.count == 1
        || (try? archive.header(entry))?.sopInstanceUID == file.sopInstanceUID
    }
    guard let entry else {
      throw StoreError.source(
        path: path + "!" + name, reason: "it is not in the archive any more")
    }
    return entry
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
