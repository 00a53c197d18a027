import DICOM
import Domain
import Foundation
import Store

/// An archive that a scan looked into, opened again to take instances out.
final class OpenedArchive {
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
    let staged = try intake.stage { sink in
      try stream(entry) { try sink.write($0) }
    }
    try Self.checkUnchanged(file)
    return file.staged(as: staged)
  }

  /// Gives the bytes of the entry that holds the instance, piece by piece.
  func read(_ file: DraftFile, _ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    try stream(try entry(of: file), receive)
    try Self.checkUnchanged(file)
  }

  private func entry(of file: DraftFile) throws -> ZipEntry {
    let name = file.archiveEntry ?? ""
    for number in places[name] ?? [] {
      let entry = archive.entries[number]
      if Int64(entry.size) == file.byteCount, try holds(entry, file) { return entry }
    }
    throw StoreError.source(path: path + "!" + name, reason: "it is not in the archive any more")
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
      throw StoreError.source(path: path + "!" + entry.name, reason: "\(error)")
    }
    if let failure { throw failure }
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
