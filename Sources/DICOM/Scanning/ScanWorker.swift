import Foundation

/// One thread of a scan.
struct ScanWorker {
  let work: ScanWork
  private let source = ByteSource()
  private static let filesPerJob = 64
  private static let filesPerEvent = 512

  init(work: ScanWork) { self.work = work }

  func run() {
    while var job = work.take() {
      var found = ScanEvent()
      // Waking a reader for every small folder costs more than reading it; a slow medium still
      // shows progress.
      let limit = ContinuousClock.now + .milliseconds(20)
      while true {
        switch job {
        case .path(let path): visit(path, isRoot: true, &found)
        case .files(let folder, let names): read(names, in: folder, &found)
        }
        guard found.counts.files < Self.filesPerEvent, ContinuousClock.now < limit,
          let next = work.more()
        else { break }
        job = next
      }
      work.done(found)
    }
  }

  private func visit(_ path: String, isRoot: Bool, _ found: inout ScanEvent) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      skip(path, "cannot be opened: \(ByteSource.systemWords(errno))", &found)
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let parent = (path as NSString).deletingLastPathComponent
      read([(path as NSString).lastPathComponent], in: parent.isEmpty ? "." : parent, &found)
      return
    }
    let identity = ScanWork.Identity(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    if work.enters(folder: identity) { list(path, &found) }
  }

  private func list(_ folder: String, _ found: inout ScanEvent) {
    guard let stream = opendir(folder) else {
      skip(folder, "the folder cannot be opened: \(ByteSource.systemWords(errno))", &found)
      return
    }
    defer { closedir(stream) }
    found.counts.folders += 1
    var names: [String] = []
    var folders: [String] = []
    while !work.isStopped, let entry = readdir(stream) {
      let kind = Int32(entry.pointee.d_type)
      // The name runs to its zero byte, wherever the field ends.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let start = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      if start[0] == 0x2E && (start[1] == 0 || (start[1] == 0x2E && start[2] == 0)) { continue }
      guard let name = String(validatingCString: start) else {
        found.counts.files += 1
        let shown = String(cString: start)
        skip(join(folder, shown), "its name is not valid UTF-8: rename it", &found)
        continue
      }
      switch kind {
      case Int32(DT_DIR): folders.append(join(folder, name))
      case Int32(DT_REG): names.append(name)
      case Int32(DT_LNK), Int32(DT_UNKNOWN):
        var status = stat()
        let path = join(folder, name)
        if stat(path, &status) != 0 {
          skip(path, "the link leads nowhere", &found)
        } else if status.st_mode & S_IFMT == S_IFDIR {
          folders.append(path)
        } else if status.st_mode & S_IFMT == S_IFREG {
          names.append(name)
        }
      default: break
      }
      if names.count == Self.filesPerJob * 16 { hand(&names, folder) }
    }
    work.add(folders.sorted(by: >).map { .path($0) })
    hand(&names, folder)
  }

  private func hand(_ names: inout [String], _ folder: String) {
    let jobs = stride(from: 0, to: names.count, by: Self.filesPerJob).map { start in
      ScanWork.Job.files(
        folder: folder, names: Array(names[start..<min(start + Self.filesPerJob, names.count)]))
    }
    names = []
    work.add(jobs)
  }

  private func join(_ folder: String, _ name: String) -> String {
    folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }

  private func skip(_ path: String, _ reason: String, _ found: inout ScanEvent) {
    found.skipped.append(ScanSkip(path: path, reason: reason))
    found.counts.skipped += 1
  }

  private func read(_ names: [String], in folder: String, _ found: inout ScanEvent) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { _ = close(descriptor) } }
    for name in names {
      if work.isStopped { return }
      found.counts.files += 1
      let path = join(folder, name)
      do throws(DICOMError) {
        try source.open(
          path, in: descriptor >= 0 ? descriptor : AT_FDCWD,
          entry:
            descriptor >= 0 ? name : path)
        defer { source.close() }
        let identity = ScanWork.Identity(device: source.device, inode: source.inode)
        guard work.reads(file: identity) else { continue }
        if source.size == 0 {
          skip(path, "the file is empty", &found)
          continue
        }
        let instance = try InstanceHeaderReader(source: source).read()
        if instance.sopClassUID == Self.mediaDirectoryClass {
          // The index of a medium is no instance: nothing is left out without it.
          found.counts.otherFiles += 1
        } else if let reason = Self.objection(instance) {
          skip(path, reason, &found)
        } else {
          found.counts.dicomFiles += 1
          found.counts.bytes += instance.byteCount
          found.instances.append(instance)
        }
      } catch {
        note(path, error, &found)
      }
    }
  }

  /// Media Storage Directory Storage: a DICOMDIR (PS3.3 F.3).
  static let mediaDirectoryClass = "1.2.840.10008.1.3.10"

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

  private func note(_ path: String, _ error: DICOMError, _ found: inout ScanEvent) {
    switch error {
    case .notDICOM(_, let what):
      if what.contains("ZIP") {
        skip(path, "a ZIP archive: unpack it first", &found)
      } else {
        found.counts.otherFiles += 1
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
