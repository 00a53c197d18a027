import Crypto
public import Domain
public import Foundation
public import Gateway
import NIOPosix

/// Bytes that are here already, and what nobody asks for any more.
extension FileStore {
  public func adopt(_ parts: [StoredPart], into upload: UploadID) async throws -> [String?] {
    guard !parts.isEmpty else { return [] }
    let (directory, open) = (directory, open)
    return try await threads.runIfActive {
      let folder = open.folder(upload)
      try Disk.makeFolder(folder)
      // Each file gets one second name, however many parts lie in it.
      var names: [String: String?] = [:]
      func name(_ source: URL, _ own: String) throws -> String? {
        if let known = names[source.path] { return known }
        if link(source.path, folder.appendingPathComponent(own).path) == 0 {
          names[source.path] = own
          return own
        }
        guard errno == ENOENT || errno == EMLINK else { throw Disk.error("name known bytes") }
        names[source.path] = .some(nil)
        return nil
      }
      let places: [String?] = try parts.map { part in
        switch part {
        case .object(let key, let offset):
          let source = directory.objects.appendingPathComponent(key.rawValue)
          return try name(source, ChunkPlace.object(names.count))
            .map { ChunkPlace(file: $0, offset: offset).text }
        case .chunk(let other, let text):
          guard let place = ChunkPlace(text), place.file != "" else { return nil }
          let source = open.folder(other).appendingPathComponent(place.file)
          let own =
            place.isObject
            ? ChunkPlace.object(names.count) : ChunkPlace.borrowed(names.count)
          return try name(source, own).map { ChunkPlace(file: $0, offset: place.offset).text }
        }
      }
      try Disk.sync(folder: folder)
      try Disk.sync(folder: directory.chunks)
      return places
    }
  }

  public func isAdopted(_ place: String) -> Bool { ChunkPlace(place)?.isAdopted == true }

  public func digests(of object: BlobKey, every size: Int) async throws -> [String] {
    let url = directory.objects.appendingPathComponent(object.rawValue)
    return try await threads.runIfActive {
      guard let handle = FileHandle(forReadingAtPath: url.path) else {
        throw StorageError.failed("an object is missing")
      }
      defer { try? handle.close() }
      var digests: [String] = []
      while let data = try handle.read(upToCount: size), !data.isEmpty {
        digests.append(hexadecimal(SHA256.hash(data: data)))
      }
      return digests
    }
  }

  public func sessions(untouchedSince date: Date) async throws -> [UploadID] {
    let root = directory.chunks
    return try await threads.runIfActive {
      try Inventory.names(in: root).filter {
        Inventory.isUntouched(root.appendingPathComponent($0), since: date)
      }.map { UploadID($0) }
    }
  }

  public func objects(
    untouchedSince date: Date, _ each: @Sendable ([BlobKey]) async throws -> Void
  ) async throws {
    let directory = directory
    try await threads.runIfActive {
      for name in try Inventory.names(in: directory.temporary) {
        let url = directory.temporary.appendingPathComponent(name)
        if Inventory.isUntouched(url, since: date) { unlink(url.path) }
      }
    }
    for day in try await threads.runIfActive({ try Inventory.days(in: directory.objects) }) {
      let folder = directory.objects.appendingPathComponent(day)
      for upload in try await threads.runIfActive({ try Inventory.names(in: folder) })
      where upload.hasPrefix("upload-") {
        let keys = try await threads.runIfActive {
          let objects = folder.appendingPathComponent(upload)
          return try Inventory.names(in: objects).filter {
            Inventory.isUntouched(objects.appendingPathComponent($0), since: date)
          }.map { BlobKey("\(day)/\(upload)/\($0)") }
        }
        if !keys.isEmpty { try await each(keys) }
      }
    }
  }
}

/// Looks through folders.
private enum Inventory {
  /// In their order; none when there is no such folder.
  static func names(in folder: URL) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// The folders `YYYY/MM/DD`.
  static func days(in root: URL) throws -> [String] {
    try numbers(in: root, 4).flatMap { year in
      try numbers(in: root.appendingPathComponent(year), 2).flatMap { month in
        try numbers(in: root.appendingPathComponent("\(year)/\(month)"), 2)
          .map { "\(year)/\(month)/\($0)" }
      }
    }
  }

  private static func numbers(in folder: URL, _ digits: Int) throws -> [String] {
    try names(in: folder).filter { name in
      name.utf8.count == digits && name.utf8.allSatisfy { (48...57).contains($0) }
    }
  }

  /// By the moment at which it was changed; false when it is gone.
  static func isUntouched(_ url: URL, since date: Date) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
    guard let changed = attributes?[.modificationDate] as? Date else { return false }
    return changed < date
  }
}
