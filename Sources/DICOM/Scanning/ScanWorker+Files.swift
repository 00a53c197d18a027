import Foundation

// Reading of single files.
extension ScanWorker {
  /// Reads files of a folder by name.
  /// - Parameter isRoot: a person named the file: of the index of a medium all files are read.
  func read(
    _ names: [String], in folder: String, isRoot: Bool = false, _ found: inout ScanEvent
  ) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { _ = close(descriptor) } }
    read(names, in: folder, descriptor, isRoot: isRoot, &found)
  }

  /// - Parameter descriptor: of the open folder; negative when it cannot be opened.
  func read(
    _ names: [String], in folder: String, _ descriptor: Int32, isRoot: Bool = false,
    _ found: inout ScanEvent
  ) {
    let prefix = folder.utf8.last == UInt8(ascii: "/") ? folder : folder + "/"
    for name in names {
      if work.isStopped { return }
      found.counts.files += 1
      let path = prefix + name
      do throws(DICOMError) {
        try source.open(
          path, in: descriptor >= 0 ? descriptor : AT_FDCWD,
          entry: descriptor >= 0 ? name : path)
        defer { source.close() }
        let identity = ScanWork.Identity(device: source.device, inode: source.inode)
        guard work.reads(file: identity) else { continue }
        if source.size == 0 {
          skip(path, "the file is empty", &found)
        } else {
          try read(isRoot: isRoot, &found)
        }
      } catch {
        if case .notDICOM(_, let what) = error, what.contains("ZIP") {
          readArchive(path, &found)
        } else {
          note(path, error, &found)
        }
      }
    }
  }

  /// Reads the file that ``source`` has open.
  private func read(isRoot: Bool, _ found: inout ScanEvent) throws(DICOMError) {
    // Filled where it stays: an instance is large.
    let place = found.instances.count
    found.instances.append(
      ScannedInstance(
        path: source.name, byteCount: Int64(source.size), modifiedAt: source.modifiedAt,
        inode: source.inode))
    do throws(DICOMError) {
      try InstanceHeaderReader(source: source, memory: memory).fill(&found.instances[place])
    } catch {
      found.instances.removeLast()
      throw error
    }
    if found.instances[place].sopClassUID == MediaDirectory.sopClassUID {
      // The index of a medium is no instance: nothing is left out without it.
      found.instances.removeLast()
      found.counts.otherFiles += 1
      follow(source.name, isRoot: isRoot, &found)
    } else if let reason = finish(&found.instances[place]) {
      found.instances.removeLast()
      skip(source.name, reason, &found)
    } else {
      memory.note(found.instances[place])
      found.counts.dicomFiles += 1
      found.counts.bytes += found.instances[place].byteCount
    }
  }

  /// Looks for an earlier file with the same identifier.
  /// - Returns: why the instance cannot be sent; nil when it can.
  func finish(_ instance: inout ScannedInstance) -> String? {
    if let reason = objection(instance) { return reason }
    let path = instance.shownPath
    let uid = instance.sopInstanceUID
    guard let earlier = work.earlier(than: path, sopInstanceUID: uid) else { return nil }
    // What lies in archives is not read again: the number decides.
    if let other = try? ScannedInstance.read(path: earlier), other.sopInstanceUID != uid {
      return nil
    }
    let isIdentical = FileComparison.areIdentical(earlier, path) { work.isStopped }
    instance.duplicate = ScannedInstance.Duplicate(path: earlier, isIdentical: isIdentical)
    return nil
  }

  /// Compares the index of a medium with what is there.
  private func follow(_ path: String, isRoot: Bool, _ found: inout ScanEvent) {
    let index: MediaDirectory
    do throws(DICOMError) { index = try MediaDirectory.read(path: path) } catch {
      note(path, error, &found)
      return
    }
    for problem in index.problems { skip(path, "its index is damaged: \(problem)", &found) }
    var folders: [String: [String]] = [:]
    for reference in index.references() {
      if let file = reference.path {
        if isRoot {
          folders[(file as NSString).deletingLastPathComponent, default: []]
            .append((file as NSString).lastPathComponent)
        }
      } else {
        skip(
          join(index.root, reference.fileID), reference.problem ?? "not there", &found)
      }
    }
    work.add(folders.sorted { $0.key > $1.key }.map { .files(folder: $0.key, names: $0.value) })
  }

  /// Why a readable file is not an instance to send.
  private func objection(_ instance: ScannedInstance) -> String? {
    if instance.sopInstanceUID.isEmpty { return "no SOP Instance UID: it cannot be sent" }
    if !UID.isUsable(instance.sopInstanceUID) {
      return "its SOP Instance UID is not made of digits and dots: it cannot be sent"
    }
    if instance.seriesInstanceUID == memory.previous.seriesInstanceUID
      && instance.studyInstanceUID == memory.previous.studyInstanceUID
      && instance.sopClassUID == memory.previous.sopClassUID
    {
      return nil
    }
    for uid in [instance.studyInstanceUID, instance.seriesInstanceUID, instance.sopClassUID]
    where !uid.isEmpty && !UID.isUsable(uid) {
      return "a unique identifier in it is not made of digits and dots: it cannot be sent"
    }
    return nil
  }

  func note(_ path: String, _ error: DICOMError, _ found: inout ScanEvent) {
    switch error {
    case .notDICOM(_, let what):
      found.counts.otherFiles += 1
      // Other files lie beside images; one that calls itself an image may be one that is damaged.
      let name = path.lowercased()
      if [".dcm", ".dicom", ".ima"].contains(where: { name.hasSuffix($0) }) {
        skip(path, "no DICOM file in spite of its name (\(what)): export it again", &found)
      }
    case .unreadable(_, let reason): skip(path, "cannot be read: \(reason)", &found)
    case .truncated(_, _, let tag, let expected, let available):
      let place = tag.map { $0.isPixelData ? "its pixel data" : "its element \($0)" } ?? "its end"
      skip(
        path,
        "truncated: \(place) needs \(expected) bytes, \(available) are there: copy it again",
        &found)
    case .malformed(_, let offset, _, let problem):
      skip(path, "damaged at byte \(offset): \(problem)", &found)
    case .limit(_, _, _, let problem), .unwritable(_, let problem):
      skip(path, "refused: \(problem)", &found)
    }
  }
}

extension ScannedInstance {
  /// ``path``; of an instance in an archive with `!` and its name there.
  public var shownPath: String { archiveEntry.map { path + "!" + $0 } ?? path }
}
