import Foundation

// Archives that a scan meets.
extension ScanWorker {
  func readArchive(_ path: String, _ found: inout ScanEvent) {
    if work.options.archives == .skip {
      skip(path, "a ZIP archive: unpack it first", &found)
      return
    }
    do throws(DICOMError) {
      let source = try ByteSource(path: path)
      let archive = try ZipArchive(source: source, limits: work.options.archiveLimits)
      found.counts.archives += 1
      for (number, entry) in archive.entries.enumerated() where !entry.isFolder {
        if work.isStopped { return }
        found.counts.files += 1
        read(entry, number: number, of: archive, in: source, &found)
      }
    } catch {
      note(path, error, &found)
    }
  }

  private func read(
    _ entry: ZipEntry, number: Int, of archive: ZipArchive, in source: ByteSource,
    _ found: inout ScanEvent
  ) {
    if entry.size == 0 && entry.objection == nil {
      skip(archive.name(entry), "the file is empty", &found)
      return
    }
    let collector = ArchiveEntryCollector(
      name: archive.name(entry), size: entry.size,
      copy: copyPath(number: number, of: source))
    do throws(DICOMError) {
      try archive.stream(entry) { (part: UnsafeRawBufferPointer) throws(DICOMError) in
        try collector.take(part)
        return !work.isStopped
      }
      if work.isStopped { return }
      var instance = try InstanceHeaderReader(source: try collector.source(), memory: memory).read()
      if instance.sopClassUID == MediaDirectory.sopClassUID {
        found.counts.otherFiles += 1
        return
      }
      instance.modifiedAt = source.modifiedAt
      instance.inode = source.inode
      if let copy = try collector.finish() {
        instance.path = copy.name
        instance.modifiedAt = copy.modifiedAt
        instance.inode = copy.inode
      } else {
        instance.path = source.name
        instance.archiveEntry = entry.name
      }
      if let reason = finish(&instance) {
        skip(archive.name(entry), reason, &found)
        return
      }
      memory.note(instance)
      found.counts.dicomFiles += 1
      found.counts.bytes += instance.byteCount
      found.instances.append(instance)
    } catch {
      note(archive.name(entry), error, &found)
    }
  }

  /// Where an entry is unpacked to: named by what identifies the archive and by the entry's number,
  /// so that the same archive gives the same files again.
  private func copyPath(number: Int, of archive: ByteSource) -> String? {
    guard case .unpack(let folder) = work.options.archives else { return nil }
    let identity = [archive.device, archive.inode, UInt64(bitPattern: archive.modifiedAt)]
      .map { String($0, radix: 16) }.joined(separator: "-")
    return join(join(folder, "zip-\(identity)-\(archive.size)"), "\(number).dcm")
  }
}

/// Takes the bytes of one entry of an archive: keeps what a header reader needs, and writes them to
/// a file when that was asked for and they look like DICOM.
final class ArchiveEntryCollector {
  private let name: String
  private let size: Int
  private let copy: String?
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var count = 0
  private var sink: FileSink?
  private static let keptHead = 1 << 20
  private static let keptTail = 64 << 10

  init(name: String, size: Int, copy: String?) {
    self.name = name
    self.size = size
    self.copy = copy
  }

  func take(_ part: UnsafeRawBufferPointer) throws(DICOMError) {
    let room = Self.keptHead - head.count
    if room > 0 { head.append(contentsOf: part.prefix(room)) }
    let tailStart = max(size - Self.keptTail, 0)
    if count + part.count > tailStart {
      tail.append(contentsOf: part.dropFirst(max(0, tailStart - count)))
    }
    if count == 0 {
      // What is no DICOM is not read to its end.
      _ = try FileStart.find(ByteSource(bytes: Array(part), name: name, total: size))
      sink = try makeSink()
    }
    count += part.count
    try sink?.append(part)
  }

  private func makeSink() throws(DICOMError) -> FileSink? {
    // A copy under this name is complete, and may be on its way already: it is left alone.
    guard let copy, access(copy, F_OK) != 0 else { return nil }
    let folder = (copy as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw .unreadable(file: folder, reason: "it cannot be made")
    }
    return try FileSink(path: copy, mode: 0o600)
  }

  /// The bytes for a header reader, once the entry is complete.
  func source() throws(DICOMError) -> ByteSource {
    count <= head.count
      ? ByteSource(bytes: head, name: name)
      : ByteSource(bytes: head, name: name, total: count, tail: tail)
  }

  /// Makes the copy durable and gives it; nil when none was asked for.
  func finish() throws(DICOMError) -> ByteSource? {
    guard let copy else { return nil }
    try sink?.finish()
    return try ByteSource(path: copy)
  }
}
