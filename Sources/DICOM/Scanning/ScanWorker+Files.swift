import Foundation

// Reading of single files.
extension ScanWorker {
  /// - Parameter isRoot: a person named the file: of the index of a medium all files are read.
  func read(
    _ names: [String], in folder: String, isRoot: Bool = false, _ found: inout ScanEvent
  ) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { _ = close(descriptor) } }
    for name in names {
      if work.isStopped { return }
      found.counts.files += 1
      let path = join(folder, name)
      do throws(DICOMError) {
        try source.open(
          path, in: descriptor >= 0 ? descriptor : AT_FDCWD,
          entry: descriptor >= 0 ? name : path)
        defer { source.close() }
        let identity = ScanWork.Identity(device: source.device, inode: source.inode)
        guard work.reads(file: identity) else { continue }
        if source.size == 0 {
          skip(path, "the file is empty", &found)
          continue
        }
        let instance = try InstanceHeaderReader(source: source, memory: memory).read()
        memory.previous = instance
        if instance.sopClassUID == MediaDirectory.sopClassUID {
          // The index of a medium is no instance: nothing is left out without it.
          found.counts.otherFiles += 1
          follow(path, isRoot: isRoot, &found)
        } else {
          take(instance, &found)
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

  /// Hands on an instance, or says why it cannot be sent.
  func take(_ instance: ScannedInstance, _ found: inout ScanEvent) {
    if let reason = Self.objection(instance) {
      skip(instance.shownPath, reason, &found)
      return
    }
    var instance = instance
    let uid = instance.sopInstanceUID
    if let earlier = work.earlier(than: instance.shownPath, sopInstanceUID: uid) {
      let isIdentical = FileComparison.areIdentical(earlier, instance.shownPath) {
        work.isStopped
      }
      instance.duplicate = ScannedInstance.Duplicate(path: earlier, isIdentical: isIdentical)
    }
    found.counts.dicomFiles += 1
    found.counts.bytes += instance.byteCount
    found.instances.append(instance)
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
  private static func objection(_ instance: ScannedInstance) -> String? {
    if instance.sopInstanceUID.isEmpty { return "no SOP Instance UID: it cannot be sent" }
    if !UID.isUsable(instance.sopInstanceUID) {
      return "its SOP Instance UID is not made of digits and dots: it cannot be sent"
    }
    for uid in [instance.studyInstanceUID, instance.seriesInstanceUID, instance.sopClassUID]
    where !uid.isEmpty && !UID.isUsable(uid) {
      return "a unique identifier in it is not made of digits and dots: it cannot be sent"
    }
    return nil
  }

  func note(_ path: String, _ error: DICOMError, _ found: inout ScanEvent) {
    switch error {
    case .notDICOM: found.counts.otherFiles += 1
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
